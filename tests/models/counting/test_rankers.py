import json
import re
from dataclasses import replace
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from playlist2vec.base.hashing import mix
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.songs import RowOfCode, Rows
from playlist2vec.corpus.vocabulary import Vocabulary, training_vocabulary
from playlist2vec.evaluation.next_song import evaluate_pairs
from playlist2vec.models.counting.item_neighbours import item_neighbours
from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.models.counting.rankers import (
    RANKERS,
    CountingRanker,
    Settings,
    Training,
    made,
    popularity,
    training_of,
)
from playlist2vec.models.counting.session_neighbours import session_neighbours
from playlist2vec.models.counting.transitions import cooccurrence, markov
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.params import Query
from playlist2vec.ranking.queries import Queries, Questions, ask, decayed
from playlist2vec.ranking.reweighted import whole_histories
from playlist2vec.ranking.sparse import Scorer, rank_by_scores
from stages import baselines as stage
from tests.builders.examples import (
    counting_rankers,
    lists_of,
    model_of,
    playlists_of,
    query_params,
    some_playlists,
)
from tests.builders.params import all_params, write_params

SONGS = 8
STRANGER = -1
Table = list[list[float]]


def scores_of(
    scorer: Scorer, session: list[int], decay: float = 1.0, playlist: int = STRANGER
) -> list[float]:
    """The score of every song for a session, all songs of it with weight decay**age."""
    queries = decayed(playlists_of([session]), len(session), decay)
    found: list[float] = (
        scorer(replace(queries, playlists=np.array([playlist]))).toarray()[0].tolist()
    )
    return found


def test_markov_by_hand() -> None:
    train = playlists_of([[0, 1, 2], [0, 1], [0, 2, 0, 1], [3]])
    scorer = markov(PlayIndex(train, 4))
    assert scores_of(scorer, [0]) == [0, 3 / 4, 1 / 4, 0]
    assert scores_of(scorer, [1]) == [0, 0, 1, 0]
    assert scores_of(scorer, [3]) == [0, 0, 0, 0]
    assert scores_of(scorer, [0, 1], decay=0.5) == [0, 0.5 * 3 / 4, 0.5 * 1 / 4 + 1, 0]


def test_cooccurrence_by_hand() -> None:
    train = playlists_of([[0, 1, 2, 3], [1, 0, 1]])
    # Beside 0: 1, 2 in the first playlist, 1, 1 in the second. Beside 1: 0, 2, 3; then 0, 1 and 0,
    # 1 again.
    scorer = cooccurrence(PlayIndex(train, 4), window=2)
    assert scores_of(scorer, [0]) == [0, 3 / 4, 1 / 4, 0]
    assert scores_of(scorer, [1]) == [3 / 7, 2 / 7, 1 / 7, 1 / 7]
    assert scores_of(cooccurrence(PlayIndex(train, 4), window=1), [0]) == [0, 1, 0, 0]
    assert scores_of(scorer, [0, 3], decay=0.5) == [0, 0.5 * 3 / 4 + 1 / 2, 0.5 * 1 / 4 + 1 / 2, 0]


def test_item_neighbours_by_hand() -> None:
    train = playlists_of([[0, 1, 0], [0, 1, 2], [0, 2], [0, 3], [3]])
    # Playlists that hold the songs: 4, 2, 2, 2; both 0 and another: 2, 2, 1.
    scorer = item_neighbours(PlayIndex(train, 4), neighbours=10)
    cosine = sqrt(2**2 / (4 * 2))
    assert scores_of(scorer, [0]) == [0, cosine, cosine, sqrt(1**2 / (4 * 2))]
    assert scores_of(scorer, [1]) == [cosine, 0, 1 / 2, 0]
    nearest = item_neighbours(PlayIndex(train, 4), neighbours=1)
    assert scores_of(nearest, [0]) == [0, cosine, 0, 0]
    assert scores_of(nearest, [0, 1], decay=0.5) == [cosine, 0.5 * cosine, 0, 0]


