from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.reading.dates import looks_like_date, read_dates

NOON = datetime(2010, 4, 5, 11, 59, tzinfo=UTC)


def stamp(when: datetime) -> int:
    return (when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def dates(*cells: str, reading: str = "") -> list[int | None]:
    return read_dates(cells, "plays.csv: column when", reading, "local.dates").stamps


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "2010-04-05T11:59:00Z",
            "2010-04-05 11:59",
            "2010/04/05 11:59:00",
            "2010-4-5 11:59",
            "20100405T115900Z",
        ),
        *(
            "2010-04-05T13:59:00+02:00",
            "2010-04-05T06:59:00-0500",
            "2010-04-05 11:59:00 UTC",
            "2010-04-05T11:59:00+00",
        ),
        *(
            "05 Apr 2010, 11:59",
            "5 April 2010 11:59:00",
            "Mon, 05 Apr 2010 11:59:00 +0000",
            "Mon Apr  5 11:59:00 2010",
        ),
        *(
            "Apr 5, 2010, 11:59 AM",
            "April 5th, 2010 11:59",
            "05-Apr-2010 11:59",
            "5. April 2010 um 11:59",
        ),
        *(
            "5 avril 2010 à 11:59",
            "5 de abril de 2010 11:59",
            "lunedì 5 aprile 2010 11:59",
            "5.4.2010 11:59",
        ),
        *(
            "Apr 5, 2010, 11:59\u202fAM",
            "2010-04-05 07:59:00 EDT",
            "Mon, 05 Apr 2010 13:59 CEST",
            "2010-04-05 13:59 GMT+2",
        ),
    ],
)
def test_one_moment_in_many_forms(cell: str) -> None:
    assert dates(cell) == [stamp(NOON)]
    assert looks_like_date(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "Cold",
        "2023-02-30",
        "7",
        "a10",
        "1.2.9",
        "1.2.10",
        "KGLK1536",
        "2024-01-01 10:00 XYZ",
        "2024-01-01 25:00",
        "x" * 80,
    ],
)
def test_other_cells_have_no_date(cell: str) -> None:
    assert dates(cell, "5 April 2010 11:59") == [None, stamp(NOON)]
    assert not looks_like_date(cell)


@given(st.datetimes(datetime(1974, 1, 1), datetime(2060, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_a_zone_counts(when: datetime, minutes: int) -> None:
    aware = when.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert dates(aware.isoformat()) == [stamp(aware)]


@given(st.lists(st.datetimes(datetime(1974, 1, 1), datetime(2060, 1, 1)), min_size=1))
def test_numbers_count_from_1970(moments: list[datetime]) -> None:
    whole = [int(when.replace(tzinfo=UTC).timestamp()) for when in moments]
    for factor, form in ((1, "seconds since 1970"), (1_000, "milliseconds since 1970")):
        found = read_dates([str(each * factor) for each in whole], "", "", "")
        assert found.stamps == [each * 1_000_000 for each in whole]
        assert found.form == form


def test_halves_of_a_day() -> None:
    midnight = stamp(datetime(2010, 4, 5, tzinfo=UTC))
    found = dates(
        "April 5, 2010 12:00 AM",
        "April 5, 2010 12:30 PM",
        "April 5, 2010 1:00 pm",
        "April 5, 2010 13:00 PM",
    )
    hours = [None if each is None else (each - midnight) / 3_600_000_000 for each in found]
    assert hours == [0, 12.5, 13, None]


def test_the_column_says_which_number_is_the_day() -> None:
    first, second = (
        stamp(datetime(2019, 2, 26, 8, 34, tzinfo=UTC)),
        stamp(datetime(2019, 3, 1, 8, 34, tzinfo=UTC)),
    )
    assert dates("26/02/2019 08:34", "01/03/2019 08:34") == [first, second]
    assert dates("02/26/2019 08:34", "03/01/2019 08:34") == [first, second]
    assert dates("26.02.2019 08:34", "01.03.2019 08:34") == [first, second]
    assert dates("26/02/19 08:34", "26/02/2019 08:34") == [first, first]
    assert dates("03/01/2019 08:34", reading="month_first") == [second]
    assert dates("05/05/2020", "06/06/2020") == dates("2020-05-05", "2020-06-06")


@pytest.mark.parametrize(
    ("cells", "reading", "text"),
    [
        (
            ["08/03/2022 19:01", "09/03/2022 10:00"],
            "",
            "'08/03/2022 19:01' can be 8 March 2022 (day_first) or 3 August 2022 (month_first), "
            "and no date in it decides: expected local.dates = day_first or month_first",
        ),
        (
            ["19/02/26"],
            "",
            "'19/02/26' can be 19 February 2026 (day_first) or 26 February 2019 (year_first), and "
            "no date in it decides: expected local.dates = day_first or year_first",
        ),
        (
            ["26/02/2019", "02/26/2019"],
            "",
            "'26/02/2019' and '02/26/2019' have no reading in common: expected one form in all "
            "rows",
        ),
        (
            ["26/02/2019"],
            "month_first",
            "'26/02/2019' is no date with local.dates = month_first: expected day_first",
        ),
    ],
)
def test_what_the_column_cannot_decide_is_refused(
    cells: list[str], reading: str, text: str
) -> None:
    with pytest.raises(DataError) as caught:
        dates(*cells, reading=reading)
    assert str(caught.value) == f"plays.csv: column when: {text}"


def test_zones_are_told() -> None:
    assert read_dates(["2024-01-01T10:00Z", "2024-01-01 10:00"], "", "", "").zones == (True, True)
    assert read_dates(["2024-01-01T10:00Z"], "", "", "").zones == (True, False)


@given(st.lists(st.text(max_size=30)))
def test_any_text_is_a_date_or_none(cells: list[str]) -> None:
    try:
        found = dates(*cells)
    except DataError:
        return
    assert len(found) == len(cells)
