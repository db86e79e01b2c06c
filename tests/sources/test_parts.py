"""Parts made into one: what the canonical form of all playlists at once is."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.corpus.playlists import RawPlaylist
from playlist2vec.corpus.storage import BLOCK
from playlist2vec.sources import parts
from playlist2vec.sources.canonical import encode
from playlist2vec.sources.parts import Assembled, Part, assemble, named

ids = st.sampled_from(["a", "b", "ä", "z", "aa", "é", "\U0001f3b5", "1", "10", "9"])


def part_of(playlists: list[RawPlaylist], first_row: int) -> Part:
    """A part whose codes are in order of the ids, its names the ids with the part's first row."""
    distinct = sorted({track for each in playlists for track in each.tracks})
    plays = [distinct.index(track) for each in playlists for track in each.tracks]
    return Part(
        lengths=np.array([len(each.tracks) for each in playlists], np.int64),
        keys=np.array([each.key for each in playlists], np.uint64),
        rows=np.arange(first_row, first_row + len(playlists)),
        codes=np.array(plays, np.int32),
        ids="\n".join(distinct).encode(),
        names="\n".join(
            named(f"artist of {each}", f"{first_row}", "") for each in distinct
        ).encode(),
    )


@given(
    st.lists(st.lists(st.lists(ids, max_size=5), max_size=5), max_size=5),
    st.sampled_from([1, 3, BLOCK]),
)
def test_any_parts_give_the_canonical_form_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory, cut: list[list[list[str]]], block: int
) -> None:
    whole = [
        RawPlaylist(number * 7, tracks, [])
        for number, tracks in enumerate(t for part in cut for t in part)
    ]
    starts = np.cumsum([0, *map(len, cut)]).tolist()
    folder = tmp_path_factory.mktemp("parts")
    cut_parts = [
        part_of(whole[start : start + len(part)], start)
        for start, part in zip(starts, cut, strict=False)
    ]
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory(dir=folder) as scratch:
        patch.setattr(parts, "BLOCK", block)
        patch.setattr(parts, "ROWS", block)
        made = assemble(iter(cut_parts), folder / "made.npz", folder / "made.tsv", Path(scratch))
    playlists, tracks = encode(whole)
    playlists.save(folder / "expected.npz")
    assert (folder / "made.npz").read_bytes() == (folder / "expected.npz").read_bytes()
    assert made == Assembled(len(whole), len(playlists.tracks), len(tracks))
    rows = [line.split("\t") for line in (folder / "made.tsv").read_text("utf-8").split("\n")[1:-1]]
    # The names are those of the first part that has the track.
    first = {
        track: start
        for start, part in reversed([*zip(starts, cut, strict=False)])
        for tracks_of_one in part
        for track in tracks_of_one
    }
    assert rows == [[each, f"artist of {each}", f"{first[each]}", "", ""] for each in tracks.ids]


def test_names_stand_on_one_line_and_are_cut_off() -> None:
    assert named("i", "a\tb", "c\u2028d\n") == "i\ta b\tc d"
    assert named("", "x" * 501, "y" * 500) == f"\t{'x' * 500}\t{'y' * 500}"
    assert named("i", "a\tb", "c", "201") == "i\ta b\tc\t201"
