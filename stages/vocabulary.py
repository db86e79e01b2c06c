"""vocabulary: an index for every song, the most frequent first, and playlists of indices."""

from functools import partial

from playlist2vec.base.rules import read_section
from playlist2vec.corpus.storage import PlaylistsFile, save_parts
from playlist2vec.corpus.tracks import track_ids
from playlist2vec.engine.local import open_engine
from playlist2vec.engine.params import EngineParams
from playlist2vec.preparation.counts.occurrences import count_block, sum_counts
from playlist2vec.preparation.counts.order import order_songs, recode_block
from stages import run


def main(params: str, filtered: str, tracks: str, vocabulary: str, playlists: str) -> str:
    """Read `filtered` playlists and the table of `tracks`; write `vocabulary` and `playlists`."""
    blocks = PlaylistsFile(filtered).blocks()
    with open_engine(read_section(params, EngineParams)) as engine:
        counts = sum_counts(engine.map(partial(count_block, unit="occurrences"), blocks))
        built, index = order_songs(counts, track_ids(tracks))
        built.save(vocabulary)
        save_parts(playlists, engine.map(partial(recode_block, index=index), blocks))
    once = int((built.counts == 1).sum())
    return (
        f"{len(built):,} songs, "
        f"from {built.counts[0]:,} plays down to {built.counts[-1]:,}; {once:,} played once"
    )


if __name__ == "__main__":
    run("vocabulary", main, "PARAMS", "FILTERED", "TRACKS", "VOCABULARY", "PLAYLISTS")
