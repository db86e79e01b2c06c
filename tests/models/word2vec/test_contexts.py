import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.songs import RowOfCode
from playlist2vec.corpus.storage import Parts
from playlist2vec.corpus.vocabulary import InRows
from playlist2vec.models.word2vec import contexts, shuffling
from playlist2vec.models.word2vec.contexts import Contexts, directed_contexts, window_contexts
from tests.builders.examples import lists_of, playlists_of, some_playlists

COUNTS = np.array([3, 2, 1])


def in_parts(playlists: Playlists, folder: Path, plays: int) -> Parts:
    playlists.save(folder / "playlists.npz")
    return Parts(folder / "playlists.npz", plays)


def test_sentences_are_text_and_may_be_read_again() -> None:
    made = window_contexts([playlists_of([[0, 1], [], [1]])], COUNTS, 3)
    assert list(made.sentences) == [["0", "1"], [], ["1"]]
    assert list(made.sentences) == [["0", "1"], [], ["1"]]
    assert made.counts == {"0": 3, "1": 2, "2": 1}
    assert (made.songs, made.spaces, made.shown, len(made.sentences)) == (3, 0, 3, 3)


def test_long_playlists_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "LONGEST_SENTENCE", 10)
    songs = list(range(33))
    pieces = list(window_contexts([playlists_of([songs, [1, 2]])], np.ones(33, int), 3).sentences)
    assert pieces[-1] == ["1", "2"]
    assert max(map(len, pieces)) == 10
    neighbours = {pair for piece in pieces[:-1] for pair in zip(piece, piece[3:], strict=False)}
    assert neighbours >= {(str(song), str(song + 3)) for song in songs[:-3]}
    for before, after in pairwise(pieces[:-1]):
        assert before[-3:] == after[:3]


