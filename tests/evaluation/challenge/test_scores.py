"""The challenge's scores from end to end: planted answers, misses that are counted, one ranker like
the other.
"""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.hashing import mix
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.songs import Rows
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import Vocabulary, rows_of, training_vocabulary
from playlist2vec.evaluation.challenge.scores import (
    SCORES,
    SUGGESTIONS,
    artist_codes,
    continue_playlists,
    evaluate_challenge,
    suggestions,
    task_of,
)
from playlist2vec.evaluation.challenge.ways import WAYS
from playlist2vec.models.embeddings.model import Model
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.exclusions import Exclusions, filled_up
from playlist2vec.ranking.sparse import best_by_scores
from tests.builders.examples import (
    counting_rankers,
    model_of,
    playlists_of,
    query_params,
    scoring_params,
)
from tests.conftest import Project
from tests.ranking.test_sparse import fixed

GROUPS, SIZE = 30, 40


def keyed(lists: list[list[int]]) -> Playlists:
    plain = playlists_of(lists)
    return Playlists(plain.tracks, plain.offsets, mix(plain.keys, 7), plain.rows)


def grouped(playlists: int, seed: int, *, mixed: bool = False) -> Playlists:
    """Playlists of 35 of the 40 songs of one group each; or, `mixed`, of any songs."""
    rng = np.random.default_rng(seed)
    songs = (rng.permutation(GROUPS * SIZE if mixed else SIZE)[:35] for _ in range(playlists))
    return keyed(
        [(each if mixed else each + SIZE * rng.integers(GROUPS)).tolist() for each in songs]
    )


