"""Suggestions by the blend: planted answers, the same rules, reasons that add up, and files that
belong together.
"""

import dataclasses
import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.songs import Row, Rows
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.blend.assembly import mixture_of
from playlist2vec.models.blend.mixture import Mixture
from playlist2vec.models.counting.rankers import training_of
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import Queries
from playlist2vec.recommend.blending import MIN_PROBABILITY, logarithms
from playlist2vec.recommend.constraints import Scale, Wishes, suggest_within
from playlist2vec.recommend.explanation import WORDS
from playlist2vec.recommend.loading import BLEND, load
from playlist2vec.recommend.radio import RadioParams
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.songs.catalogue import Catalogue
from tests.builders.examples import CHOSEN, model_of, playlists_of, query_params
from tests.conftest import Project

SONGS = 12
LISTS = [[(start + step) % SONGS for step in range(6)] for start in range(SONGS) for _ in range(3)]
"""Each song is followed by the next one, the last by the first."""


def planted(weights: dict[str, float]) -> Recommender:
    """A blend of these weights beside vectors that know nothing; song i is by artist i // 3."""
    training = training_of(playlists_of(LISTS), [f"track_{row:02}" for row in range(SONGS)])
    vectors = np.random.default_rng(1).normal(size=(SONGS, 4)).astype(np.float32)
    ids, counts = training.vocabulary.ids, training.vocabulary.counts
    artists = [f"artist {row // 3}" for row in range(SONGS)]

    def blend(model: Model, query: Query) -> Mixture:
        return dataclasses.replace(mixture_of(training, CHOSEN, model, query), weights=weights)

    catalogue = Catalogue(ids, artists, artists, [f"Title {row}" for row in range(SONGS)], counts)
    params = query_params(similarity="log_odds")
    return Recommender(model_of(vectors, training.vocabulary), catalogue, params, blend=blend)


def even() -> dict[str, float]:
    names = set(WORDS)
    return dict.fromkeys(names, 1 / len(names))


def rows(songs: Sequence[int]) -> list[Row]:
    return [Row(song) for song in songs]


def test_what_was_counted_is_suggested() -> None:
    recommender = planted({"markov_last": 0.9, "word2vec": 0.1})
    for song in range(SONGS):
        assert recommender.next([Row(song)], 1)[0].row == (song + 1) % SONGS
    alone = dataclasses.replace(recommender, blend=None)
    found = [alone.next([Row(song)], 1)[0].row for song in range(SONGS)]
    assert sum(row == (song + 1) % SONGS for song, row in enumerate(found)) < 6


def test_it_is_given_all_songs_and_its_model_what_evaluate_says() -> None:
    """Two songs back stands song 3; only a part that hears of it can tell 5 from 8, between which
    the last one ties.
    """
    recommender = planted({"distances_0.8": 1.0})
    later, sooner = recommender.next(rows([3, 0]), SONGS), recommender.next(rows([0]), SONGS)
    assert dict(later)[Row(5)] > dict(later)[Row(8)]
    assert dict(sooner)[Row(5)] == pytest.approx(dict(sooner)[Row(8)])
    model_alone = planted({"word2vec": 1.0})
    assert model_alone.next(rows([3, 0]), 3) == model_alone.next(
        rows([0]), 3, Wishes(banned=frozenset({3}))
    )
    heard = dataclasses.replace(
        model_alone, params=dataclasses.replace(model_alone.params, query="history")
    )
    assert heard.next(rows([3, 0]), 3) != model_alone.next(rows([3, 0]), 3)


def test_a_batch_is_its_single_queries_and_complete_is_next() -> None:
    recommender = planted(even())
    queries = [rows(songs) for songs in ([0], [3, 1], [], [5, 5, 2])]
    found = recommender.next_of_each(queries, 5)
    assert found == [recommender.next(each, 5) for each in queries]
    assert found[2] == []
    assert recommender.complete(queries[1], 5) == found[1]


