import gzip
import random
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import key_of_name
from playlist2vec.corpus.playlists import RawPlaylist
from playlist2vec.reading.notes import Notes
from playlist2vec.sources.local.ordering import order_key
from playlist2vec.sources.local.params import LocalParams
from playlist2vec.sources.local.plays import Plays, playlists_of
from playlist2vec.sources.track_tables import TrackDetails

PLAIN = LocalParams(
    file="p.csv",
    playlist_column="show",
    track_column="song",
    order_column="",
    order="ascending",
    dates="",
    pause=0,
    artist_column="",
    title_column="",
    piece=0,
    user_column="",
    time_column="",
    keep_users=False,
)


class Found(NamedTuple):
    """The playlists of a table, their times, the details of the tracks, and the notes."""

    playlists: list[RawPlaylist]
    times: list[int | None]
    details: dict[str, TrackDetails]
    notes: Notes


ORDERED = replace(PLAIN, order_column="n")
ASCENDING = [
    ["-10", "-9.5", "0", "2", "2.5", "10", "1e2"],
    ["2024-01-02", "2024-01-10", "2024-02-01", "2024-11-01"],
    [
        "2024-01-02T09:30:00",
        "2024-01-02T09:30:00.05",
        "2024-01-02T09:30:00.5",
        "2024-01-02T10:00:00",
    ],
    ["KGLK9", "KGLK10", "KGLK0100", "KGLL1"],
    ["1.2.9", "1.2.10", "1.10.1"],
    ["9007199254740992", "9007199254740993", "1" + "0" * 5000],
    ["7", "a7", "a10", "b"],
]


def found(
    folder: Path, content: str | bytes, params: LocalParams = PLAIN, name: str = "p.csv"
) -> Found:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    notes = Notes(name)
    plays = Plays(params)
    plays.add_table(folder / name, notes)
    made = list(playlists_of(plays, notes))
    return Found([each for each, _ in made], [time for _, time in made], plays.details, notes)


def read(
    folder: Path, content: str | bytes, params: LocalParams = PLAIN, name: str = "p.csv"
) -> list[list[str]]:
    return [playlist.tracks for playlist in found(folder, content, params, name).playlists]


def test_plays_of_a_playlist_may_stand_anywhere(tmp_path: Path) -> None:
    made = found(tmp_path, "show,song\nb,x\na,y\nb,z\na,x\nb,x\n")
    assert made.playlists == [
        (key_of_name("b"), ["x", "z", "x"], []),
        (key_of_name("a"), ["y", "x"], []),
    ]
    assert made.details == {}
    assert list(made.notes) == []


@pytest.mark.parametrize("cells", ASCENDING)
def test_numbers_in_cells_count_as_numbers(tmp_path: Path, cells: list[str]) -> None:
    shuffled = random.Random(3).sample(cells, len(cells))
    content = "song,show,n\n" + "".join(f"{cell},s,{cell}\n" for cell in shuffled)
    assert read(tmp_path, content, ORDERED) == [cells]
    assert read(tmp_path, content, replace(ORDERED, order="descending")) == [cells[::-1]]


@given(
    st.lists(
        st.text(st.characters(codec="ascii", categories=["N", "L", "P"]), min_size=1), min_size=2
    ),
    st.randoms(use_true_random=False),
)
def test_any_cells_have_one_order(cells: list[str], order: random.Random) -> None:
    keys = sorted(map(order_key, cells))
    assert sorted(map(order_key, order.sample(cells, len(cells)))) == keys
    assert all(not later < earlier for earlier, later in combinations(keys, 2))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(
        ["2024-0D-DD", "DDD", "-DD", "D.D", "DeD", "-D.D", "KGLKDD", "\u00b2D", "D:DD.D"]
    ),
    st.lists(st.text("0123456789", min_size=8, max_size=8), min_size=1),
    st.sampled_from(["", "5"]),
    st.sampled_from(["ascending", "descending"]),
)
def test_cells_of_one_form_are_ordered_like_others(
    tmp_path: Path, form: str, digits: list[str], other: str, order: str
) -> None:
    cells = [
        "".join(d if c == "D" else c for c, d in zip(form, each, strict=False)) for each in digits
    ]
    cells += [other] if other else []
    content = "show,song,n\n" + "".join(f"s,{number},{cell}\n" for number, cell in enumerate(cells))
    expected = sorted(
        range(len(cells)), key=lambda i: order_key(cells[i]), reverse=order == "descending"
    )
    assert read(tmp_path, content, replace(ORDERED, order=order)) == [[str(i) for i in expected]]


