"""Dates and times in users' files; a whole column decides the order of day and month."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from playlist2vec.base.errors import DataError

READINGS = ("day_first", "month_first", "year_first")
"""Possible orders of day, month and year in a date."""
MONTHS = {
    **dict.fromkeys(("jan", "ene", "gen"), 1),
    **dict.fromkeys(("feb", "fev"), 2),
    **dict.fromkeys(("mar", "maa", "mrt"), 3),
    **dict.fromkeys(("apr", "avr", "abr"), 4),
    **dict.fromkeys(("may", "mai", "mei", "maj", "mag"), 5),
    **dict.fromkeys(("jun", "juin", "giu"), 6),
    **dict.fromkeys(("jul", "juil", "lug"), 7),
    **dict.fromkeys(("aug", "aou", "ago"), 8),
    **dict.fromkeys(("sep", "set"), 9),
    **dict.fromkeys(("oct", "okt", "out", "ott"), 10),
    "nov": 11,
    **dict.fromkeys(("dec", "dez", "dic"), 12),
}
"""Beginnings of the names of months in the languages of western Europe, without accents."""
_CLOCK = (
    r"(?:(?:,?[ T]+|,|:)(?:um |at |à )?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"(?: ?\(?(?P<zone>Z|z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|[A-Z]{3,4})\)?)?)?"
)
ZONES = {
    **dict.fromkeys(("UTC", "GMT", "WET"), 0),
    **dict.fromkeys(("CET", "MEZ", "WEST"), 60),
    **dict.fromkeys(("CEST", "MESZ", "EET"), 120),
    **{"EEST": 180, "MSK": 180, "JST": 540, "AEST": 600, "AEDT": 660},
    **{
        "EST": -300,
        "EDT": -240,
        "CST": -360,
        "CDT": -300,
        "MST": -420,
        "MDT": -360,
        "PST": -480,
        "PDT": -420,
    },
}
"""Minutes east of UTC by zone name, in North America as in RFC 5322; other names are rejected."""
_DAY = r"(?:[^\W\d_]{2,10}\.?,? )?"
_FORMS = tuple(
    re.compile(_DAY + form + _CLOCK)
    for form in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?=$|T)",
        r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second_number>\d{1,2})"
        r"(?P=mark)(?P<third>\d{4}|\d{2})",
        r"(?P<day>\d{1,2})\.?[ -](?:de )?(?P<name>[^\W\d_]{3,10})\.?,?[ -](?:de )?(?P<year>\d{4})",
        r"(?P<name>[^\W\d_]{3,10})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})",
    )
)
_COMPACT_CLOCK = re.compile(r"(\d{8}T)(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?")
_UNIX_C = re.compile(r"([^\W\d_]{3} [^\W\d_]{3} {1,2}\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})")
"""`Thu Apr 5 11:59:00 2010`, the format of `asctime` in C."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = ((1e11, 1_000_000, "seconds since 1970"), (1e14, 1_000, "milliseconds since 1970"))
_MICROSECONDS = (1e17, 1, "microseconds since 1970")
EARLIEST = 1e8
"""The least number, the year 1973 in seconds, that marks a column as times."""


class Dates(NamedTuple):
    """The dates of a column.

    `stamps`: microseconds since 1970 in UTC for every cell, or None for a cell without a date.
    `form`: the order or unit in which the dates were read, for a note. `zones`: True if some dates
    name a zone, and True if some do not; dates without a zone are taken as UTC.
    """

    stamps: list[int | None]
    form: str
    zones: tuple[bool, bool] = (False, False)


class _Found(NamedTuple):
    """A date in a cell: three numbers, the time of day and the offset of the zone.

    `numbers`: in the order of the text. `readings`: the orders that give a date. `time`:
    microseconds since midnight. `offset`: minutes east of UTC, None without a zone.
    """

    numbers: tuple[int, int, int]
    readings: tuple[str, ...]
    time: int
    offset: int | None


def read_dates(cells: Sequence[str], place: str, reading: str = "", parameter: str = "") -> Dates:
    """Return the dates of a whole column, in one format or several.

    Accepted are: year, month and day with any of - / . between them; names of months in English and
    other languages; a time of day with or without AM or PM, seconds and zone; or numbers that count
    seconds, milliseconds or microseconds since 1970. `reading`: one of READINGS, or empty to take
    the order that all cells allow. Raises DataError if several orders are possible and give
    different dates, and if `reading` is impossible; the error begins with `place` and names
    `parameter`.
    """
    distinct = dict.fromkeys(cells)
    if numbers := _numbers(distinct):
        stamps, form = numbers
        return Dates([stamps[cell] for cell in cells], form)
    found = {cell: _parsed(cell) for cell in distinct}
    parsed = [each for each in found.values() if each]
    chosen = _one_reading(found, place, reading, parameter)
    values = {cell: each and _stamp(each, chosen) for cell, each in found.items()}
    stamps_of = [values[cell] for cell in cells]
    zones = (
        any(each.offset is not None for each in parsed),
        any(each.offset is None for each in parsed),
    )
    return Dates(
        stamps_of,
        {"day_first": "day, month, year", "month_first": "month, day, year"}.get(chosen, ""),
        zones,
    )


def looks_like_date(cell: str) -> bool:
    """Return True if a cell is a date in a format of `read_dates`, numbers since 1970 excluded."""
    return _parsed(cell) is not None


