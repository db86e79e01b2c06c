"""Rules that say what a parameter may be, and the reading of a section of a params.yaml by them."""

from collections.abc import Callable, Sequence
from dataclasses import MISSING, field, fields
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar, cast

import yaml

from playlist2vec.base.errors import DataError

LARGEST = 1 << 20
"""Bytes of a parameter file."""

Rule = Callable[[object], object]


class RefusedError(Exception):
    """A value that a rule does not accept; the text says what it would accept."""


def integer(low: int, high: int | None = None) -> Rule:
    """A whole number from `low` to `high`; `12`, `12.0` and `"12"` are the same number, `true` is
    none.
    """
    accepted = (
        f"a whole number from {low} to {high}"
        if high is not None
        else f"a whole number, {low} or more"
    )

    def check(value: object) -> int:
        number = _as_number(value, accepted)
        if number != int(number) or number < low or (high is not None and number > high):
            raise RefusedError(accepted)
        return int(number)

    return check


def number(low: float, high: float, *, above: bool = False) -> Rule:
    """A number from `low` (itself excluded if `above`) to `high`; `1e-05`, text to YAML, is a
    number here.
    """
    accepted = (
        f"a number above {low:g} and at most {high:g}"
        if above
        else f"a number from {low:g} to {high:g}"
    )

    def check(value: object) -> float:
        found = float(_as_number(value, accepted))
        if not low <= found <= high or (above and found == low):
            raise RefusedError(accepted)
        return found

    return check


def count_or_fraction() -> Rule:
    """A count (whole number, 1 or more) or a fraction (above 0, below 1)."""
    accepted = "a whole number, 1 or more (a count), or a number above 0 and below 1 (a fraction)"

    def check(value: object) -> int | float:
        found = _as_number(value, accepted)
        if found >= 1 and found == int(found):
            return int(found)
        if not 0 < found < 1:
            raise RefusedError(accepted)
        return float(found)

    return check


def choice(*values: str) -> Rule:
    """One of these words."""
    accepted = " or ".join(values) if len(values) < 3 else "one of " + ", ".join(values)

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in values:
            raise RefusedError(accepted)
        return value

    return check


def flag() -> Rule:
    """Either true or false."""

    def check(value: object) -> bool:
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if not isinstance(value, bool):
            raise RefusedError("true or false")
        return value

    return check


def text(*, empty: bool) -> Rule:
    """Some text on one line; a number is read as its digits."""
    accepted = "text on one line, or '' for none" if empty else "text on one line, not empty"

    def check(value: object) -> str:
        found = "" if value is None else str(value)
        if (
            isinstance(value, (list, dict, bool))
            or len(found.splitlines()) > 1
            or not (found.strip() or empty)
        ):
            raise RefusedError(accepted)
        return found

    return check


def cutoffs() -> Rule:
    """A list of different whole numbers, 1 or more, in rising order."""
    accepted = "a list of different whole numbers, 1 or more, in rising order"

    def check(value: object) -> tuple[int, ...]:
        if not isinstance(value, list) or not value:
            raise RefusedError(accepted)
        found = [_as_number(each, accepted) for each in value]
        if any(each != int(each) or each < 1 for each in found) or sorted(set(found)) != found:
            raise RefusedError(accepted)
        return tuple(int(each) for each in found)

    return check


def numbers(each: Rule) -> Rule:
    """A list of different numbers that `each` accepts, one or more, in any order."""

    def check(value: object) -> tuple[Any, ...]:
        try:
            found = [each(one) for one in value] if isinstance(value, list) else []
        except RefusedError as refused:
            raise RefusedError(f"a list of different numbers, each {refused}") from None
        if not found or len(set(found)) < len(found):
            raise RefusedError("a list of different numbers, one or more")
        return tuple(found)

    return check


def listed(each: Rule) -> Rule:
    """A list of values that `each` accepts, one or more, in their order."""

    def check(value: object) -> tuple[Any, ...]:
        try:
            found = [each(one) for one in value] if isinstance(value, list) else []
        except RefusedError as refused:
            raise RefusedError(f"a list, each {refused}") from None
        if not found:
            raise RefusedError("a list of one or more")
        return tuple(found)

    return check


def _as_number(value: object, accepted: str) -> int | float:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise RefusedError(accepted) from None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -1e300 < value < 1e300:
        raise RefusedError(accepted)
    return value


def parameter(rule: Rule, *, secret: bool = False) -> Any:
    """Return the field of a section's dataclass whose values the rule accepts; a `secret` value is
    in no error.
    """
    return field(metadata={"rule": rule, "secret": secret})


def own_path() -> Any:
    """Return the field of a parameter that says where a data set of the user's own lies."""
    return field(metadata={"rule": text(empty=False), "own": True})