@given(
    st.lists(
        st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.integers(), min_size=2
    )
)
def test_numbers_are_ordered_by_value(numbers: list[float]) -> None:
    assert sorted(numbers) == sorted(numbers, key=lambda number: order_key(str(number)))


def test_equal_cells_keep_the_order_of_the_file(tmp_path: Path) -> None:
    content = "n,show,song\n1,s,a\n2,s,b\n01,s,c\n1.0,s,d\n2,s,e\n"
    assert read(tmp_path, content, ORDERED) == [["a", "c", "d", "b", "e"]]
    assert read(tmp_path, content, replace(ORDERED, order="descending")) == [
        ["b", "e", "a", "c", "d"]
    ]


def test_what_a_table_says_of_tracks(tmp_path: Path) -> None:
    content = 'show,song,by,called\ns,1,,\ns,1,Them, Gloria \ns,2,"Earth, Wind",Fall\ns,1,You,No\n'
    made = found(tmp_path, content, replace(PLAIN, artist_column="by", title_column="called"))
    assert made.details == {"1": ("Them", "Gloria", ""), "2": ("Earth, Wind", "Fall", "")}
    assert [playlist.artists for playlist in made.playlists] == [
        ["Them", "Them", "Earth, Wind", "Them"]
    ]


def test_pieces(tmp_path: Path) -> None:
    content = "show,song,by\n" + "".join(f"s,{i},b{i}\n" for i in range(5)) + "t,9,b9\n"
    made = found(tmp_path, content, replace(PLAIN, piece=2, artist_column="by")).playlists
    assert [playlist.tracks for playlist in made] == [["0", "1"], ["2", "3"], ["4"], ["9"]]
    assert [playlist.artists for playlist in made] == [["b0", "b1"], ["b2", "b3"], ["b4"], ["b9"]]
    assert [playlist.key for playlist in made] == [
        key_of_name(name) for name in ("s#1", "s#2", "s#3", "t#1")
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.lists(st.text("ab \",;\u00e9'7", min_size=1).map(lambda text: f"x{text}x"), min_size=1),
        min_size=1,
    )
)
def test_any_text_in_quotes_comes_back(tmp_path: Path, playlists: list[list[str]]) -> None:
    rows = [(str(number), song) for number, songs in enumerate(playlists) for song in songs]
    random.Random(1).shuffle(order := list(range(len(rows))))
    quoted = [song.replace('"', '""') for _, song in rows]
    for name, separator in (("p.csv", ","), ("p.tsv.gz", "\t")):
        lines = [f'"n"{separator}show{separator}song']
        lines += [
            f'{place}{separator}{rows[place][0]}{separator}"{quoted[place]}"' for place in order
        ]
        content = b"\xef\xbb\xbf" + "\r\n".join(lines).encode()
        songs = read(
            tmp_path, gzip.compress(content) if name.endswith("gz") else content, ORDERED, name
        )
        assert sorted(songs) == sorted(playlists)


@pytest.mark.parametrize(
    ("content", "params", "text"),
    [
        ("", PLAIN, "no header with the columns show, song; its first line is ''"),
        (
            "Show,title\n",
            PLAIN,
            "no header with the columns show, song; its first line is 'Show,title'",
        ),
        ("show,song,show\n", PLAIN, "2 columns show: expected one among show, song, show"),
        (
            "show,song\ns,a\n",
            ORDERED,
            "no header with the columns show, song, n; its first line is 'show,song'",
        ),
    ],
)
def test_wrong_tables(tmp_path: Path, content: str, params: LocalParams, text: str) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, content, params)
    assert str(caught.value) == f"{tmp_path / 'p.csv'}: {text}"


