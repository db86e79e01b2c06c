"""What each rule takes for a value, and in which words it refuses another."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import (
    LARGEST,
    RefusedError,
    Rule,
    check_sections,
    choice,
    count_or_fraction,
    cutoffs,
    flag,
    integer,
    number,
    numbers,
    own_path,
    parameter,
    read_content,
    read_parameter,
    read_section,
    section_of,
    text,
)

COUNT = "a whole number, 1 or more (a count), or a number above 0 and below 1 (a fraction)"
RISING = "a list of different whole numbers, 1 or more, in rising order"
EACH = "a list of different numbers, each a whole number from 1 to 9"


@pytest.mark.parametrize(
    ("rule", "value", "taken"),
    [
        (integer(2, 5), 2, 2),
        (integer(2, 5), 5.0, 5),
        (integer(2, 5), "3", 3),
        (integer(2), 10**9, 10**9),
        (integer(-1), -1, -1),
        (number(0, 1), 0, 0.0),
        (number(0, 1), "1e-05", 1e-5),
        (number(0, 1, above=True), 1, 1.0),
        (count_or_fraction(), 1, 1),
        (count_or_fraction(), 7.0, 7),
        (count_or_fraction(), 0.5, 0.5),
        (choice("a", "b"), "b", "b"),
        (flag(), True, True),
        (flag(), False, False),
        (flag(), "TRUE", True),
        (flag(), "false", False),
        (text(empty=False), "a b", "a b"),
        (text(empty=False), 12, "12"),
        (text(empty=True), None, ""),
        (text(empty=True), " ", " "),
        (cutoffs(), [1], (1,)),
        (cutoffs(), [1, 5.0, "10"], (1, 5, 10)),
        (numbers(integer(1, 9)), [9, 1], (9, 1)),
    ],
)
def test_what_is_taken(rule: Rule, value: object, taken: object) -> None:
    assert rule(value) == taken
    assert type(rule(value)) is type(taken)


@pytest.mark.parametrize(
    ("rule", "value", "accepted"),
    [
        *(
            (integer(2, 5), value, "a whole number from 2 to 5")
            for value in (1, 6, 2.5, "x", True, None, [3], "nan")
        ),
        (integer(2), 1, "a whole number, 2 or more"),
        (integer(0), 1e300, "a whole number, 0 or more"),
        (integer(-9), -(10**301), "a whole number, -9 or more"),
        *(
            (number(0.5, 2), value, "a number from 0.5 to 2")
            for value in (0.4, 2.1, "", float("nan"), False)
        ),
        (number(0, 1, above=True), 0, "a number above 0 and at most 1"),
        *((count_or_fraction(), value, COUNT) for value in (0, 1.5, -1, "many", True)),
        (choice("a", "b"), "c", "a or b"),
        (choice("a", "b"), ["a"], "a or b"),
        (choice("a", "b", "c"), "ab", "one of a, b, c"),
        *((flag(), value, "true or false") for value in ("yes", 1, None)),
        *(
            (text(empty=False), value, "text on one line, not empty")
            for value in ("", " ", None, "a\nb", ["a"], True)
        ),
        *(
            (text(empty=True), value, "text on one line, or '' for none")
            for value in ("a\nb", {"a": 1}, False)
        ),
        *((cutoffs(), value, RISING) for value in ([], 5, [0], [1, 1], [5, 1], [1.5], ["x"], None)),
        (numbers(integer(1, 9)), [1, 10], EACH),
        *(
            (numbers(integer(1, 9)), value, "a list of different numbers, one or more")
            for value in ([], 3, [2, 2])
        ),
    ],
)
def test_what_is_refused(rule: Rule, value: object, accepted: str) -> None:
    with pytest.raises(RefusedError) as refused:
        rule(value)
    assert str(refused.value) == accepted


@dataclass(frozen=True)
class Section:
    """A section of a test."""

    SECTION: ClassVar[str] = "mine"

    size: int = parameter(integer(1, 9))
    key: str = parameter(text(empty=False), secret=True)
    file: str = own_path()

    def check(self) -> None:
        if self.size == 9:
            raise RefusedError("mine.size = 9: expected less today")


def write(folder: Path, content: str) -> Path:
    (folder / "p.yaml").write_text(content, encoding="utf-8")
    return folder / "p.yaml"


def test_a_section_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "mine: {size: 2, key: k, file: a.csv, more: 1}\nother: 3\n")
    assert read_section(path, Section) == Section(2, "k", "a.csv")
    assert read_parameter(path, Section, "size") == 2


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("mine: {size: 0, key: k, file: a}", "mine.size = 0: expected a whole number from 1 to 9"),
        (
            "mine: {size: true, key: k, file: a}",
            "mine.size = true: expected a whole number from 1 to 9",
        ),
        (
            "mine: {size: '', key: k, file: a}",
            "mine.size = '': expected a whole number from 1 to 9",
        ),
        (
            'mine: {size: "a\\n b", key: k, file: a}',
            "mine.size = a b: expected a whole number from 1 to 9",
        ),
        ("mine: {key: k, file: a}", "mine.size is missing: expected it to be there"),
        ("mine: {size: 1, key: k}", "mine.file is missing: expected it to be there"),
        (
            "mine: {size: 1, key: [geheim], file: a}",
            "mine.key = ...: expected text on one line, not empty",
        ),
        (
            "mine: {size: 1, key: k, file: ''}",
            "mine.file = '': expected text on one line, not empty",
        ),
        ("mine: {size: 9, key: k, file: a}", "mine.size = 9: expected less today"),
        ("mine: 3", "mine = 3: expected a section of parameters"),
        ("other: 3", "mine = None: expected a section of parameters"),
        ("[1]", "expected sections of parameters, found list"),
    ],
)
def test_a_section_is_refused_in_one_line(tmp_path: Path, content: str, line: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(DataError) as error:
        read_section(path, Section)
    assert str(error.value) == f"{path}: {line}"


def test_a_path_of_the_users_own_says_so() -> None:
    assert [each.name for each in fields(Section) if each.metadata.get("own") is True] == ["file"]


def test_what_is_no_yaml_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "mine: {size: [")
    expected = rf"^{path}: not YAML: while parsing .* line 1, column \d+"
    with pytest.raises(DataError, match=expected):
        read_section(path, Section)
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(DataError, match=rf"^{path}: not YAML: "):
        read_section(path, Section)


def test_one_parameter_is_read_whatever_the_others_are(tmp_path: Path) -> None:
    path = write(tmp_path, "mine: {size: 0, key: k}")
    value: Any = read_parameter(path, Section, "key")
    assert value == "k"
    with pytest.raises(DataError, match=r"mine.size = 0: expected a whole number from 1 to 9$"):
        read_parameter(path, Section, "size")


def test_a_parameter_file_has_its_largest_size(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("a: 1\n#" + "x" * (LARGEST - 6), "utf-8")
    assert LARGEST == path.stat().st_size == 1_048_576
    assert read_content(path) == {"a": 1}
    path.write_text(path.read_text("utf-8") + "x", "utf-8")
    with pytest.raises(DataError) as caught:
        read_content(path)
    assert str(caught.value) == f"{path}: more than 1,048,576 bytes: expected parameters"


def test_aliases_are_refused_and_stars_are_not(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("a: '*b'\n", "utf-8")
    assert read_content(path) == {"a": "*b"}
    path.write_text("a: &b 1\nc: *b\n", "utf-8")
    with pytest.raises(DataError) as caught:
        read_content(path)
    assert str(caught.value) == f"{path}: an alias (*name): expected each value written out"


def test_what_is_no_yaml_is_told_in_one_short_line(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("a: [" + "'b" * 300, "utf-8")
    with pytest.raises(DataError) as caught:
        read_content(path)
    assert str(caught.value).startswith(f"{path}: not YAML: ")
    assert str(caught.value).endswith(": expected parameters in sections")


@dataclass(frozen=True)
class Whole:
    SECTION: ClassVar[str] = "whole"

    one: int = parameter(integer(1, 9))


@dataclass(frozen=True)
class Part:
    SECTION: ClassVar[str] = "whole.part"

    two: int = parameter(integer(1, 9))


@dataclass(frozen=True)
class SamePart:
    SECTION: ClassVar[str] = "whole.part"

    three: int = parameter(integer(1, 9))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("whole: {one: 1, part: {two: 2, three: 3}}", ""),
        (
            "whole: {one: 1, part: {two: 2, three: 3}}\nmore: 1",
            "more is unknown: expected one of whole",
        ),
        (
            "whole: {one: 1, part: {two: 2, three: 3}, four: 4}",
            "whole.four is unknown: expected one of one, part",
        ),
        (
            "whole: {one: 1, part: {two: 2, three: 3, one: 1}}",
            "whole.part.one is unknown: expected one of three, two",
        ),
        ("whole: {one: 1}", "whole.part = None: expected a section of parameters"),
        ("whole: {one: 1, part: 3}", "whole.part = 3: expected a section of parameters"),
        ("whole: 3", "whole = 3: expected a section of parameters"),
        ("more: 1", "whole = None: expected a section of parameters"),
        (
            "whole: {one: 0, part: {two: 2, three: 3}}",
            "whole.one = 0: expected a whole number from 1 to 9",
        ),
        (
            "whole: {one: 1, part: {two: 0, three: 3}}",
            "whole.part.two = 0: expected a whole number from 1 to 9",
        ),
        ("whole: {one: 1, part: {two: 2}}", "whole.part.three is missing: expected it to be there"),
    ],
)
def test_sections_inside_a_section_are_checked_as_a_whole(
    tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(content, "utf-8")
    if not said:
        check_sections(path, "whole", (Whole, Part, SamePart))
        assert section_of(path, "whole.part", read_content(path)) == {"two": 2, "three": 3}
        return
    with pytest.raises(DataError) as caught:
        check_sections(path, "whole", (Whole, Part, SamePart))
    assert str(caught.value) == f"{path}: {said}"