def grouped_model(ids: list[str], train: Playlists) -> Model:
    """Each song's vector says which group it belongs to."""
    vocabulary, rows = training_vocabulary([train], ids)
    vectors = np.zeros((len(vocabulary), GROUPS), np.float32)
    vectors[rows[rows >= 0], np.flatnonzero(rows >= 0) // SIZE] = 1
    return model_of(vectors, vocabulary)


def table_of(folder: Path, ids: list[str]) -> Path:
    """A table of tracks; an artist has four songs."""
    artists = [f"artist {number // 4}" for number in range(len(ids))]
    empty = [""] * len(ids)
    Tracks(ids, artists, empty, empty, empty).save(folder / "tracks.tsv")
    return folder / "tracks.tsv"


IDS = [f"t{song:04}" for song in range(GROUPS * SIZE)]


def test_a_model_that_knows_the_group_beats_popularity_and_without_groups_nothing_does(
    tmp_path: Path,
) -> None:
    train, held = grouped(3000, 1), grouped(400, 2)
    tracks = table_of(tmp_path, IDS)
    params = query_params(decay=1.0)
    model = evaluate_challenge(
        EmbeddingRanker(grouped_model(IDS, train), "cosine"), held, IDS, tracks, params
    ).scores()
    counted = {
        name: evaluate_challenge(ranker, held, IDS, tracks, params).scores()
        for name, ranker in counting_rankers(train, IDS).items()
    }
    for scores in (model, counted["cooccurrence"], counted["item_knn"], counted["session_knn"]):
        ways = scores["ways"]
        assert ways["title"] == counted["popularity"]["ways"]["title"]
        # 35 of 40 songs belong to a playlist, so at most one suggestion in eight is wrong.
        assert ways["title_first_10"]["r_precision"] > 0.8
        assert ways["title_first_10"]["clicks"] == 0
        assert scores["ndcg"] > 3 * counted["popularity"]["ndcg"]
    train, held = grouped(3000, 1, mixed=True), grouped(400, 2, mixed=True)
    chance = {
        name: evaluate_challenge(ranker, held, IDS, tracks, params).scores()
        for name, ranker in counting_rankers(train, IDS).items()
    }
    assert abs(chance["cooccurrence"]["ndcg"] - chance["popularity"]["ndcg"]) < 0.03


def test_no_shown_song_is_suggested_and_none_twice() -> None:
    train, held = grouped(3000, 1), grouped(300, 2)
    params = query_params(songs_back=3)
    _, rows = training_vocabulary([train], IDS)
    task = task_of(held, rows, np.arange(len(IDS)), params)
    lists = suggestions(
        EmbeddingRanker(grouped_model(IDS, train), "cosine"), task.queries, task.known
    )
    assert lists.shape == (300, SUGGESTIONS)
    for playlist, row in enumerate(lists):
        shown = task.known.songs[task.known.offsets[playlist] : task.known.offsets[playlist + 1]]
        assert len(set(row.tolist())) == SUGGESTIONS
        assert not set(row.tolist()) & set(shown.tolist())
        assert row.min() >= 0
    by_title = [
        playlist for playlist, way in enumerate(task.held.ways) if WAYS[way].name == "title"
    ]
    assert (lists[by_title] == np.arange(SUGGESTIONS)).all()


def test_what_training_did_not_see_is_a_miss_and_counted(tmp_path: Path) -> None:
    """Ten songs known, two unknown; the only playlists are so short that they are asked by title or
    with a song.
    """
    ids = [f"t{song:02}" for song in range(12)]
    model = model_of(np.eye(10, dtype=np.float32), Vocabulary(ids[:10], np.arange(10, 0, -1)))
    held = keyed([[10, 0], [11, 3], [1, 1, 2], [11, 10]] * 20)
    scored = evaluate_challenge(
        EmbeddingRanker(model, "cosine"), held, ids, table_of(tmp_path, ids), query_params()
    )
    task = task_of(held, rows_of(model.vocabulary, ids), np.full(12, -1), query_params())
    shown, truth = task.held.seeds.tracks, task.held.truth.songs
    assert scored.counts == {
        "shown": len(shown),
        "unseen_shown": int(np.count_nonzero(shown >= 10)),
        "to_find": len(truth),
        "unseen_to_find": int(np.count_nonzero(truth >= 10)),
        "repeated": 20,
        "by_popularity": int(np.count_nonzero(task.held.ways == 0) + np.count_nonzero(shown >= 10)),
    }
    assert len(shown) + len(truth) + 20 == len(held.tracks)
    clicks = scored.each[SCORES.index("clicks")]
    for playlist, (start, end) in enumerate(
        zip(task.held.truth.offsets[:-1], task.held.truth.offsets[1:], strict=True)
    ):
        assert clicks[playlist] == (0 if truth[start:end].min() < 10 else 51)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    train, held = grouped(500, 1), grouped(60, 2)
    params = query_params()
    _, rows = training_vocabulary([train], IDS)
    model = grouped_model(IDS, train)
    task = task_of(held, rows, np.arange(len(IDS)), params)
    whole = continue_playlists(task, EmbeddingRanker(model, "cosine"))
    monkeypatch.setattr("playlist2vec.evaluation.challenge.scores.BLOCK", 7)
    parts = continue_playlists(task, EmbeddingRanker(model, "cosine"))
    assert whole.each.tolist() == parts.each.tolist()
    assert whole.table(scoring_params()) == parts.table(scoring_params())


def test_scores_by_way_and_their_means(tmp_path: Path) -> None:
    train, held = grouped(500, 1), grouped(300, 2)
    params = query_params()
    scored = evaluate_challenge(
        EmbeddingRanker(grouped_model(IDS, train), "cosine"),
        held,
        IDS,
        table_of(tmp_path, IDS),
        params,
    )
    scores = scored.scores()
    ways = scores["ways"]
    assert list(ways) == [way.name for way in WAYS if way.seeds < 35]
    assert sum(way["playlists"] for way in ways.values()) == scores["playlists"] == 300
    for name in SCORES:
        weighted = sum(way[name] * way["playlists"] for way in ways.values()) / 300
        assert scores[name] == pytest.approx(weighted, abs=1e-5)
        assert scores["alike"][name] == pytest.approx(
            np.mean([way[name] for way in ways.values()]), abs=1e-5
        )
    rows = list(csv.reader(io.StringIO(scored.table(scoring_params()))))
    names = [f"challenge.{name}" for name in SCORES]
    assert [row[0] for row in rows[:6]] == [*names, "challenge.ways.title.r_precision"]
    assert len(rows) == len(SCORES) * (1 + len(ways))
    for name, *numbers in rows:
        value, low, high = map(float, numbers)
        assert low <= value <= high
        keys = name.split(".")[1:]
        assert value == (scores[keys[0]] if len(keys) == 1 else ways[keys[1]][keys[2]])
    summary = scored.summary()
    assert summary.startswith("challenge: 300 playlists (")
    every, missed, tracks = (f"{scores[name]:.4f}" for name in SCORES[:3])
    others = f"r-precision missed artists {missed}, r-precision tracks {tracks}"
    assert f"): r-precision {every}, {others}, ndcg " in summary


def test_artists_are_those_of_the_table(tmp_path: Path) -> None:
    empty = [""] * 4
    Tracks(["a", "b", "c", "d"], ["x", "", "y", "x"], empty, empty, empty).save(
        tmp_path / "tracks.tsv"
    )
    assert artist_codes(tmp_path / "tracks.tsv", ["d", "b", "c", "a", "track"]).tolist() == [
        0,
        -1,
        1,
        0,
        -1,
    ]


@given(
    st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.data())),
    st.integers(1, 5),
    st.integers(1, 9),
)
def test_lists_by_counting_are_those_of_the_definition(
    drawn: tuple[int, st.DataObject], block: int, k: int
) -> None:
    songs, data = drawn
    song, score = st.integers(0, songs - 1), st.sampled_from([0.0, 0.5, 1.0, 2.0])
    questions = data.draw(
        st.lists(
            st.tuples(st.dictionaries(song, score), st.lists(song, max_size=5)),
            min_size=1,
            max_size=8,
        )
    )
    rows, out = [row for row, _ in questions], [each for _, each in questions]
    excluded = Exclusions(
        Rows(np.array([song for each in out for song in each], np.int64)),
        np.cumsum([0, *map(len, out)]),
    )
    scorer, queries = fixed(rows, songs)
    found = best_by_scores(scorer, queries, excluded, songs, k, query_block=block)
    for row, hidden, mine in zip(rows, out, found.tolist(), strict=True):
        places = sorted((-row.get(each, 0.0), each) for each in range(songs) if each not in hidden)
        best = [each for _, each in places][:k]
        assert mine == best + [-1] * (k - len(best))