def _numbers(cells: dict[str, None]) -> tuple[dict[str, int | None], str] | None:
    """Return the stamps and the unit of cells that count time since 1970; None unless most do.

    The largest number decides the unit.
    """
    values = {cell: float(cell) for cell in cells if re.fullmatch(r"\d{1,17}(\.\d{1,9})?", cell)}
    if 2 * sum(value >= EARLIEST for value in values.values()) <= sum(cell != "" for cell in cells):
        return None
    for limit, factor, form in (*_UNITS, _MICROSECONDS):
        if max(values.values()) < limit:
            stamps = {
                cell: int(cell) * factor if cell.isdigit() else round(value * factor)
                for cell, value in values.items()
            }
            return {**dict.fromkeys(cells), **stamps}, form
    return None


def _parsed(cell: str) -> _Found | None:
    text = " ".join(unicodedata.normalize("NFKC", cell).split())
    if not any(character.isdigit() for character in text[:16]) or len(text) > 60:
        return None
    if compact := _COMPACT_CLOCK.fullmatch(text):
        text = f"{compact[1]}{compact[2]}:{compact[3]}:{compact[4] or '00'}{compact[5] or ''}"
    if unix := _UNIX_C.fullmatch(text):
        text = f"{unix[1]} {unix[3]} {unix[2]}"
    for form in _FORMS:
        if found := form.fullmatch(text):
            return _found(found)
    return None


def _found(match: re.Match[str]) -> _Found | None:
    parts = match.groupdict()
    time, offset, zone = _time(parts), _offset(parts["zone"]), parts["zone"] or ""
    if time is None or (zone.isalpha() and zone.upper() != "Z" and zone not in ZONES):
        return None
    if "third" in parts:
        if (
            len(parts["third"]) == 2
            and parts["hour"] is None
            and not re.match(r"\d\d\D\d\d\D", match[0])
        ):
            return None
        numbers = int(parts["first"]), int(parts["second_number"]), int(parts["third"])
        readings: tuple[str, ...] = (
            READINGS if len(parts["third"]) == 2 and len(parts["first"]) == 2 else READINGS[:2]
        )
        readings = READINGS[:1] if parts["mark"] == "." else readings
    else:
        month = MONTHS.get(_folded(parts["name"])) if parts.get("name") else int(parts["month"])
        if month is None:
            return None
        numbers, readings = (int(parts["year"]), month, int(parts["day"])), ("year_first",)
    readings = tuple(each for each in readings if _date(numbers, each))
    return _Found(numbers, readings, time, offset) if readings else None


def _folded(name: str) -> str:
    """Return the beginning of a month's name as MONTHS may have it."""
    plain = "".join(
        c for c in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(c)
    )
    return plain[:4] if plain[:4] in MONTHS else plain[:3]


def _time(parts: dict[str, str | None]) -> int | None:
    """Return microseconds since midnight; None for an impossible time of day."""
    if parts["hour"] is None:
        return 0
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    if parts["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if parts["half"] in "Pp" else 0)
    if hour > 23 or minute > 59 or second > 60:
        return None
    part = int(((parts["part"] or "") + "000000")[:6])
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + part


def _offset(zone: str | None) -> int | None:
    """Return minutes east of UTC; None for a date without a zone."""
    if zone is None or zone in ZONES:
        return ZONES.get(zone or "")
    hours = re.fullmatch(r"[A-Z]*([+-])(\d{1,2}):?(\d{2})?", zone)
    if hours is None:
        return 0
    return (-1 if hours[1] == "-" else 1) * (int(hours[2]) * 60 + int(hours[3] or 0))


def _date(numbers: tuple[int, int, int], reading: str) -> datetime | None:
    a, b, c = numbers
    year, month, day = {"day_first": (c, b, a), "month_first": (c, a, b), "year_first": (a, b, c)}[
        reading
    ]
    if year < 100:
        year += 1900 if year > 68 else 2000
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def _stamp(found: _Found, chosen: str) -> int | None:
    reading = found.readings[0] if found.readings == ("year_first",) else chosen
    date = _date(found.numbers, reading) if reading in found.readings else None
    if date is None:
        return None
    days = (date - _EPOCH) // timedelta(days=1)
    return days * 86_400_000_000 + found.time - 60_000_000 * (found.offset or 0)


def _one_reading(cells: dict[str, _Found | None], place: str, reading: str, parameter: str) -> str:
    """Return the order of numbers that fits all ambiguous dates; empty if no date is ambiguous."""
    open_ones = {
        cell: each for cell, each in cells.items() if each and each.readings != ("year_first",)
    }
    if not open_ones:
        return ""
    possible = [
        each for each in READINGS if all(each in found.readings for found in open_ones.values())
    ]
    if reading in possible:
        return reading
    wanted = " or ".join(possible)
    if reading:
        wrong = next(cell for cell, each in open_ones.items() if reading not in each.readings)
        raise DataError(
            f"{place}: {wrong!r} is no date with {parameter} = {reading}: expected "
            f"{wanted or 'one form in all rows'}"
        )
    example, first = next(iter(open_ones.items()))
    if not possible:
        other = next(
            cell for cell, each in open_ones.items() if not set(each.readings) & set(first.readings)
        )
        raise DataError(
            f"{place}: {example!r} and {other!r} have no reading in common: expected one form in "
            "all rows"
        )
    if len(possible) > 1 and not _all_same(open_ones.values(), possible):
        shown = " or ".join(f"{_date(first.numbers, each):%-d %B %Y} ({each})" for each in possible)
        raise DataError(
            f"{place}: {example!r} can be {shown}, and no date in it decides: expected {parameter} "
            f"= {wanted}"
        )
    return possible[0]


def _all_same(found: Iterable[_Found], readings: list[str]) -> bool:
    """Return True if every order gives the same dates, as for 05/05/2020."""
    return all(len({_date(each.numbers, reading) for reading in readings}) == 1 for each in found)
