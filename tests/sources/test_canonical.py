import random
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.corpus.playlists import Playlists, RawPlaylist
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.sources.canonical import encode, with_details
from playlist2vec.sources.track_tables import TrackDetails

IDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=6)
RAW = st.lists(
    st.tuples(st.integers(0, 2**64 - 1), st.lists(st.tuples(IDS, IDS), max_size=6)).map(
        lambda drawn: RawPlaylist(
            drawn[0], [track for track, _ in drawn[1]], [artist for _, artist in drawn[1]]
        )
    )
)


@given(RAW)
def test_codes_stand_for_the_ids_they_came_from(raw: list[RawPlaylist]) -> None:
    playlists, tracks = encode(iter(raw))
    assert [[tracks.ids[code] for code in codes] for codes in playlists] == [
        playlist.tracks for playlist in raw
    ]
    assert playlists.keys.tolist() == [playlist.key for playlist in raw]
    assert playlists.rows.tolist() == list(range(len(raw)))
    assert [
        array.dtype
        for array in (playlists.tracks, playlists.offsets, playlists.keys, playlists.rows)
    ] == [
        np.int32,
        np.int64,
        np.uint64,
        np.int64,
    ]


@given(RAW)
def test_code_order_is_the_order_of_bytes(raw: list[RawPlaylist]) -> None:
    ids = encode(raw)[1].ids
    encoded = [track.encode() for track in ids]
    assert encoded == sorted(set(encoded))


@given(RAW, st.randoms(use_true_random=False))
def test_codes_do_not_depend_on_the_order_of_playlists(
    raw: list[RawPlaylist], order: random.Random
) -> None:
    shuffled = order.sample(raw, len(raw))
    (first, tracks), (second, same) = encode(raw), encode(shuffled)
    assert tracks.ids == same.ids
    assert sorted(codes.tolist() for codes in first) == sorted(codes.tolist() for codes in second)


@given(RAW)
def test_the_artist_beside_the_first_play_is_the_track_s(raw: list[RawPlaylist]) -> None:
    tracks = encode(raw)[1]
    first: dict[str, str] = {}
    for playlist in raw:
        first = dict(zip(playlist.tracks[::-1], playlist.artists[::-1], strict=True)) | first
    assert dict(zip(tracks.ids, tracks.artists, strict=True)) == first


def test_artists_may_be_unknown() -> None:
    raw = [
        RawPlaylist(1, ["c", "b"], ["y", "z"]),
        RawPlaylist(2, ["b", "a", "d", "a"], []),
        RawPlaylist(3, ["e"], ["x"]),
    ]
    assert encode(raw)[1].artists == ["", "z", "y", "", "x"]


def test_details_go_to_their_tracks() -> None:
    tracks = encode([RawPlaylist(1, ["b", "a"], ["y", "x"])])[1]
    named = with_details(
        tracks, {"b": TrackDetails("Them", "Gloria", "http://b"), "c": TrackDetails("No", "No", "")}
    )
    assert named == Tracks(["a", "b"], ["x", "y"], ["", "Them"], ["", "Gloria"], ["", "http://b"])


def test_files_come_back_and_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    raw = [RawPlaylist(2**64 - 1, ["b", "\u00e4", "b"], []), RawPlaylist(7, [], [])]
    playlists, tracks = encode(raw)
    tracks = with_details(tracks, {"b": TrackDetails("A\tB", "C\r\nD\u2028E", "")})
    for name in ("one", "two"):
        playlists.save(tmp_path / name / "p.npz")
        tracks.save(tmp_path / name / "t.tsv")
    assert (tmp_path / "one/p.npz").read_bytes() == (tmp_path / "two/p.npz").read_bytes()
    loaded = Playlists.load(tmp_path / "one/p.npz")
    assert [codes.tolist() for codes in loaded] == [[0, 1, 0], []]
    assert loaded.keys.tolist() == [2**64 - 1, 7]
    assert Tracks.load(tmp_path / "one/t.tsv") == Tracks(
        ["b", "\u00e4"], ["", ""], ["A B", ""], ["C D E", ""], ["", ""]
    )