def test_lists_are_filled_up_by_popularity() -> None:
    best = np.array([[5, 0, -1, -1], [1, 2, 3, 4], [-1, -1, -1, -1]])
    excluded = Exclusions(Rows(np.array([1, 1, 0, 2])), np.array([0, 2, 2, 4]))
    assert filled_up(best, excluded, 6).tolist() == [[5, 0, 2, 3], [1, 2, 3, 4], [1, 3, 4, 5]]
    assert filled_up(best, excluded, 4).tolist() == [[5, 0, 2, 3], [1, 2, 3, 4], [1, 3, -1, -1]]


def test_the_chain_holds_whole_playlists_out_and_gives_the_scores(project: Project) -> None:
    project.change("split", held_out="playlist")
    project.change("evaluate", challenge=True)
    done = project.dvc("repro", "dvc.yaml", "final/dvc.yaml")
    assert "40 asked for in validation, 40 in the test" in done.stdout
    assert "(80 playlists, random song, all of each left out)" in done.stdout
    assert "challenge: 40 playlists (" in done.stdout
    split = {
        name: Pairs.load(project.folder / f"data/split/{name}.npz").playlists
        for name in ("validation", "test")
    }
    split["train"] = Playlists.load(project.folder / "data/split/train.npz")
    rows = [set(split[name].rows.tolist()) for name in ("train", "validation", "test")]
    assert not rows[0] & rows[1]
    assert not rows[0] & rows[2]
    assert sum(map(len, rows)) == len(
        Playlists.load(project.folder / "data/vocabulary/playlists.npz")
    )
    metrics = {
        name: json.loads((project.folder / f"metrics/{name}.json").read_text("utf-8"))
        for name in ("validation_details", "baselines_details", "test")
    }
    scored = [
        metrics["validation_details"],
        *metrics["baselines_details"].values(),
        metrics["test"]["scores"],
        *metrics["test"]["baselines"].values(),
    ]
    # The model and nine baselines on both kinds of pairs, and on the test pairs the two mixtures.
    assert len(scored) == 22
    for scores in scored:
        assert scores["challenge"]["playlists"] == scores["pairs"] == 40
        assert 0 < scores["challenge"]["ndcg"] < 1
    popularity = metrics["baselines_details"]["popularity"]["challenge"]["ways"]
    assert metrics["validation_details"]["challenge"]["ways"]["title"] == popularity["title"]
    for name in ("intervals", "test_intervals"):
        assert "\nchallenge.r_precision,0." in (project.folder / f"metrics/{name}.csv").read_text(
            "utf-8"
        )