@pytest.mark.parametrize(
    ("content", "params", "kept", "note"),
    [
        (
            "show,song\ns,a\ns\n",
            PLAIN,
            ["a"],
            "1 rows of another width than the header: left out (line 3)",
        ),
        (
            "show,song\ns,a,b\ns,c\n",
            PLAIN,
            ["c"],
            "1 rows of another width than the header: left out (line 2)",
        ),
        (
            "show,song\n\ns, \ns,a\n",
            PLAIN,
            ["a"],
            "1 rows with nothing in the column song: left out (line 3)",
        ),
        (
            "show,song\n,a\ns,b\n",
            PLAIN,
            ["b"],
            "1 rows with nothing in the column show: left out (line 2)",
        ),
        (
            "show,song,n\ns,a,\ns,b,1\n",
            ORDERED,
            ["b"],
            "1 rows with nothing in the column n: left out (line 2)",
        ),
        (
            'show,song\ns,"a\nb"\n',
            PLAIN,
            ["a b"],
            "1 control characters: a blank stands for each (line 2)",
        ),
        (
            "show,song\ns,a\tb\n",
            PLAIN,
            ["a b"],
            "1 control characters: a blank stands for each (line 2)",
        ),
        (
            "show,song\ns,a\0\n",
            PLAIN,
            ["a"],
            "1 control characters: a blank stands for each (line 2)",
        ),
        (
            "show,song\ns,a\x0bb\n",
            PLAIN,
            ["a b"],
            "1 control characters: a blank stands for each (line 2)",
        ),
        (
            b"show,song\ns,\xe9t\xe9\n",
            PLAIN,
            ["\u00e9t\u00e9"],
            "it is not UTF-8, and is read as Windows-1252",
        ),
        ("# by a tool\nshow,song\ns,a\n", PLAIN, ["a"], "1 lines before the header: passed over"),
    ],
)
def test_what_is_left_out_or_changed_is_counted(
    tmp_path: Path, content: str | bytes, params: LocalParams, kept: list[str], note: str
) -> None:
    made = found(tmp_path, content, params)
    assert [playlist.tracks for playlist in made.playlists] == [kept]
    assert note in list(made.notes.texts())


def test_other_separators_and_encodings(tmp_path: Path) -> None:
    assert read(tmp_path, "show;song\ns;a, b\n") == [["a, b"]]
    assert read(tmp_path, "sep=|\nshow|song\ns|a\n") == [["a"]]
    assert read(tmp_path, "show\tsong\r\ns\ta\r\n".encode("utf-16"), name="p.tsv") == [["a"]]


def dated(*cells: str) -> str:
    return "show;song;n\n" + "".join(f"s;{number};{cell}\n" for number, cell in enumerate(cells))


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["01 Jan 2023, 09:00", "01 Feb 2023, 09:00", "02 Jan 2023, 09:00"], "021"),
        (["26/02/2019 08:34", "01/03/2019 08:34", "27/02/2019 08:34"], "021"),
        (["2024-01-01T10:00:00+05:00", "2024-01-01T06:00:00+00:00", "2024-01-01T08:00:00Z"], "012"),
        (["1/13/2024 1:00 PM", "1/13/2024 11:00 AM", "1/2/2024 12:30 AM"], "210"),
        (["2024-1-10", "2024-1-9", "2023-12-31"], "210"),
    ],
)
def test_dates_are_ordered_as_dates(tmp_path: Path, cells: list[str], order: str) -> None:
    assert read(tmp_path, dated(*cells), ORDERED) == [list(order)]
    assert read(tmp_path, dated(*cells), replace(ORDERED, order="descending")) == [
        list(order[::-1])
    ]


