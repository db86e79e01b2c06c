"""audio_vectors: Word2Vec on playlists without cold songs, as targets for the model of sound."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playlist2vec.base.rules import read_section
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import track_ids
from playlist2vec.corpus.vocabulary import InRows, training_vocabulary
from playlist2vec.models.audio.params import VectorsParams
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.models.word2vec.training import make_contexts, train_word2vec
from stages import run


def main(params: str, tracks: str, train: str, model: str) -> str:
    """Train on the playlists `train`, songs by place in `tracks`, and write the folder `model`."""
    section = as_training(read_section(params, VectorsParams))
    playlists = Playlists.load(train)
    songs, rows = training_vocabulary([playlists], track_ids(tracks))
    Path(model).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=model, prefix=".vectors.", suffix=".unfinished") as scratch:
        contexts = make_contexts(InRows([playlists], rows), songs, section, Path(scratch))
        trained = train_word2vec(contexts, songs, section)
    trained.model.save(model)
    return (
        f"{len(playlists):,} playlists, {len(songs):,} songs as {section.vector_size} numbers each"
    )


def as_training(section: VectorsParams) -> TrainParams:
    """Return training parameters by which all songs of a playlist are contexts, all alike."""
    return TrainParams(
        trainer="gensim",
        blocks=64,
        sg=1,
        contexts="window",
        metadata="none",
        vector_size=section.vector_size,
        window=section.window,
        shrink_windows=False,
        negative=section.negative,
        ns_exponent=0.75,
        sample=0,
        epochs=section.epochs,
        alpha=section.alpha,
        min_alpha=0.0001,
        seed=section.seed,
        workers=1,
        curve_pairs=0,
    )


if __name__ == "__main__":
    run("audio.vectors", main, "PARAMS", "TRACKS", "TRAIN", "MODEL_FOLDER")