def test_equal_cosines_of_different_counts_are_equal_to_the_bit() -> None:
    # Song 0 is in 9 playlists, with song 1 in 1 of 1, with song 2 in 3 of 9: 1 / sqrt(9 * 1) = 3 /
    # sqrt(9 * 9).
    train = playlists_of([[0, 1], *[[0, 2]] * 3, *[[0]] * 5, *[[2]] * 6])
    row = scores_of(item_neighbours(PlayIndex(train, 3), neighbours=2), [0])
    assert row[1] == row[2] == 1 / 3


def test_session_neighbours_by_hand() -> None:
    train = playlists_of([[0, 1, 2], [1, 3, 3, 1], [4, 0], [5, 6, 7, 3]])
    scorer = session_neighbours(PlayIndex(train, SONGS), neighbours=10)
    # Session 0, 1: weights 1/2, 1. Playlist 0 shares both, 1 shares the last, 2 shares the one
    # before.
    first, second, third = (1 / 2 + 1) / sqrt(3), 1 / sqrt(2), (1 / 2) / sqrt(2) / 2
    once, twice = 1 + log(4 / 1), 1 + log(4 / 2)
    expected = np.array([first + third, first + second, first, second, third, 0, 0, 0])
    rarity = np.array([twice, twice, once, twice, once, once, once, once])
    grains = 2.0**32
    assert np.array(scores_of(scorer, [0, 1])) / grains == pytest.approx(
        expected * rarity, rel=1e-6
    )
    # A song counts where it stands last: session 0, 1, 0 has weights 2/3 for song 1, 1 for song 0.
    first, second, third = (2 / 3 + 1) / sqrt(3), (2 / 3) / sqrt(2) / 2, 1 / sqrt(2)
    expected = np.array([first + third, first + second, first, second, third, 0, 0, 0])
    assert np.array(scores_of(scorer, [0, 1, 0])) / grains == pytest.approx(
        expected * rarity, rel=1e-6
    )
    # Of the three, the most similar ones alone, and never the session's own playlist.
    only = session_neighbours(PlayIndex(train, SONGS), neighbours=1)
    assert np.flatnonzero(scores_of(only, [0, 1])).tolist() == [0, 1, 2]
    assert np.flatnonzero(scores_of(only, [0, 1], playlist=0)).tolist() == [1, 3]
    assert np.flatnonzero(scores_of(scorer, [0, 1], playlist=2)).tolist() == [0, 1, 2, 3]


def test_the_weights_of_a_query_are_not_those_of_a_session() -> None:
    scorer = session_neighbours(
        PlayIndex(playlists_of([[0, 1, 2], [1, 3], [2, 0]]), 4), neighbours=2
    )
    assert scores_of(scorer, [0, 1], decay=0.1) == scores_of(scorer, [0, 1], decay=1.0)


def ranks_with(scorer: Scorer, questions: Questions) -> NDArray[np.float64]:
    vocabulary = Vocabulary([f"t{song}" for song in range(SONGS)], np.arange(SONGS, 0, -1))
    return questions.answer(CountingRanker(vocabulary, scorer).rank)


def test_markov_knows_the_direction_and_cooccurrence_does_not() -> None:
    ring = playlists_of(
        [[(start + step) % SONGS for step in range(SONGS)] for start in range(SONGS)]
    )
    pairs = Pairs.of_last(playlists_of([[song, (song + 1) % SONGS] for song in range(SONGS)]))
    questions = ask(pairs, RowOfCode(np.arange(SONGS)), query_params())
    assert ranks_with(markov(PlayIndex(ring, SONGS)), questions).tolist() == [1.0] * SONGS
    both = ranks_with(cooccurrence(PlayIndex(ring, SONGS), 1), questions)
    # The song before scores the same and has the smaller row, but for the first song, whose ring
    # closes at 7.
    assert both.tolist() == [1, 2, 2, 2, 2, 2, 2, 1]


