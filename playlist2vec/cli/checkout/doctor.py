"""`playlist2vec doctor`: report installed and missing requirements, without network."""

import argparse
from itertools import groupby
from pathlib import Path

from playlist2vec.base.visible import as_json, visible
from playlist2vec.cli.checkout.checks import Check
from playlist2vec.cli.checkout.folder import check_folder, is_checkout
from playlist2vec.cli.checkout.installation import check_installation
from playlist2vec.cli.commands import Command
from playlist2vec.cli.terminal.looks import Looks, Style, looks_of
from playlist2vec.recommend.columns import clipped


def _declare_doctor(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    where = "the folder to look at (here)"
    add("--from", dest="source", type=Path, default=Path(), metavar="FOLDER", help=where)
    add("--json", action="store_true", help="JSON, for programs")


def _doctor(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.source
    checks = [*check_installation(checkout=is_checkout(folder)), *check_folder(folder)]
    missing = [each for each in checks if each.missing]
    if arguments.json:
        said = {"fine": not missing, "checks": [_as_object(each) for each in checks]}
        print(as_json(said, indent=2))
    else:
        print("".join(f"{line}\n" for line in _lines(checks, looks_of())), end="")
    return 1 if missing else 0


def _as_object(check: Check) -> dict[str, object]:
    """Return a check as a JSON object."""
    return {**check._asdict(), "missing": check.missing}


def _lines(checks: list[Check], looks: Looks) -> list[str]:
    """Return the checks as lines for people: groups under headings, and a summary line."""
    lines = []
    names = max(len(each.name) for each in checks)
    for group, members in groupby(checks, key=lambda each: each.group):
        lines.append(looks.styled(group, Style.STRONG))
        for each in members:
            lines += _line(each, names, looks)
    needed = [each.name for each in checks if each.missing]
    others = sum(bool(each.advice) and not each.missing for each in checks)
    end = f"; of what some commands need, {others} not there or not up to date" if others else ""
    if needed:
        return [*lines, looks.styled(f"missing: {', '.join(needed)}{end}", Style.BAD)]
    return [*lines, looks.styled(f"nothing that is needed is missing{end}", Style.GOOD)]


def _line(check: Check, names: int, looks: Looks) -> list[str]:
    """Return a check as a line, and below it purpose and advice if there is something to do."""
    mark, style = ("ok", Style.GOOD) if check.fine else ("--", Style.DOUBTFUL)
    if check.missing:
        mark, style = "!!", Style.BAD
    indent = " " * (names + 7)
    said = clipped(f"{check.name:<{names}}  {visible(check.found) or 'not there'}", _left(looks, 5))
    lines = [f"  {looks.styled(mark, style)} {said}"]
    if check.advice:
        lines += [indent + clipped(f"for {check.use}", _left(looks, len(indent)))]
        # A command to type is never cut.
        lines += [f"{indent}type: {check.advice}"]
    return lines


def _left(looks: Looks, used: int) -> int | None:
    return None if looks.width is None else max(1, looks.width - used)


COMMANDS = {"doctor": Command(_declare_doctor, _doctor)}