@pytest.mark.parametrize("diversity", [0.0, 0.5])
def test_wishes_are_kept(diversity: float) -> None:
    recommender = planted(even())
    wishes = Wishes(frozenset({6}), an_artist=1, diversity=diversity)
    found = [each.row for each in recommender.next(rows([4, 5]), SONGS, wishes)]
    assert not {4, 5, 6} & set(found)
    artists = [row // 3 for row in found]
    assert len(set(artists)) == len(artists) == 4
    assert {4, 5} & {each.row for each in recommender.next(rows([4, 5]), SONGS, Wishes(known=True))}


def test_diversity_weighs_logarithms() -> None:
    """After song 1 stand song 2, like it and ten times less likely, and song 3, unlike it and
    hardly ever next.

    With a diversity of 0.3 song 2 is worth 0.7 * 0.83 - 0.3 * 1 by logarithms, from log(1e-6) to
    log(0.9), and
    0.7 * 0.1 - 0.3 * 1 by shares; song 3 is worth 0 either way.
    """
    assert logarithms(np.array([1.0, 0.1, 0.0])) == pytest.approx(
        np.log([1.0, 0.1, MIN_PROBABILITY])
    )
    unit = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], np.float32)
    shares = np.array([[0, 0], [0.9, 0], [0.09, 0], [1e-6, 0]], np.float32)
    names = [*"abcd"]
    ranker = EmbeddingRanker(
        model_of(unit, Vocabulary(names, np.array([4, 3, 2, 1])), shares), "dot"
    )
    catalogue = Catalogue(names, names, names, names, ranker.vocabulary.counts)
    asked = Queries.of_each(Rows(np.array([0]))), Exclusions.of_each(np.array([0]))

    def order(scale: Scale | None) -> list[int]:
        (found,) = suggest_within(ranker, *asked, 3, Wishes(diversity=0.3), catalogue, unit, scale)
        return [each.row for each in found]

    assert order(logarithms) == [1, 2, 3]
    assert order(None) == [1, 3, 2]


def test_voices_add_up_to_the_score() -> None:
    recommender = planted(even())
    for suggestion in recommender.next(rows([3, 4]), 5):
        heard = recommender.voices(rows([3, 4]), suggestion.row)
        assert sum(each.adds for each in heard) == pytest.approx(suggestion.score)
        assert sum(each.share for each in heard) == pytest.approx(1)
        assert [each.adds for each in heard] == sorted((each.adds for each in heard), reverse=True)
    (only,) = planted({"markov_last": 1.0}).voices(rows([4]), Row(5))
    assert only == ("markov_last", "what followed the last song", 1.0, 1.0)
    assert dataclasses.replace(recommender, blend=None).voices(rows([4]), Row(5)) == []


def test_every_part_of_a_blend_has_words() -> None:
    mixture = planted(even()).mixture
    assert mixture
    assert set(WORDS) == {*mixture.parts, *mixture.priors, "word2vec"}


def test_the_radio_walks_by_the_blend() -> None:
    recommender = planted({"markov_last": 0.9, "word2vec": 0.1})
    calm = RadioParams(temperature=0, pull=0, cool_down=1)
    assert [step.row for step in islice(recommender.radio(Row(3), calm), SONGS)] == [
        *range(3, SONGS),
        0,
        1,
        2,
    ]
    lively = [
        step.row for step in islice(recommender.radio(Row(3), RadioParams(temperature=5)), SONGS)
    ]
    assert sorted(lively) == list(range(SONGS))


def test_what_is_asked_by_cosine_stays_so_and_counts_nothing() -> None:
    recommender = planted(even())
    alone = dataclasses.replace(recommender, blend=None)
    assert recommender.similar(Row(2), 4) == alone.similar(Row(2), 4)
    assert recommender.path(Row(0), Row(5), 4) == alone.path(Row(0), Row(5), 4)
    assert "mixture" not in vars(recommender)


def test_it_hits_as_often_as_the_test_says(finished: Project) -> None:
    recommender = load(finished.folder)
    params = read_section(finished.folder / "params.yaml", Query)
    ids = Vocabulary.load(finished.folder / "data/vocabulary/vocabulary.tsv").ids
    pairs = Pairs.load(finished.folder / "data/split/test.npz")
    known = recommender.catalogue.row_of
    hits = 0
    for history, target in zip(pairs.histories(), pairs.targets.tolist(), strict=True):
        songs = [known[ids[song]] for song in history.tolist() if ids[song] in known]
        wishes = Wishes(known=params.suggest_known, banned=frozenset(songs[-1:]))
        hits += known.get(ids[target]) in [each.row for each in recommender.next(songs, 10, wishes)]
    scores = json.loads((finished.folder / "metrics/test.json").read_text("utf-8"))["baselines"][
        "blend"
    ]
    assert hits / len(pairs) == pytest.approx(scores["hit@10"], abs=1e-6)


