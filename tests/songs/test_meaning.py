"""Which song a text means, and what is said of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.reading.addresses import spellings
from playlist2vec.reading.songs import Wanted
from playlist2vec.songs.catalogue import Catalogue
from playlist2vec.songs.corrections import Corrections
from playlist2vec.songs.meaning import meant

SPOTIFY = "4aZz09bbbbbbbbbbbbbbbb"
SONGS = [
    ("a", "Nell Oak", "Night Ferry"),
    ("b", "Nell Oak", "Night Ferry (Live)"),
    ("c", "The Kites", "Lull"),
    ("d", "Moss & Dew", "Lull"),
    ("e", "Zoë Fir", "Cone (feat. Nell Oak)"),
    ("f", "Zoë Fir", "Pier (Tom Remix)"),
    ("g", "", "Nameless"),
    (f"spotify:track:{SPOTIFY}", "Oak, Ash", "Tide - 2009 Remaster"),
    ("h", "Moss & Dew", "Part (Part 1)"),
    ("i", "Nell Oak", "Night Ferry"),
]


def catalogue() -> Catalogue:
    ids, artists, titles = map(list, zip(*SONGS, strict=True))
    return Catalogue(
        ids, artists, artists, titles, np.arange(len(ids), 0, -1), isrcs=["USAB12000042", *[""] * 9]
    )


@pytest.mark.parametrize(
    ("artist", "title", "track", "how"),
    [
        ("Nell Oak", "Night Ferry", "a", "exact"),
        ("nell oak", "NIGHT FERRY!", "a", "exact"),
        ("Nell Oak feat. Tom", "Night Ferry", "a", "alike"),
        ("Nell Oak", "Night Ferry (feat. Tom)", "a", "alike"),
        ("Nell Oak", "Night Ferry - Remastered 2011", "a", "alike"),
        ("Tom, Nell Oak", "Night Ferry", "a", "alike"),
        ("Nell Oak;Tom", "Night Ferry", "a", "alike"),
        ("Nell Oak x Tom", "Night Ferry", "a", "alike"),
        ("Nell Oak", "Night Ferry - Live", "b", "exact"),
        ("Nell Oak", "Night Ferry (Live at Bonn)", "b", "alike"),
        ("Nell Oak", "Night Ferry (Acoustic)", "a", "alike"),
        ("Kites, The", "Lull", "c", "alike"),
        ("Moss and Dew", "Lull", "d", "alike"),
        ("Dew", "Lull", "d", "alike"),
        ("Zoe Fir", "Cone", "e", "alike"),
        ("Nell Oak", "Cone", "e", "alike"),
        ("Zoë Fir", "Pier", "f", "alike"),
        ("", "Nameless", "g", "exact"),
        ("", "Lull by The Kites", "c", "alike"),
        ("Oak", "Tide", f"spotify:track:{SPOTIFY}", "alike"),
        ("Lull", "The Kites", "c", "alike"),
    ],
)
def test_names_find_their_song(artist: str, title: str, track: str, how: str) -> None:
    match = meant(catalogue(), Wanted("line 1", (), artist, title))
    assert match
    assert (SONGS[match.row][0], match.how) == (track, how)
    assert bool(match.note) == (how == "alike")


@pytest.mark.parametrize(
    ("artist", "title"),
    [
        ("Somebody", "Night Ferry"),
        ("Nell", "Night Ferry"),
        ("Moss & Dew", "Part (Part 2)"),
        ("Nell Oak", "Night Ferries"),
        ("Somebody", "Nameless"),
        ("Nell Oak", ""),
        ("", ""),
    ],
)
def test_names_of_no_song(artist: str, title: str) -> None:
    assert meant(catalogue(), Wanted("line 1", (), artist, title)) is None


@pytest.mark.parametrize(
    ("wanted", "note"),
    [
        (
            Wanted("", (), "Nell Oak ft. Tom", "Night Ferry"),
            "'Nell Oak ft. Tom – Night Ferry' is taken for {a}",
        ),
        (Wanted("", (), "Zoë Fir", "Pier"), "'Zoë Fir – Pier' is taken for {f}, another version"),
        (
            Wanted("", (), "", "Lull"),
            "'Lull': 2 songs are called that: the most played, {c}, is taken",
        ),
        (
            Wanted("", (), "", "Lull (Remix)"),
            "'Lull (Remix)': 2 songs are called that: the most played, {c}, "
            "another version, is taken",
        ),
        (Wanted("", (), "", "Night Ferry"), ""),
        (
            Wanted("", ("Night Ferry - Live",), "Night Ferry", "Live"),
            "'Night Ferry – Live' is taken for {b}",
        ),
    ],
)
def test_what_was_taken_for_what_is_said(wanted: Wanted, note: str) -> None:
    labels = {track[0]: f"{artist} – {title} ({track})" for track, artist, title in SONGS}
    match = meant(catalogue(), wanted)
    assert match
    assert match.note == note.format(**labels)


def test_ids_go_before_names_and_what_is_settled_before_ids() -> None:
    link = spellings(f"https://open.spotify.com/track/{SPOTIFY}?si=1")
    by_id = meant(catalogue(), Wanted("", link, "Nell Oak", "Night Ferry"))
    assert by_id
    assert (by_id.row, by_id.how, by_id.note) == (7, "id", "")
    settled = Corrections({"nell oak night ferry": spellings("c")})
    match = meant(catalogue(), Wanted("", link, "Nell Oak", "Night Ferry"), settled)
    assert match
    assert (match.row, match.how) == (2, "settled")
    code = meant(catalogue(), Wanted("", spellings("us-ab1-20-00042", "ISRC")))
    assert code
    assert code.row == 0


def test_codes_of_recordings_come_from_the_table_of_tracks() -> None:
    tracks = Tracks(
        ["x", "y"], ["", ""], ["", ""], ["", ""], ["", ""], {"isrc": ["", "USAB12000042"]}
    )
    found = Catalogue.of(Vocabulary(["y", "z"], np.array([2, 1])), tracks)
    assert found.isrcs == ["USAB12000042", ""]
    assert found.known(spellings("isrc:USAB12000042")) == 0


@given(
    st.sampled_from(SONGS),
    st.booleans(),
    st.sampled_from([" (feat. X Y)", " [Bonus Track]", " - 2011 Remaster", ""]),
)
def test_every_song_is_found_by_its_own_name_with_more(
    song: tuple[str, str, str], shout: bool, more: str
) -> None:
    _, artist, title = song
    wanted = Wanted("", (), artist.upper() if shout else artist, title + more)
    match = meant(catalogue(), wanted)
    assert match
    assert SONGS[match.row][1:] == song[1:]
