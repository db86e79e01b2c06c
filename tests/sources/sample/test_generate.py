"""The generated data set: drawn as its model says, the same bytes everywhere, and as its card
describes it.
"""

import csv
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import astuple, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.sources.sample.generate import write_sample
from playlist2vec.sources.sample.optimum import best_hit_at, true_next
from playlist2vec.sources.sample.params import SampleParams
from playlist2vec.sources.sample.ring import make_catalogue, next_songs, walk
from tests.builders.params import PARAMS

SMALL = SampleParams(playlists=200, songs=150, predictability=0.8, seed=1)
CARD = Path("data/sources/sample/README.md")

params = st.builds(
    SampleParams,
    playlists=st.integers(1, 60),
    songs=st.integers(20, 600),
    predictability=st.floats(0, 1),
    seed=st.integers(0, 2**32 - 1),
)


@pytest.fixture(scope="module")
def committed() -> SampleParams:
    return SampleParams(**PARAMS["sample"])


@pytest.mark.parametrize("songs", [20, 150, 3000])
@pytest.mark.parametrize("predictability", [0.0, 0.8, 1.0])
def test_next_songs_are_drawn_with_their_true_probabilities(
    songs: int, predictability: float
) -> None:
    catalogue = make_catalogue(SampleParams(1, songs, predictability, 7))
    draws = 200_000
    for song in (0, songs // 2, songs - 1):
        here = np.full(draws, song)
        found = np.bincount(
            next_songs(catalogue, here, 7, song + 1, np.arange(draws, dtype=np.uint64)),
            minlength=songs,
        )
        expected = draws * true_next(catalogue, song)
        assert not found[expected == 0].any()
        common = expected >= 5
        rest = expected[~common].sum()
        distance = ((found[common] - expected[common]) ** 2 / expected[common]).sum()
        distance += (found[~common].sum() - rest) ** 2 / max(rest, 5)
        freedom = common.sum()
        assert abs(distance - freedom) < 5 * np.sqrt(2 * freedom)


@given(params, st.data())
def test_true_probabilities_follow_the_model(drawn: SampleParams, data: st.DataObject) -> None:
    catalogue = make_catalogue(drawn)
    song = data.draw(st.integers(0, drawn.songs - 1))
    chance = true_next(catalogue, song)
    assert chance.sum() == pytest.approx(1, abs=1e-12)
    popularity = catalogue.weights / catalogue.weights.sum()
    from_all = 0.98 * (1 - drawn.predictability)
    assert chance[song] == pytest.approx(0.02 + from_all * popularity[song], abs=2e-6)
    steps = np.abs(np.arange(drawn.songs) - song)
    outside = np.minimum(steps, drawn.songs - steps) > 200
    assert chance[outside] == pytest.approx(from_all * popularity[outside], abs=2e-6)
    near = (np.minimum(steps, drawn.songs - steps) <= 8) & (steps > 0)
    assert chance[near].sum() >= 0.98 * 0.8 * drawn.predictability - 2e-6


def test_without_predictability_popularity_is_all_there_is() -> None:
    catalogue = make_catalogue(replace(SMALL, songs=1000, predictability=0))
    popularity = catalogue.weights / catalogue.weights.sum()
    for song in range(0, 1000, 50):
        others = np.arange(1000) != song
        assert true_next(catalogue, song)[others] == pytest.approx(
            0.98 * popularity[others], rel=1e-12
        )
    songs = np.argsort(-catalogue.weights)
    falling = popularity[songs]
    for rank in range(10):
        ten = np.delete(falling[:11], rank)
        assert best_hit_at(10, catalogue, songs[[rank]]) == pytest.approx(
            0.98 * ten.sum(), abs=1e-6
        )
    assert best_hit_at(10, catalogue, songs[[999]]) == pytest.approx(
        0.98 * falling[:10].sum(), abs=1e-6
    )


@given(params, st.integers(1, 60), st.data())
def test_best_hit_is_the_sum_of_the_largest_true_probabilities(
    drawn: SampleParams, k: int, data: st.DataObject
) -> None:
    catalogue = make_catalogue(drawn)
    queries = data.draw(st.lists(st.integers(0, drawn.songs - 1), min_size=1, max_size=5))
    sums = [
        np.sort(np.delete(true_next(catalogue, query), query))[::-1][:k].sum() for query in queries
    ]
    assert best_hit_at(k, catalogue, np.array(queries)) == pytest.approx(np.mean(sums), abs=1e-6)


def test_best_hit_of_many_queries_is_the_mean_of_its_parts() -> None:
    catalogue = make_catalogue(replace(SMALL, songs=2500))
    queries = np.arange(2500) * 77 % 2500
    parts = [best_hit_at(10, catalogue, part) for part in np.split(queries, 5)]
    assert best_hit_at(10, catalogue, queries) == pytest.approx(np.mean(parts), abs=2e-6)
    assert best_hit_at(10, catalogue, np.repeat(queries[::-1], 3)) == best_hit_at(
        10, catalogue, queries
    )


def test_the_best_ranking_hits_as_often_as_promised() -> None:
    drawn = replace(SMALL, playlists=20_000)
    catalogue = make_catalogue(drawn)
    songs, offsets = walk(catalogue, drawn.playlists, drawn.seed)
    queries, targets = songs[offsets[1:] - 2], songs[offsets[1:] - 1]
    best = []
    for song in range(drawn.songs):
        chance = true_next(catalogue, song)
        chance[song] = 0
        best.append(np.argsort(-chance)[:10])
    hits = (np.array(best)[queries] == targets[:, None]).any(axis=1).mean()
    promised = best_hit_at(10, catalogue, queries)
    assert abs(hits - promised) < 4 * np.sqrt(promised * (1 - promised) / drawn.playlists)


@given(params, st.integers(0, 60))
def test_more_playlists_leave_the_earlier_ones_as_they_were(drawn: SampleParams, more: int) -> None:
    catalogue = make_catalogue(drawn)
    songs, offsets = walk(catalogue, drawn.playlists, drawn.seed)
    more_songs, more_offsets = walk(catalogue, drawn.playlists + more, drawn.seed)
    assert more_offsets[: len(offsets)].tolist() == offsets.tolist()
    assert more_songs[: len(songs)].tolist() == songs.tolist()
    assert np.diff(offsets).min() >= 3


def read_playlists(folder: Path) -> list[list[str]]:
    return [
        line.split(",")
        for line in (folder / "playlists.txt").read_text(encoding="utf-8").splitlines()
    ]


def read_tracks(folder: Path) -> list[dict[str, str]]:
    with open(folder / "tracks.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_files_have_the_shape_of_music(tmp_path: Path, committed: SampleParams) -> None:
    made = write_sample(committed, tmp_path)
    playlists = read_playlists(tmp_path)
    tokens = [token for playlist in playlists for token in playlist]
    assert all(re.fullmatch(r"track_[1-9]\d*", token) for token in tokens[::2])
    assert all(re.fullmatch(r"artist_[1-9]\d*", token) for token in tokens[1::2])
    counts = Counter(tokens[::2])
    assert astuple(made)[:3] == (len(playlists), len(tokens) // 2, len(counts))

    pairs = [
        pair for playlist in playlists for pair in zip(playlist[::2], playlist[2::2], strict=False)
    ]
    assert 0.015 < np.mean([first == second for first, second in pairs]) < 0.03
    assert sum(count == 1 for count in counts.values()) > 30
    assert max(counts.values()) > 8 * np.mean(list(counts.values()))
    lengths = [len(playlist) // 2 for playlist in playlists]
    assert min(lengths) == 3
    assert max(lengths) > 8 * np.mean(lengths)
    songs_of_artists = Counter(
        artist for _, artist in set(zip(tokens[::2], tokens[1::2], strict=True))
    )
    assert max(songs_of_artists.values()) > 2.5 * np.mean(list(songs_of_artists.values()))


def test_each_song_has_one_artist_and_a_title_of_its_own(tmp_path: Path) -> None:
    write_sample(replace(SMALL, songs=2000), tmp_path)
    tokens = [token for playlist in read_playlists(tmp_path) for token in playlist]
    artists = dict(zip(tokens[::2], tokens[1::2], strict=True))
    assert set(artists.items()) == set(zip(tokens[::2], tokens[1::2], strict=True))
    rows = read_tracks(tmp_path)
    assert list(rows[0]) == ["track_id", "title", "name", "preview"]
    assert sorted(row["track_id"] for row in rows) == sorted(artists)
    names = {(artists[row["track_id"]], row["name"]) for row in rows}
    assert len(names) == len({artist for artist, _ in names}) == len({name for _, name in names})
    assert len({(row["name"], row["title"]) for row in rows}) == len(rows)
    assert all(row["title"] and not row["preview"] for row in rows)


def test_ids_tell_nothing_of_place_or_popularity(tmp_path: Path) -> None:
    drawn = replace(SMALL, playlists=2000)
    write_sample(drawn, tmp_path)
    counts = Counter(token for playlist in read_playlists(tmp_path) for token in playlist[::2])
    tracks = [row["track_id"] for row in read_tracks(tmp_path)]
    numbers = [int(track.removeprefix("track_")) for track in tracks]
    for other in (list(range(len(tracks))), [counts[track] for track in tracks]):
        assert abs(np.corrcoef(numbers, other)[0, 1]) < 0.25


def test_a_song_keeps_its_ids_and_names_when_playlists_are_added(tmp_path: Path) -> None:
    write_sample(SMALL, tmp_path / "some")
    write_sample(replace(SMALL, playlists=400), tmp_path / "more")
    assert read_playlists(tmp_path / "more")[:200] == read_playlists(tmp_path / "some")
    more = read_tracks(tmp_path / "more")
    assert all(row in more for row in read_tracks(tmp_path / "some"))


def test_bytes_are_the_same_everywhere(tmp_path: Path) -> None:
    write_sample(SMALL, tmp_path / "here")
    command = f"""
from pathlib import Path
from playlist2vec.sources.sample.params import SampleParams
from tests.builders.params import PARAMS
from playlist2vec.sources.sample.generate import write_sample
write_sample({SMALL!r}, Path("there"))
"""
    elsewhere = {
        **os.environ,
        "PYTHONHASHSEED": "123",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONPATH": str(Path.cwd()),
    }
    subprocess.run([sys.executable, "-c", command], check=True, cwd=tmp_path, env=elsewhere)
    content = {}
    for name in ("playlists.txt", "tracks.csv"):
        content[name] = (tmp_path / "here" / name).read_bytes()
        assert (tmp_path / "there" / name).read_bytes() == content[name]
        assert b"\r" not in content[name]
    # On every machine and with every version of Python and NumPy.
    assert sha256(content["playlists.txt"]).hexdigest()[:16] == "af3f8184489a87cb"
    assert sha256(content["tracks.csv"]).hexdigest()[:16] == "a5963be9626629b1"


def test_another_seed_gives_another_catalogue(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_sample(replace(SMALL, seed=seed), tmp_path / str(seed))
    first, second = (
        {row["track_id"]: row["name"] for row in read_tracks(tmp_path / seed)} for seed in "12"
    )
    assert not first.keys() & second.keys()
    assert set(first.values()) != set(second.values())


def test_the_card_is_true(tmp_path: Path, committed: SampleParams) -> None:
    card = CARD.read_text(encoding="utf-8")
    made = write_sample(committed, tmp_path)
    assert f"| `sample.playlists` | {committed.playlists:,} |" in card
    assert f"| `sample.songs` | {committed.songs:,} |" in card
    assert f"| `sample.predictability` | {committed.predictability:g} |" in card
    assert f"| `sample.seed` | {committed.seed} |" in card
    assert (
        f"{made.playlists:,} playlists, {made.songs_played:,} songs played, "
        f"{made.distinct:,} different" in card
    )
    assert f"hit@10 is {made.best_hit_at_10:.4f}" in card
    counts = Counter(token for playlist in read_playlists(tmp_path) for token in playlist[::2])
    artists = {token for playlist in read_playlists(tmp_path) for token in playlist[1::2]}
    assert (
        f"({sum(count == 1 for count in counts.values())} of them once), {len(artists)} artists"
        in card
    )
    for predictability in (0.0, 0.4, 0.8):
        best = write_sample(
            replace(committed, predictability=predictability), tmp_path
        ).best_hit_at_10
        assert f"| {predictability:g} | {100 * best:.1f} |" in card


def test_the_card_is_true_at_the_scale_of_deezer() -> None:
    card = CARD.read_text(encoding="utf-8")
    songs, _ = walk(make_catalogue(SampleParams(100_000, 1_000_000, 0.3, 1)), 100_000, 1)
    counts = np.bincount(songs)
    found = (len(songs), int((counts > 0).sum()), int((counts > 1).sum()))
    assert "| " + " | ".join(f"{each:,}" for each in found) + " |" in card
    for number, of_deezer in zip(found, (1_210_669, 338_509, 123_241), strict=True):
        assert number == pytest.approx(of_deezer, rel=0.1)