def test_dates_with_two_readings_are_refused(tmp_path: Path) -> None:
    content = dated("08/03/2022 19:01", "09/02/2022 19:01")
    with pytest.raises(DataError) as caught:
        read(tmp_path, content, ORDERED)
    assert str(caught.value) == (
        "p.csv: column n: '08/03/2022 19:01' can be 8 March 2022 (day_first) or 3 August 2022 "
        "(month_first), and no date in it decides: expected local.dates = day_first or month_first"
    )
    assert read(tmp_path, content, replace(ORDERED, dates="day_first")) == [["1", "0"]]
    assert read(tmp_path, content, replace(ORDERED, dates="month_first")) == [["0", "1"]]


def test_rows_without_a_date_among_dates_are_left_out(tmp_path: Path) -> None:
    made = found(tmp_path, dated("2 Jan 2024", "now playing", "1 Jan 2024"), ORDERED)
    assert [playlist.tracks for playlist in made.playlists] == [["2", "0"]]
    assert "1 rows without a date in the column n: left out ('now playing')" in list(
        made.notes.texts()
    )


def test_artist_and_title_are_an_id(tmp_path: Path) -> None:
    params = replace(PLAIN, track_column="", artist_column="by", title_column="called")
    content = (
        "show,by,called\ns,Kara Moon,Cold\ns,KARA  MOON,cold\ns,,Hum\ns,Kara Moon,\n"
        "t,Ka,It\u2019s\nt,ka,It's\n"
    )
    made = found(tmp_path, content, params)
    assert [playlist.tracks for playlist in made.playlists] == [
        ["kara moon \u2013 cold", "kara moon \u2013 cold", "hum"],
        ["ka \u2013 it's", "ka \u2013 it's"],
    ]
    assert made.details["kara moon \u2013 cold"] == ("Kara Moon", "Cold", "")
    assert "1 rows with nothing in the column called: left out (line 5)" in list(made.notes.texts())


def test_a_pause_begins_another_playlist(tmp_path: Path) -> None:
    times = (
        "2024-01-01T10:00Z",
        "2024-01-01T10:31Z",
        "2024-01-01T11:00+01:00",
        "2024-01-01T12:00+02:00",
    )
    content = "show,song,n\n" + "".join(f"s,{number},{time}\n" for number, time in enumerate(times))
    made = found(tmp_path, content + "t,9,2024-01-01T10:10Z\n", replace(ORDERED, pause=30))
    assert [playlist.tracks for playlist in made.playlists] == [["0", "2", "3"], ["1"], ["9"]]
    ten = 1704103200
    assert made.times == [ten, ten + 31 * 60, ten + 10 * 60]
    assert [playlist.key for playlist in made.playlists] == [
        key_of_name(f"{name}@{time}")
        for name, time in (("s", ten), ("s", ten + 31 * 60), ("t", ten + 10 * 60))
    ]
    seconds = "show,song,n\n" + "".join(
        f"s,{number},{ten + 1000 * number}\n" for number in (0, 1, 3)
    )
    assert read(tmp_path, seconds, replace(ORDERED, pause=30)) == [["0", "1"], ["3"]]


def test_a_table_without_a_column_of_playlists_is_one_log(tmp_path: Path) -> None:
    assert read(tmp_path, "song\na\nb\n", replace(PLAIN, playlist_column="")) == [["a", "b"]]
    content = "song,n\na,2024-01-01 10:00\nb,2024-01-01 12:00\n"
    assert read(tmp_path, content, replace(ORDERED, playlist_column="", pause=30)) == [["a"], ["b"]]


def test_a_pause_needs_dates(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, dated("7", "8"), replace(ORDERED, pause=30))
    assert (
        str(caught.value) == "p.csv: column n: '7' is no date: expected dates, as local.pause = 30"
    )


def test_a_header_alone_has_no_playlists(tmp_path: Path) -> None:
    assert read(tmp_path, "show,song\n") == []
