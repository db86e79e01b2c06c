from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from playlist2vec.free_music.hashing.table import Hashes
from playlist2vec.free_music.manifest.entries import Entry
from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.free_music.selection.filters import REASONS, counts_of, judge_all
from playlist2vec.free_music.selection.licences import FREE, GROUPS
from playlist2vec.free_music.selection.params import SelectParams
from playlist2vec.sources.soundcloud.genres import Genres
from playlist2vec.sources.soundcloud.judging import LICENCES
from tests.conftest import ROOT
from tests.free_music.tracks import entry, hashed

TABLE = ROOT / "data/sources/soundcloud/genres.tsv"
GENRES = Genres.load(TABLE)
PARAMS = SelectParams(str(TABLE), "to_share", True, True, 10, 900, 50, 1)


def fates(
    entries: list[Entry],
    rows: list[Hashes] | None = None,
    copies: Mapping[int, int] | None = None,
    removals: Removals | None = None,
    params: SelectParams = PARAMS,
) -> list[str]:
    found = judge_all(
        entries,
        rows or [hashed(each.id) for each in entries],
        copies or {},
        removals or Removals(),
        GENRES,
        params,
    )
    counts = counts_of(found)
    assert tuple(counts) == REASONS
    assert sum(counts.values()) == len(entries)
    return [each.fate for each in found]


@pytest.mark.parametrize(
    ("changed", "fate"),
    [
        ({}, "kept"),
        ({"sharing": "private"}, "private"),
        ({"policy": "BLOCK"}, "blocked"),
        ({"policy": "SNIP"}, "preview"),
        ({"license": "all-rights-reserved"}, "licence"),
        ({"license": None}, "licence"),
        ({"license": "cc-by-nc-nd"}, "kept"),
        ({"title": " "}, "title"),
        ({"user": {"id": 9}}, "uploader"),
        ({"user": None}, "uploader"),
        ({"permalink_url": ""}, "address"),
        ({"artwork_url": None}, "artwork"),
        ({"genre": "Moon Music Core"}, "genre"),
        ({"genre": "free download"}, "genre"),
        ({"genre": None}, "genre"),
    ],
)
def test_each_filter(changed: dict[str, Any], fate: str) -> None:
    assert fates([entry(1, **changed)]) == [fate]


@pytest.mark.parametrize(
    ("seconds", "fate"), [(9.9, "duration"), (10.0, "kept"), (900.0, "kept"), (900.1, "duration")]
)
def test_durations_are_those_of_the_sound(seconds: float, fate: str) -> None:
    assert fates([entry(1)], [hashed(1, seconds=seconds)]) == [fate]


def test_sizes_and_missing_sound() -> None:
    entries = [entry(1, size=50_000_000), entry(2, size=50_000_001), entry(3)]
    assert fates(entries, [hashed(1), hashed(2), hashed(3, "truncated")]) == [
        "kept",
        "size",
        "no_sound",
    ]


def test_filters_can_be_off() -> None:
    open_to_all = replace(PARAMS, artwork=False, known_genre=False)
    assert fates([entry(1, artwork_url=None, genre="Moon Music Core")], params=open_to_all) == [
        "kept"
    ]


def test_rare_genres_are_counted_after_all_else() -> None:
    three = [
        entry(1),
        entry(2),
        entry(3, license=None),
        entry(4, genre="DnB"),
        entry(5, genre="Drum & Bass"),
    ]
    expected = ["kept", "kept", "licence", "kept", "kept"]
    assert fates(three, params=replace(PARAMS, genre_tracks=2)) == expected
    rare = ["rare_genre" if fate == "kept" else fate for fate in expected]
    assert fates(three, params=replace(PARAMS, genre_tracks=3)) == rare


def test_a_free_copy_of_what_is_not_free_is_not_kept() -> None:
    entries = [entry(1, license="all-rights-reserved", likes_count=90), entry(2), entry(3)]
    assert fates(entries, copies={1: 1, 2: 1}) == ["licence", "copy", "kept"]


def test_copies_of_a_removed_track_leave_as_well() -> None:
    entries = [entry(1), entry(2), entry(3), entry(4, 8)]
    copies = {1: 2, 2: 2, 3: 2}
    found = fates(entries, copies=copies, removals=Removals(tracks={1}))
    assert found == ["removed", "copy_of_removed", "copy_of_removed", "kept"]
    assert fates(entries, copies=copies, removals=Removals(users={8})) == [
        "copy",
        "kept",
        "copy",
        "removed",
    ]


def test_licences_are_those_of_the_source() -> None:
    assert dict(GROUPS) == dict(LICENCES)
    assert all(
        each.address.startswith("https://creativecommons.org/") and each.asks
        for each in FREE.values()
    )