def shares_of(counts: NDArray[np.int64]) -> Table:
    """Each row of counts divided by its sum; a row of zeros stays."""
    return [[count / max(sum(row), 1) for count in row] for row in counts.tolist()]


def markov_table(train: list[list[int]]) -> Table:
    counts = np.zeros((SONGS, SONGS), np.int64)
    for playlist in train:
        for place in range(len(playlist) - 1):
            counts[playlist[place], playlist[place + 1]] += 1
    return shares_of(counts)


def cooccurrence_table(train: list[list[int]], window: int) -> Table:
    counts = np.zeros((SONGS, SONGS), np.int64)
    for playlist in train:
        for i, song in enumerate(playlist):
            for j, other in enumerate(playlist):
                counts[song, other] += i != j and abs(i - j) <= window
    return shares_of(counts)


def item_table(train: list[list[int]], neighbours: int) -> Table:
    holders = [
        {number for number, playlist in enumerate(train) if song in playlist}
        for song in range(SONGS)
    ]
    table = []
    for song in range(SONGS):
        row = [0.0] * SONGS
        for other in set(range(SONGS)) - {song}:
            if both := len(holders[song] & holders[other]):
                row[other] = sqrt(both**2 / (len(holders[song]) * len(holders[other])))
        kept = sorted(range(SONGS), key=lambda other: (-row[other], other))[:neighbours]
        table.append([row[other] if other in kept else 0.0 for other in range(SONGS)])
    return table


def weighted(table: Table, query: list[tuple[int, float]]) -> list[float]:
    """score(c) = the sum of weight * row(song)[c], in playing order."""
    total = [0.0] * SONGS
    for song, weight in query:
        total = [sum_ + weight * value for sum_, value in zip(total, table[song], strict=True)]
    return total


def session_scores(train: Playlists, session: list[int], own: int, neighbours: int) -> list[float]:
    sets = [set(tracks.tolist()) for tracks in train]
    position = {song: place for place, song in enumerate(session, start=1)}
    near = []
    for number, held in enumerate(sets):
        shared = [position[song] for song in held & set(session)]
        if shared and number != own:
            similarity = sqrt(sum(shared) ** 2 / len(held)) / len(session)
            near.append((similarity, number, 1 / (1 + len(session) - max(shared))))
    hashes = mix(train.keys).tolist()
    near.sort(key=lambda each: (-each[0], hashes[each[1]]))
    total = [0.0] * SONGS
    for similarity, number, match in near[:neighbours]:
        for song in sets[number]:
            total[song] += round(similarity * match * 2**32)
    holders = [sum(song in held for held in sets) for song in range(SONGS)]
    rarity = [round((1 + log(len(sets) / max(count, 1))) * 2**20) / 2**20 for count in holders]
    return [sum_ * factor for sum_, factor in zip(total, rarity, strict=True)]


def rank_by_definition(scores: list[float], target: int, excluded: set[int]) -> float:
    """1 + songs scored above the target + songs scored equal with a smaller row."""
    if target in excluded:
        return np.inf
    places = [(-score, song) for song, score in enumerate(scores) if song not in excluded]
    return 1.0 + sum(place < (-scores[target], target) for place in places)


def ranks_by_definition(
    name: str, train: Playlists, questions: Questions, settings: Settings
) -> list[float]:
    lists = lists_of(train)
    tables = {
        "popularity": [[0.0] * SONGS] * SONGS,
        "markov": markov_table(lists),
        "cooccurrence": cooccurrence_table(lists, int(settings["window"])),
        "item_knn": item_table(lists, int(settings["neighbours"])),
    }
    ranks = []
    for number, target in enumerate(questions.targets.tolist()):
        query = questions.queries.block(number, number + 1)
        songs, own = query.songs.tolist(), int(query.playlists[0])
        if name == "closing":
            scores = [float(sum(each[-1:] == [song] for each in lists)) for song in range(SONGS)]
        elif name == "session_knn":
            scores = session_scores(train, songs, own, int(settings["session_neighbours"]))
        else:
            scores = weighted(tables[name], list(zip(songs, query.weights.tolist(), strict=True)))
        out = set(questions.excluded.of_block(number, number + 1)[1].tolist())
        ranks.append(rank_by_definition(scores, target, out))
    return ranks


