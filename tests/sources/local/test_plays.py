import gzip
import random
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import key_of_name
from playlist2vec.sources.local.params import LocalParams
from playlist2vec.sources.local.plays import order_key, read_table

PLAIN = LocalParams(
    file="p.csv",
    playlist_column="show",
    track_column="song",
    order_column="",
    order="ascending",
    artist_column="",
    title_column="",
    piece=0,
)
ORDERED = replace(PLAIN, order_column="n")
ASCENDING = [
    ["-10", "-9.5", "0", "2", "2.5", "10", "1e2"],
    ["2024-01-02", "2024-01-10", "2024-02-01", "2024-11-01"],
    ["2024-01-02T09:30:00", "2024-01-02T09:30:00.05", "2024-01-02T09:30:00.5", "2024-01-02T10:00:00"],
    ["KGLK9", "KGLK10", "KGLK0100", "KGLL1"],
    ["1.2.9", "1.2.10", "1.10.1"],
    ["9007199254740992", "9007199254740993", "1" + "0" * 5000],
    ["7", "a7", "a10", "b"],
]


def read(folder: Path, content: str | bytes, params: LocalParams = PLAIN, name: str = "p.csv") -> list[list[str]]:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return [playlist.tracks for playlist in read_table(folder / name, params)[0]]


def test_plays_of_a_playlist_may_stand_anywhere(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("show,song\nb,x\na,y\nb,z\na,x\nb,x\n")
    playlists, details = read_table(tmp_path / "p.csv", PLAIN)
    assert list(playlists) == [(key_of_name("b"), ["x", "z", "x"], []), (key_of_name("a"), ["y", "x"], [])]
    assert details == {}


@pytest.mark.parametrize("cells", ASCENDING)
def test_numbers_in_cells_count_as_numbers(tmp_path: Path, cells: list[str]) -> None:
    shuffled = random.Random(3).sample(cells, len(cells))
    content = "song,show,n\n" + "".join(f"{cell},s,{cell}\n" for cell in shuffled)
    assert read(tmp_path, content, ORDERED) == [cells]
    assert read(tmp_path, content, replace(ORDERED, order="descending")) == [cells[::-1]]


@given(
    st.lists(st.text(st.characters(codec="ascii", categories=["N", "L", "P"]), min_size=1), min_size=2),
    st.randoms(use_true_random=False),
)
def test_any_cells_have_one_order(cells: list[str], order: random.Random) -> None:
    keys = sorted(map(order_key, cells))
    assert sorted(map(order_key, order.sample(cells, len(cells)))) == keys
    assert all(not later < earlier for earlier, later in combinations(keys, 2))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(["2024-0D-DD", "DDD", "-DD", "D.D", "DeD", "-D.D", "KGLKDD", "\u00b2D", "D:DD.D"]),
    st.lists(st.text("0123456789", min_size=8, max_size=8), min_size=1),
    st.sampled_from(["", "5"]),
    st.sampled_from(["ascending", "descending"]),
)
def test_cells_of_one_form_are_ordered_like_others(
    tmp_path: Path, form: str, digits: list[str], other: str, order: str
) -> None:
    cells = ["".join(d if c == "D" else c for c, d in zip(form, each, strict=False)) for each in digits]
    cells += [other] if other else []
    content = "show,song,n\n" + "".join(f"s,{number},{cell}\n" for number, cell in enumerate(cells))
    expected = sorted(range(len(cells)), key=lambda i: order_key(cells[i]), reverse=order == "descending")
    assert read(tmp_path, content, replace(ORDERED, order=order)) == [[str(i) for i in expected]]


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.integers(), min_size=2))
def test_numbers_are_ordered_by_value(numbers: list[float]) -> None:
    assert sorted(numbers) == sorted(numbers, key=lambda number: order_key(str(number)))


def test_equal_cells_keep_the_order_of_the_file(tmp_path: Path) -> None:
    content = "n,show,song\n1,s,a\n2,s,b\n01,s,c\n1.0,s,d\n2,s,e\n"
    assert read(tmp_path, content, ORDERED) == [["a", "c", "d", "b", "e"]]
    assert read(tmp_path, content, replace(ORDERED, order="descending")) == [["b", "e", "a", "c", "d"]]