def test_without_its_files_the_model_suggests_and_says_so(project: Project) -> None:
    query = rows([0, 1])
    blend, alone = load(project.folder), load(project.folder, ranker="word2vec")
    assert (blend.without_blend, alone.without_blend, alone.blend) == ("", "", None)
    assert blend.next(query) != alone.next(query)
    assert load(project.folder, similarity="log_odds").next(query) == alone.next(query)
    bare = load(project.folder / "data/model")
    missing = "no metrics/blend_weights.json: Word2Vec alone suggests, not the blend"
    assert bare.without_blend == f"{project.folder}/data/model: {missing}"
    assert bare.next(query) == alone.next(query)
    (project.folder / BLEND[2]).unlink()
    without = load(project.folder)
    assert (
        without.without_blend
        == f"{project.folder}: no {BLEND[2]}: Word2Vec alone suggests, not the blend"
    )
    assert without.next(query) == alone.next(query)
    # A checkout from before the parameter suggests as it did then.
    params = project.params()
    del params["evaluate"]["ranker"]
    project.write_params(params)
    older = load(project.folder)
    assert (older.blend, older.without_blend) == (None, "")


def test_files_of_another_model_are_one_line(project: Project) -> None:
    weights, songs, train = (project.folder / BLEND[place] for place in (0, 3, 2))
    model = project.folder / "data/model"
    expected = "expected files of one `dvc repro`"
    content = json.loads(weights.read_text("utf-8"))

    def refused() -> str:
        with pytest.raises(DataError) as raised:
            load(project.folder).next(rows([0]))
        return str(raised.value)

    weights.write_text(json.dumps(content | {"embeddings_sha256": "0"}), "utf-8")
    assert refused() == f"{weights}: weights for another model than {model}: {expected}"
    del content["embeddings_sha256"]
    weights.write_text(json.dumps(content), "utf-8")
    assert refused() == f"{weights}: weights for another model than {model}: {expected}"
    project.git("checkout", "--quiet", str(weights))
    vocabulary = Vocabulary.load(songs)
    shutil.copy(songs, songs.with_suffix(".kept"))
    songs.unlink()  # it may be a link into the cache
    Vocabulary(vocabulary.ids[::-1], vocabulary.counts).save(songs)
    assert refused() == f"{train}: not the songs of {model}: {expected}"
    Vocabulary(vocabulary.ids[:5], vocabulary.counts[:5]).save(songs)
    assert refused() == f"{train}: songs that {songs} does not have: {expected}"
    # Nobody who does not ask the blend is told.
    assert load(project.folder).similar(Row(0))
    assert load(project.folder, ranker="word2vec").next(rows([0]))


def damaged(content: bytes) -> list[bytes]:
    """What may stand in a file from elsewhere: nothing, other things, half of it, JSON of other
    shapes.
    """
    found = [
        b"",
        b"x",
        b"\xff\xfe\x00",
        content[: len(content) // 2],
        content.replace(b"0", b"x", 3),
    ]
    with suppress(ValueError):
        whole = json.loads(content)
        blends: list[object] = [
            3,
            {},
            {"tau": "x", "weights": {}},
            {"tau": 1, "weights": {"nosuch": 1}},
        ]
        shapes: list[object] = [[], 3, {}, *({**whole, "blend": each} for each in blends)]
        chosen: list[object] = [3, {}, {"markov": {}}]
        shapes += [{**whole, "chosen": each} for each in chosen]
        found += [json.dumps(each).encode() for each in shapes]
    return [each for each in found if each != content]


def refusal(folder: Path) -> str:
    """What a recommender of the folder says instead of a suggestion; nothing where it has one."""
    try:
        assert load(folder).next(rows([0]), 3)
    except DataError as error:
        return str(error)
    return ""


MODEL_FILES = ("data/model/input.npy", "data/model/training.json", "data/model/vocabulary.tsv")


@pytest.mark.parametrize("name", [*BLEND, *MODEL_FILES])
def test_a_damaged_file_is_one_line_that_names_its_folder(
    finished: Project, tmp_path: Path, name: str
) -> None:
    project = finished.copy_to(tmp_path / "copy")
    file = project.folder / name
    content = file.read_bytes()
    file.unlink()
    said = []
    for each in damaged(content):
        file.write_bytes(each)
        said.append(refusal(project.folder))
    # What is left of a file may be a whole one, with other songs or numbers.
    refused = [text for text in said if text]
    assert len(refused) >= 4
    assert all(len(text.splitlines()) == 1 and str(project.folder) in text for text in refused)


def test_wrong_questions(tmp_path: Path) -> None:
    model_of(np.eye(3, dtype=np.float32), Vocabulary(["a", "b", "c"], np.array([3, 2, 1]))).save(
        tmp_path
    )
    with pytest.raises(DataError, match="ranker = both: expected one of word2vec, blend"):
        load(tmp_path, ranker="both")
    with pytest.raises(
        DataError,
        match="similarity = dot: expected none with ranker = blend, which asks by log_odds",
    ):
        load(tmp_path, ranker="blend", similarity="dot")