@pytest.mark.parametrize(
    "name", ["popularity", "closing", "markov", "cooccurrence", "item_knn", "session_knn"]
)
@settings(max_examples=60, deadline=None)
@given(
    some_playlists(min_size=1, tracks=SONGS),
    st.lists(st.lists(st.integers(0, SONGS - 1), min_size=2, max_size=6), min_size=1, max_size=8),
    st.fixed_dictionaries(
        {name: st.integers(1, 4) for name in ("window", "neighbours", "session_neighbours")}
    ),
    st.sampled_from(["last", "history"]),
    st.booleans(),
    st.integers(1, 4),
)
def test_ranks_are_those_of_plain_counting(
    name: str,
    train: Playlists,
    asked: list[list[int]],
    settings: Settings,
    query: str,
    suggest_known: bool,
    query_block: int,
) -> None:
    # A query of number n counts as taken from training playlist n, where there is one.
    section = query_params(query=query, songs_back=4, decay=0.5, suggest_known=suggest_known)
    questions = ask(Pairs.of_last(playlists_of(asked)), RowOfCode(np.arange(SONGS)), section)
    vocabulary = Vocabulary([f"t{song}" for song in range(SONGS)], np.arange(SONGS, 0, -1))
    ranker = RANKERS[name].make(Training(PlayIndex(train, SONGS), vocabulary), settings)
    assert isinstance(ranker, CountingRanker)
    expected = ranks_by_definition(name, train, questions, settings)
    ranks = rank_by_scores(
        ranker.scorer,
        questions.queries,
        questions.targets,
        questions.excluded,
        SONGS,
        query_block=query_block,
    )
    assert ranks.tolist() == expected
    assert questions.answer(ranker.rank)[questions.asked].tolist() == expected


@settings(max_examples=60, deadline=None)
@given(
    some_playlists(min_size=1),
    st.lists(st.lists(st.integers(0, 8), min_size=2, max_size=5), min_size=1),
)
def test_popularity_scores_what_equal_vectors_score(
    train: Playlists, asked: list[list[int]]
) -> None:
    ids = [f"t{song}" for song in range(9)]
    vocabulary, rows = training_vocabulary([train], ids)
    model = model_of(np.ones((len(vocabulary), 3), np.float32), vocabulary)
    pairs = Pairs.of_last(playlists_of(asked))
    for known in (True, False):
        params = query_params(suggest_known=known, repeats="hit")
        expected = evaluate_pairs(
            EmbeddingRanker(model, "cosine"), pairs, ids, params
        ).ranks.tolist()
        questions = ask(pairs, rows, params)
        ranker = CountingRanker(vocabulary, popularity(len(vocabulary)))
        assert questions.answer(ranker.rank).tolist() == expected


def random_playlists() -> Playlists:
    """300 playlists of 60 songs whose popularity falls."""
    rng = np.random.default_rng(7)
    weights = 1 / np.arange(1, 61)
    return playlists_of(
        [
            rng.choice(60, rng.integers(2, 15), p=weights / weights.sum()).tolist()
            for _ in range(300)
        ]
    )


@pytest.mark.parametrize("neighbours", [1, 7, 60])
def test_item_neighbours_are_those_of_scikit_learn(neighbours: int) -> None:
    from sklearn.neighbors import NearestNeighbors

    train = random_playlists()
    held = np.zeros((60, 300))
    for number, tracks in enumerate(train):
        held[tracks, number] = 1
    trees = NearestNeighbors(metric="cosine", algorithm="brute").fit(held)
    distances, _ = trees.kneighbors(n_neighbors=min(neighbours, 59))
    everywhere = trees.kneighbors_graph(n_neighbors=59, mode="distance").toarray()
    for song in range(60):
        row = np.array(scores_of(item_neighbours(PlayIndex(train, 60), neighbours), [song]))
        kept = np.flatnonzero(row)
        assert row[kept] == pytest.approx(1 - everywhere[song, kept])
        similar = 1 - distances[song]
        assert np.sort(row[kept])[::-1] == pytest.approx(similar[similar > 1e-9])