def test_what_a_table_says_of_tracks(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        'show,song,by,called\ns,1,,\ns,1,Them, Gloria \ns,2,"Earth, Wind",Fall\ns,1,You,No\n'
    )
    playlists, details = read_table(tmp_path / "p.csv", replace(PLAIN, artist_column="by", title_column="called"))
    assert details == {"1": ("Them", "Gloria", ""), "2": ("Earth, Wind", "Fall", "")}
    assert [playlist.artists for playlist in playlists] == [["Them", "Them", "Earth, Wind", "Them"]]


def test_pieces(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("show,song,by\n" + "".join(f"s,{i},b{i}\n" for i in range(5)) + "t,9,b9\n")
    found = list(read_table(tmp_path / "p.csv", replace(PLAIN, piece=2, artist_column="by"))[0])
    assert [playlist.tracks for playlist in found] == [["0", "1"], ["2", "3"], ["4"], ["9"]]
    assert [playlist.artists for playlist in found] == [["b0", "b1"], ["b2", "b3"], ["b4"], ["b9"]]
    assert [playlist.key for playlist in found] == [key_of_name(name) for name in ("s#1", "s#2", "s#3", "t#1")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(st.text("ab \",;\u00e9'7", min_size=1).map(lambda text: f"x{text}x"), min_size=1), min_size=1))
def test_any_text_in_quotes_comes_back(tmp_path: Path, playlists: list[list[str]]) -> None:
    rows = [(str(number), song) for number, songs in enumerate(playlists) for song in songs]
    random.Random(1).shuffle(order := list(range(len(rows))))
    quoted = [song.replace('"', '""') for _, song in rows]
    for name, separator in (("p.csv", ","), ("p.tsv.gz", "\t")):
        lines = [f'"n"{separator}show{separator}song']
        lines += [f'{place}{separator}{rows[place][0]}{separator}"{quoted[place]}"' for place in order]
        content = b"\xef\xbb\xbf" + "\r\n".join(lines).encode()
        found = read(tmp_path, gzip.compress(content) if name.endswith("gz") else content, ORDERED, name)
        assert sorted(found) == sorted(playlists)


@pytest.mark.parametrize(
    ("content", "params", "text"),
    [
        ("", PLAIN, "it is empty: expected a header with the names of the columns"),
        ("Show,song\n", PLAIN, "no column show: expected one among Show, song"),
        ("show,song,show\n", PLAIN, "2 columns show: expected one among show, song, show"),
        ("show,song\ns,a\n", ORDERED, "no column n: expected one among show, song"),
        ("show,song\ns,a\ns\n", PLAIN, "line 3 has 1 fields: expected 2, as in the header"),
        ("show,song\ns,a,b\n", PLAIN, "line 2 has 3 fields: expected 2, as in the header"),
        ("show,song\n\ns, \n", PLAIN, "line 3 has nothing in the column song: expected text"),
        ("show,song\n,a\n", PLAIN, "line 2 has nothing in the column show: expected text"),
        ("show,song,n\ns,a,\n", ORDERED, "line 2 has nothing in the column n: expected what the plays are ordered by"),
        ('show,song\ns,"a\nb"\n', PLAIN, r"line 3 has 'a\nb' in the column song: expected no control character"),
        ("show,song\ns,a\tb\n", PLAIN, r"line 2 has 'a\tb' in the column song: expected no control character"),
        (
            'show,song\ns,"a"b\n',
            PLAIN,
            "line 2 is not a row of a table (',' expected after '\"'): expected fields in proper",
        ),
        (
            'show,song\ns,"a\n',
            PLAIN,
            "line 2 is not a row of a table (unexpected end of data): expected fields in proper",
        ),
        (b"show,song\ns,\xe9\n", PLAIN, r"line 2 holds b'\xe9\n': expected text in UTF-8"),
    ],
)
def test_wrong_tables(tmp_path: Path, content: str | bytes, params: LocalParams, text: str) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, content, params)
    assert str(caught.value).startswith(f"{tmp_path / 'p.csv'}: {text}")


def test_a_header_alone_has_no_playlists(tmp_path: Path) -> None:
    assert read(tmp_path, "show,song\n") == []
