"""Rules for the values of parameters, and readers that apply rules to a section of params.yaml."""

from collections.abc import Callable, Sequence
from dataclasses import MISSING, field, fields
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar, cast

import yaml

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import value_shown

LARGEST = 1 << 20
"""Limit in bytes of a parameter file."""

Rule = Callable[[object], object]


class RefusedError(Exception):
    """Rejection of a value by a rule; the text says which values are accepted."""


def integer(low: int, high: int | None = None) -> Rule:
    """Return a rule for whole numbers from `low` to `high`, also `12.0` or `"12"`, not `true`."""
    bounds = f", {low} or more" if high is None else f" from {low} to {high}"
    accepted = f"a whole number{bounds}"

    def check(value: object) -> int:
        number = _as_number(value, accepted)
        if number != int(number) or number < low or (high is not None and number > high):
            raise RefusedError(accepted)
        return int(number)

    return check


def number(low: float, high: float, *, above: bool = False) -> Rule:
    """Return a rule for numbers from `low`, excluded if `above`, to `high`; also text: `1e-05`."""
    bounds = f"above {low:g} and at most {high:g}" if above else f"from {low:g} to {high:g}"
    accepted = f"a number {bounds}"

    def check(value: object) -> float:
        found = float(_as_number(value, accepted))
        if not low <= found <= high or (above and found == low):
            raise RefusedError(accepted)
        return found

    return check


def count_or_fraction() -> Rule:
    """Return a rule for a count (whole number, 1 or more) or a fraction (above 0 and below 1)."""
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
    """Return a rule for the words in `values`."""
    accepted = " or ".join(values) if len(values) < 3 else "one of " + ", ".join(values)

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in values:
            raise RefusedError(accepted)
        return value

    return check


def flag() -> Rule:
    """Return a rule for true and false."""

    def check(value: object) -> bool:
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if not isinstance(value, bool):
            raise RefusedError("true or false")
        return value

    return check


def text(*, empty: bool) -> Rule:
    """Return a rule for text on a single line; a number is read as text."""
    accepted = "text on one line, or '' for none" if empty else "text on one line, not empty"

    def check(value: object) -> str:
        found = "" if value is None else str(value)
        blank = not found.strip() and not empty
        if isinstance(value, (list, dict, bool)) or len(found.splitlines()) > 1 or blank:
            raise RefusedError(accepted)
        return found

    return check


def cutoffs() -> Rule:
    """Return a rule for a list of different whole numbers, 1 or more, in rising order."""
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
    """Return a rule for a list of different numbers accepted by `each`, not empty, in any order."""

    def check(value: object) -> tuple[Any, ...]:
        found = _checked_list(value, each, "a list of different numbers")
        if not found or len(set(found)) < len(found):
            raise RefusedError("a list of different numbers, one or more")
        return tuple(found)

    return check


def listed(each: Rule) -> Rule:
    """Return a rule for a list of values accepted by `each`, not empty, in the order given."""

    def check(value: object) -> tuple[Any, ...]:
        found = _checked_list(value, each, "a list")
        if not found:
            raise RefusedError("a list of one or more")
        return tuple(found)

    return check


def _checked_list(value: object, each: Rule, accepted: str) -> list[Any]:
    """Return the entries of a list as `each` converts them; an empty list for other values."""
    try:
        return [each(entry) for entry in value] if isinstance(value, list) else []
    except RefusedError as refused:
        raise RefusedError(f"{accepted}, each {refused}") from None


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
    """Return a dataclass field for values accepted by `rule`; no error shows a `secret` value."""
    return field(metadata={"rule": rule, "secret": secret})


def own_path() -> Any:
    """Return a dataclass field for the path of a data set of the user's own."""
    return field(metadata={"rule": text(empty=False), "own": True})


class SectionClass(Protocol):
    """A dataclass with a field made by `parameter` for every parameter of a section.

    `SECTION`: the name of the section in params.yaml, `a.b` for section b of section a; two classes
    may share a section. A class may have a method `check` for constraints between values, which
    raises RefusedError with the whole text after the file's name.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]
    SECTION: ClassVar[str]


Section = TypeVar("Section", bound=SectionClass)


def read_section(path: str | Path, section: type[Section]) -> Section:
    """Read and validate the parameters of a single class.

    Raises DataError for a missing section, and for a missing or wrong value. Unknown names are left
    to `playlist2vec.params.check_all`.
    """
    return validated(path, section, read_content(path))


def read_parameter(path: str | Path, section: type[Section], name: str) -> Any:
    """Read and validate a single parameter of a class. Raises DataError as `read_section`."""
    (parameter,) = (each for each in fields(section) if each.name == name)
    found = section_of(path, section.SECTION, read_content(path))
    return _accepted(path, section, parameter, found)


def read_content(path: str | Path) -> dict[str, Any]:
    """Read a parameter file without validation of the values.

    Raises DataError unless the file is YAML with sections, of at most LARGEST bytes and without
    aliases, by which a few lines could stand for any number of values.
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
        reason = " ".join(str(error).split())[:300]
        raise DataError(f"{path}: not YAML: {reason}: expected parameters in sections") from None
    if not isinstance(content, dict):
        raise DataError(f"{path}: expected sections of parameters, found {type(content).__name__}")
    return content


def validated(path: str | Path, section: type[Section], content: dict[str, Any]) -> Section:
    """Return the parameters of a class in `content`, read from `path`. Raises as `read_section`."""
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
    """Return the value of a parameter in `found`, a raw section, as converted by the rule."""
    value, secret = found.get(parameter.name, MISSING), parameter.metadata.get("secret")
    try:
        if value is MISSING:
            raise RefusedError("a value")
        return parameter.metadata["rule"](value)
    except RefusedError as refused:
        shown = "is missing" if value is MISSING else f"= {'...' if secret else value_shown(value)}"
        wanted = "it to be there" if value is MISSING else str(refused)
        raise DataError(
            f"{path}: {section.SECTION}.{parameter.name} {shown}: expected {wanted}"
        ) from None


def section_of(path: str | Path, name: str, content: dict[str, Any]) -> dict[str, Any]:
    """Return a section without validation of the values; `a.b` is section b of section a.

    Raises DataError unless the section is a mapping.
    """
    found: Any = content
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise DataError(f"{path}: {name} = {found}: expected a section of parameters")
    return found


def check_sections(path: str | Path, top: str, sections: Sequence[type[SectionClass]]) -> None:
    """Validate section `top` of a file, made of `sections` named `top`, `top.part` and so on.

    Raises DataError at the first wrong value or unknown name.
    """
    known: dict[str, set[str]] = {}
    for section in sections:
        names = {each.name for each in fields(cast(Any, section))}
        known.setdefault(section.SECTION, set()).update(names)
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
                listing = ", ".join(sorted(expected[name]))
                raise DataError(f"{path}: {whole} is unknown: expected one of {listing}")
    for section in sections:
        validated(path, section, content)