def test_cooccurrence_in_a_whole_playlist_is_what_scikit_learn_counts() -> None:
    from sklearn.feature_extraction.text import CountVectorizer

    train = random_playlists()
    texts = [" ".join(f"s{song:02}" for song in tracks) for tracks in lists_of(train)]
    plays = (
        CountVectorizer(vocabulary=[f"s{song:02}" for song in range(60)]).transform(texts).toarray()
    )
    # Every ordered pair of plays, but for a play with itself.
    counts = plays.T @ plays - np.diag(plays.sum(axis=0))
    scorer = cooccurrence(PlayIndex(train, 60), window=15)
    for song in range(60):
        assert scores_of(scorer, [song]) == (counts[song] / counts[song].sum()).tolist()


def test_counting_leaves_the_playlists_as_they_are() -> None:
    train = playlists_of([[2, 2, 0, 2], [1, 1], [0, 1, 0]])
    before = [array.tobytes() for array in (train.tracks, train.offsets)]
    for ranker in counting_rankers(
        train, ["a", "b", "c"], window=2, neighbours=2, session_neighbours=2
    ).values():
        ranker.suggest(Queries.of_each(Rows(np.arange(3))), Exclusions.none(3), 3)
    assert [array.tobytes() for array in (train.tracks, train.offsets)] == before


def test_the_stage_writes_the_scores_and_ranks_of_each(tmp_path: Path) -> None:
    train, asked = (
        random_playlists(),
        Pairs.of_last(playlists_of([[0, 5, 1], [3, 2, 0], [4, 4, 4]])),
    )
    ids = [f"t{song:02}" for song in range(60)]
    Vocabulary(ids, np.arange(60, 0, -1)).save(tmp_path / "vocabulary.tsv")
    train.save(tmp_path / "train.npz")
    asked.save(tmp_path / "validation.npz")
    params = str(write_params(tmp_path / "params.yaml", all_params()))
    vocabulary_file, train_file, pairs_file = (
        f"{tmp_path}/{name}" for name in ("vocabulary.tsv", "train.npz", "validation.npz")
    )

    def written(folder: str) -> list[bytes]:
        written = [
            tmp_path / folder / name
            for name in ("ranks.npz", "settings.json", "metrics.json", "all.json")
        ]
        summary = stage.main(
            params, "tracks.tsv", vocabulary_file, train_file, pairs_file, *map(str, written)
        )
        assert re.fullmatch(
            r"3 pairs, 15 settings tried: hit@10 popularity 0\.\d{4}, .*, ease 0\.\d{4}", summary
        )
        return [path.read_bytes() for path in written]

    assert written("one") == written("two")
    metrics = json.loads((tmp_path / "one/all.json").read_text("utf-8"))
    assert list(metrics) == list(RANKERS)
    best = json.loads((tmp_path / "one/metrics.json").read_text("utf-8"))["best_baseline"]
    assert best["ndcg@10"] == max(each["ndcg@10"] for each in metrics.values())
    with np.load(tmp_path / "one/ranks.npz") as ranks:
        assert sorted(ranks) == sorted([*metrics, "rows", "keys", "queries", "targets"])
        chosen = json.loads((tmp_path / "one/settings.json").read_text("utf-8"))["chosen"]
        query = whole_histories(read_section(params, Query))
        for name, scores in metrics.items():
            ranker = made(name, training_of(train, ids), chosen[name])
            assert ranks[name].tolist() == evaluate_pairs(ranker, asked, ids, query).ranks.tolist()
            assert scores["hit@10"] == pytest.approx(np.mean(ranks[name] <= 10), abs=1e-6)
            assert (scores["pairs"], scores["repeats"]) == (3, 1)
        assert ranks["targets"].tolist() == [1, 0, 4]