class SectionClass(Protocol):
    """A dataclass with a field made by `parameter` for each of its parameters.

    `SECTION`: the name of the section in params.yaml, `a.b` for section b of section a; two classes
    may share a section. A class may have a method `check`, which raises RefusedError, with the
    whole text after the file's name, where its values do not go together.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]
    SECTION: ClassVar[str]


Section = TypeVar("Section", bound=SectionClass)


def read_section(path: str | Path, section: type[Section]) -> Section:
    """Read and validate the parameters of one class, and nothing else of the file.

    Raises DataError for a missing section, and for a missing or wrong value. Names that the class
    does not know are for `playlist2vec.params.check_all` to reject.
    """
    return validated(path, section, read_content(path))


def read_parameter(path: str | Path, section: type[Section], name: str) -> Any:
    """Read and validate one parameter of a class, and nothing else of the file.

    Raises DataError for a missing section, and for a missing or wrong value.
    """
    (parameter,) = (each for each in fields(section) if each.name == name)
    return _accepted(
        path, section, parameter, section_of(path, section.SECTION, read_content(path))
    )


def read_content(path: str | Path) -> dict[str, Any]:
    """Read a parameter file as it is. Raises DataError unless it is YAML with sections, of LARGEST
    bytes at most.

    Aliases are refused, by which a few lines may stand for as many values as they like.
    """
    try:
        with open(path, "rb") as file:
            text = file.read(LARGEST + 1).decode("utf-8")
        if len(text) > LARGEST:
            raise DataError(f"{path}: more than {LARGEST:,} bytes: expected parameters")
        if "*" in text and any(
            isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.CSafeLoader)
        ):
            raise DataError(f"{path}: an alias (*name): expected each value written out")
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DataError(
            f"{path}: not YAML: {' '.join(str(error).split())[:300]}: expected parameters in sections"
        ) from None
    if not isinstance(content, dict):
        raise DataError(f"{path}: expected sections of parameters, found {type(content).__name__}")
    return content


def validated(path: str | Path, section: type[Section], content: dict[str, Any]) -> Section:
    """Return the parameters of a class from the `content` of the file at `path`. Raises DataError
    as `read_section`.
    """
    found = section_of(path, section.SECTION, content)
    values = {each.name: _accepted(path, section, each, found) for each in fields(section)}
    made = section(**values)
    try:
        getattr(made, "check", lambda: None)()
    except RefusedError as refused:
        raise DataError(f"{path}: {refused}") from None
    return made


def _accepted(
    path: str | Path, section: type[Section], parameter: Any, found: dict[str, Any]
) -> Any:
    """Return what the rule of a parameter makes of its value in `found`, a section as it is."""
    value, secret = found.get(parameter.name, MISSING), parameter.metadata.get("secret")
    try:
        if value is MISSING:
            raise RefusedError("a value")
        return parameter.metadata["rule"](value)
    except RefusedError as refused:
        shown = "is missing" if value is MISSING else f"= {'...' if secret else _shown(value)}"
        wanted = "it to be there" if value is MISSING else str(refused)
        raise DataError(
            f"{path}: {section.SECTION}.{parameter.name} {shown}: expected {wanted}"
        ) from None


def section_of(path: str | Path, name: str, content: dict[str, Any]) -> dict[str, Any]:
    """Return a section as it is; `a.b` is section b of section a.

    Raises DataError unless it holds names with values.
    """
    found: Any = content
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise DataError(f"{path}: {name} = {found}: expected a section of parameters")
    return found


def check_sections(path: str | Path, top: str, sections: Sequence[type[SectionClass]]) -> None:
    """Validate section `top` of a file, all of which are `sections`, named `top`, `top.part` and so
    on.

    Raises DataError at the first wrong value or unknown name.
    """
    known: dict[str, set[str]] = {}
    for section in sections:
        known.setdefault(section.SECTION, set()).update(
            each.name for each in fields(cast(Any, section))
        )
    content = read_content(path)
    expected: dict[str, set[str]] = {"": {top}, top: set()}
    for name, keys in known.items():
        expected.setdefault(name, set()).update(keys)
        while name != top:
            above, _, part = name.rpartition(".")
            expected.setdefault(above, set()).add(part)
            name = above
    found = {
        name: section_of(path, name, content) if name else content for name in sorted(expected)
    }
    for name, there in found.items():
        for key in there:
            if key not in expected[name]:
                whole = f"{name}.{key}".removeprefix(".")
                raise DataError(
                    f"{path}: {whole} is unknown: expected one of {', '.join(sorted(expected[name]))}"
                )
    for section in sections:
        validated(path, section, content)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else " ".join(str(value).split()) or "''"
