"""The stages from `filter` to `split` read in blocks, in one process or several, and write the same
bytes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stages.filter
import stages.split
import stages.vocabulary
from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.storage import PlaylistsFile
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.preparation.counts.occurrences import sum_counts
from playlist2vec.preparation.counts.order import build_vocabulary
from playlist2vec.preparation.filter.params import FilterParams
from playlist2vec.preparation.filter.thinning import Dropped, filter_playlists
from playlist2vec.preparation.split.holding_out import split_playlists
from playlist2vec.preparation.split.params import SplitParams
from tests.builders.examples import playlists_of, some_playlists
from tests.builders.params import all_params, write_params

IDS = ["a", "b", "c", "d", "e", "f", "g", "h"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("blocks")


def params_with(folder: Path, workers: int, **split: object) -> str:
    params = all_params(
        engine={"workers": workers},
        filter={"keep_repeats": False, "count": "playlists", "min_length": 2},
        split={"validation": 2, "test": 0.2, "min_length": 2} | split,
    )
    return str(write_params(folder / "params.yaml", params))


def run_stages(folder: Path, params: str, playlists: Playlists) -> list[str]:
    """The summary lines; the files of the three stages lie in `folder` then."""
    playlists.save(folder / "canonical.npz")
    nothing = [""] * len(IDS)
    Tracks(IDS, nothing, nothing, nothing, nothing).save(folder / "tracks.tsv")
    paths = {
        name: str(folder / name)
        for name in ("canonical.npz", "filtered.npz", "tracks.tsv", "vocabulary.tsv")
    }
    split = [str(folder / f"{part}.npz") for part in ("train", "validation", "test")]
    return [
        stages.filter.main(params, paths["canonical.npz"], paths["filtered.npz"]),
        stages.vocabulary.main(
            params,
            paths["filtered.npz"],
            paths["tracks.tsv"],
            paths["vocabulary.tsv"],
            str(folder / "coded.npz"),
        ),
        stages.split.main(params, str(folder / "coded.npz"), *split),
    ]


def save_at_once(folder: Path, params: str, playlists: Playlists) -> None:
    """The same files by the functions that take whole playlists."""
    kept, _ = filter_playlists(playlists, read_section(params, FilterParams))
    vocabulary, coded = build_vocabulary(kept, IDS)
    split = split_playlists(coded, read_section(params, SplitParams))
    kept.save(folder / "filtered.npz")
    vocabulary.save(folder / "vocabulary.tsv")
    coded.save(folder / "coded.npz")
    split.train.save(folder / "train.npz")
    split.validation.save(folder / "validation.npz")
    split.test.save(folder / "test.npz")


def contents(folder: Path) -> dict[str, bytes]:
    names = (
        "filtered.npz",
        "vocabulary.tsv",
        "coded.npz",
        "train.npz",
        "validation.npz",
        "test.npz",
    )
    return {name: (folder / name).read_bytes() for name in names}


@contextmanager
def in_blocks_of(songs: int) -> Iterator[None]:
    blocks = PlaylistsFile.blocks
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PlaylistsFile, "blocks", lambda file: blocks(file, songs))
        yield


SPLITS = st.fixed_dictionaries(
    {
        "by": st.sampled_from(["playlist", "time"]),
        "target": st.sampled_from(["random", "last"]),
        "held_out": st.sampled_from(["song", "rest", "playlist"]),
        "copies": st.sampled_from(["drop", "keep"]),
        "places": st.integers(1, 3),
    }
)


@given(some_playlists(min_size=3), st.integers(1, 30), SPLITS)
def test_any_size_of_block_gives_the_bytes_of_the_whole(
    folder: Path, playlists: Playlists, songs: int, split: dict[str, object]
) -> None:
    playlists = replace(playlists, keys=mix(playlists.keys), times=playlists.rows[::-1].copy())
    params = params_with(folder, 1, **split)
    try:
        save_at_once(folder, params, playlists)
    except DataError as error:
        with in_blocks_of(songs), pytest.raises(DataError) as again:
            run_stages(folder, params, playlists)
        refused = str(again.value)
        # That nothing is left is noticed earlier in a chain of stages.
        assert ": none of " in refused or refused == str(error)  # noqa: PT017
        return
    whole = contents(folder)
    with in_blocks_of(songs):
        run_stages(folder, params, playlists)
    assert contents(folder) == whole


def test_any_number_of_workers_gives_the_same_bytes_and_summaries(tmp_path: Path) -> None:
    draws = np.random.default_rng(5)
    playlists = playlists_of(
        [draws.integers(0, 8, size).tolist() for size in draws.integers(0, 30, 200)]
    )
    params = params_with(tmp_path, 1)
    told = run_stages(tmp_path, params, playlists)
    alone = contents(tmp_path)
    with in_blocks_of(500):
        assert len(PlaylistsFile(tmp_path / "canonical.npz").blocks()) > 4
        assert run_stages(tmp_path, params_with(tmp_path, 2), playlists) == told
    assert contents(tmp_path) == alone
    assert told[0].startswith(f"200 playlists with {len(playlists.tracks):,} songs in")


def test_what_was_dropped_adds_up_and_counts_may_end_early() -> None:
    assert Dropped(1, 2, 3, 4, 5) + Dropped(10, 20, 30, 40, 50) == Dropped(11, 22, 33, 44, 55)
    parts = [np.array([1, 0, 2]), np.array([5]), np.array([0, 0, 0, 7])]
    assert sum_counts(iter(parts)).tolist() == [6, 0, 2, 7]
    assert sum_counts([]).tolist() == []