def whole_sentences(
    playlists: Playlists, longest: int, overlap: int, artists: list[int]
) -> list[list[str]]:
    """What `window_contexts` promises, of lists in memory; `artists`: the token number of each
    song's, -1 for none.
    """
    sentences = []
    for songs in lists_of(playlists):
        tokens = [
            token
            for song in songs
            for token in (str(song), f"artist{artists[song]}" if artists[song] >= 0 else "")
            if token
        ]
        while len(tokens) > longest:
            sentences.append(tokens[:longest])
            tokens = tokens[longest - min(overlap, longest // 2) :]
        sentences.append(tokens)
    return sentences


@given(some_playlists(), st.integers(1, 9), st.integers(2, 7), st.integers(1, 9), st.booleans())
def test_sentences_are_the_same_in_parts_of_any_size(
    tmp_path_factory: pytest.TempPathFactory,
    playlists: Playlists,
    plays: int,
    longest: int,
    overlap: int,
    with_artists: bool,
) -> None:
    artists = [1, 0, -1, 1, 2, 2, -1, 0] if with_artists else [-1] * 8
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contexts, "LONGEST_SENTENCE", longest)
        patch.setattr(contexts, "PLAYLISTS_BETWEEN_REPORTS", 2)
        expected = whole_sentences(playlists, longest, overlap, artists)
        # Artist 0 has more plays than artist 1, and that more than artist 2, so a token has its
        # artist's number.
        counts = np.array([2, 5, 9, 2, 1, 1, 9, 4])
        reported: list[int] = []
        made = window_contexts(
            in_parts(playlists, tmp_path_factory.mktemp("parts"), plays),
            counts,
            overlap,
            np.array(artists) if with_artists else None,
            reported.append,
        )
        assert list(made.sentences) == expected
        assert list(made.sentences) == expected
        assert len(made.sentences) == len(expected)
        assert sum(reported) == 2 * made.shown == 2 * sum(map(len, expected))


def test_the_longest_sentence_is_gensims_own() -> None:
    from gensim.models.word2vec import MAX_WORDS_IN_BATCH

    assert MAX_WORDS_IN_BATCH == contexts.LONGEST_SENTENCE


def test_artists_follow_their_songs_and_the_most_played_comes_first() -> None:
    made = window_contexts(
        [playlists_of([[0, 1, 2], [2]])], COUNTS, 3, artists=np.array([0, 5, -1])
    )
    assert list(made.sentences) == [["0", "artist0", "1", "artist1", "2"], ["2"]]
    assert list(made.counts) == ["0", "1", "2", "artist0", "artist1"]
    more = window_contexts(
        [playlists_of([[0, 1, 0]])], np.array([2, 1]), 3, artists=np.array([2, 4])
    )
    assert list(more.sentences) == [["0", "artist0", "1", "artist1", "0", "artist0"]]
    assert more.counts == {"0": 2, "1": 1, "artist0": 2, "artist1": 1}


def directed(
    folder: Path, playlists: Playlists, window: int, spaces: int, seed: int, bucket: int, plays: int
) -> Contexts:
    """Pairs of eight songs, sorted in buckets of `bucket` pairs, from parts of `plays` songs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shuffling, "BUCKET", bucket)
        return directed_contexts(
            in_parts(playlists, folder, plays), np.ones(8, int), window, spaces, seed, folder
        )


@given(some_playlists(), st.integers(1, 4), st.booleans(), st.integers(0, 5))
def test_directed_pairs_are_all_songs_that_follow_within_the_window(
    tmp_path_factory: pytest.TempPathFactory,
    playlists: Playlists,
    window: int,
    apart: bool,
    seed: int,
) -> None:
    made = directed(
        tmp_path_factory.mktemp("pairs"),
        playlists,
        window,
        window if apart else 1,
        seed,
        1 << 20,
        100,
    )
    expected = [
        (f"{distance - 1 if apart else 0}before{song}", str(tracks[place + distance]))
        for tracks in lists_of(playlists)
        for place, song in enumerate(tracks)
        for distance in range(1, window + 1)
        if place + distance < len(tracks)
    ]
    assert sorted(map(tuple, made.sentences)) == sorted(expected)
    assert made.shown == 2 * len(expected)
    names = list(made.counts)
    assert names[:8] == [str(row) for row in range(8)]
    assert names[8 : 8 * 2] == [f"0before{row}" for row in range(8)]


@given(
    some_playlists(),
    st.integers(1, 4),
    st.booleans(),
    st.integers(0, 5),
    st.sampled_from([1, 2, 7]),
    st.integers(1, 9),
)
def test_pairs_stand_in_the_order_of_the_hash_of_their_place(
    tmp_path_factory: pytest.TempPathFactory,
    playlists: Playlists,
    window: int,
    apart: bool,
    seed: int,
    bucket: int,
    plays: int,
) -> None:
    """The order, made of all pairs at once: first those of neighbours, then those one further
    apart, by their hash.
    """
    spaces = window if apart else 1
    tracks = playlists.tracks
    left = np.repeat(playlists.offsets[1:], playlists.lengths) - np.arange(len(tracks))
    places = [np.flatnonzero(left > distance) for distance in range(1, window + 1)]
    asking = np.concatenate(
        [tracks[place] + (min(d, spaces)) * 8 for d, place in enumerate(places, start=1)]
    )
    targets = np.concatenate([tracks[place + d] for d, place in enumerate(places, start=1)])
    order = np.argsort(mix(np.arange(len(asking), dtype=np.uint64), seed), kind="stable")
    folder = tmp_path_factory.mktemp("pairs")
    made = directed(folder, playlists, window, spaces, seed, bucket, plays)
    names = np.array(list(made.counts))
    expected = np.column_stack([names[asking[order]], names[targets[order]]]).tolist()
    assert list(made.sentences) == expected
    assert list(made.sentences) == expected
    assert len(made.sentences) == len(expected)
    asked = np.bincount(asking, minlength=len(names))[8:]
    assert list(made.counts.values()) == [1] * 8 + np.maximum(asked, 1).tolist()
    assert sorted(path.name for path in folder.iterdir()) == ["pairs", "playlists.npz"]


def test_pairs_that_cannot_be_written_name_their_file(tmp_path: Path) -> None:
    with pytest.raises(DataError) as raised:
        directed_contexts([playlists_of([[0, 1]])], COUNTS, 1, 1, 1, tmp_path / "missing")
    assert (
        str(raised.value)
        == f"{tmp_path}/missing/bucket0: cannot be written: No such file or directory"
    )


def test_tokens_are_reported_as_they_are_read(tmp_path: Path) -> None:
    reported: list[int] = []
    pairs = directed_contexts(
        [playlists_of([[0, 1, 2]])], COUNTS, 2, 1, 1, tmp_path, reported.append
    )
    assert len(list(pairs.sentences)) == 3
    window = window_contexts([playlists_of([[0, 1, 2]])], COUNTS, 2, report=reported.append)
    assert len(list(window.sentences)) == 1
    assert reported == [6, 3]


@pytest.mark.parametrize("kind", ["window", "directed"])
def test_memory_does_not_grow_with_the_number_of_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(shuffling, "BUCKET", 1 << 14)
    songs, peaks = 1_000, []
    rows = np.arange(songs)
    # The first time costs what is only made once, whatever the size, and another thread of the
    # process may take memory meanwhile: the smaller peak of two counts. It levels off, on Python
    # 3.13 above some 200,000 plays.
    for plays in (800_000, 200_000, 800_000):
        tracks = np.random.default_rng(1).integers(0, songs, plays).astype(np.int32)
        numbers = np.arange(plays // 20)
        whole = Playlists(tracks, np.arange(0, plays + 1, 20), numbers.astype(np.uint64), numbers)
        parts = InRows(in_parts(whole, tmp_path, 1 << 13), RowOfCode(rows))
        del whole, tracks, numbers
        tracemalloc.start()
        counts = np.full(songs, plays // songs)
        if kind == "window":
            made = window_contexts(parts, counts, 3)
        else:
            made = directed_contexts(parts, counts, 2, 1, 1, tmp_path)
        tokens = sum(map(len, made.sentences))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert tokens == made.shown >= plays
    once, small, again = peaks
    assert min(once, again) < 1.3 * small, peaks
