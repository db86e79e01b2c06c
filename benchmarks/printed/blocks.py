"""Blocks of a page with printed output, and their renewal.

A block ```console has commands, on lines that begin with `$ `, with their output below. A comment
`<!-- printed by: COMMAND -->` right before a block with a single command names the command to run
instead, for example a command that prints a choice of the same lines. A block ```pycon has lines of
Python after `>>> ` and `... `, as in an interactive session.
"""

import re
from collections.abc import Callable
from doctest import DocTestParser
from itertools import groupby
from typing import NamedTuple

BLOCK = re.compile(
    r"(?:^<!-- printed by: (?P<instead>.+?) -->\n\n?)?"
    r"^```(?P<language>console|pycon)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
PROMPT, MORE = "$ ", "\\"
MOMENT = re.compile(r"\b\d\d-\d\d \d\d:\d\d\b|\b\d+\.\d+ s\b")
"""Dates and durations, which differ from run to run."""


class Command(NamedTuple):
    """A command as shown on the page, and the command to run."""

    shown: str
    run: str


def commands(text: str, instead: str | None) -> list[Command]:
    """Return the commands of a ```console block; a command continues after a backslash."""
    found: list[str] = []
    goes_on = False
    for line in text.splitlines():
        if line.startswith(PROMPT):
            found.append(line)
        elif goes_on:
            found[-1] += f"\n{line}"
        goes_on = (line.startswith(PROMPT) or goes_on) and line.endswith(MORE)
    if instead is not None and len(found) != 1:
        raise ValueError(f"printed by: {instead}: expected a block with one command")
    return [Command(each, instead or each.removeprefix(PROMPT)) for each in found]


def python_lines(text: str) -> list[str]:
    """Return the sources of a ```pycon block, one for every `>>> `."""
    return [example.source for example in DocTestParser().get_examples(text)]


def prompted(source: str) -> str:
    """Return a source in the form of an interactive session."""
    first, *rest = source.rstrip("\n").split("\n")
    return "\n".join([f">>> {first}", *(f"... {line}" for line in rest)])


def renewed(
    page: str, shell: Callable[[str], str], python: Callable[[list[str]], list[str]]
) -> str:
    """Return a page with the output of `shell` and `python` in its blocks.

    `shell` runs a command and returns its output. `python` runs sources in order and returns their
    outputs; it gets the sources of all blocks at once, before any command runs, as the lines of a
    page form one session. A block whose output differs in dates and durations only is left
    unchanged.
    """
    sessions = [match["text"] for match in BLOCK.finditer(page) if match["language"] == "pycon"]
    sources = [source for text in sessions for source in python_lines(text)]
    printed = iter(python(sources) if sources else [])

    def block(match: re.Match[str]) -> str:
        text = match["text"]
        if match["language"] == "pycon":
            outputs = [(prompted(source), next(printed)) for source in python_lines(text)]
        else:
            run = commands(text, match["instead"])
            outputs = [(each.shown, shell(each.run)) for each in run]
        new = "".join(f"{shown}\n{tidy(output)}" for shown, output in outputs)
        same = MOMENT.sub("", new) == MOMENT.sub("", text)
        return match[0] if same else match[0].replace(text, new, 1)

    return BLOCK.sub(block, page)


def tidy(output: str) -> str:
    """Return output without blanks at the ends of lines and without repeated empty lines."""
    lines = [line.rstrip() for line in output.splitlines()]
    kept = [line for line, group in groupby(lines) for line in ([line] if not line else group)]
    return "".join(f"{line}\n" for line in "\n".join(kept).strip("\n").splitlines())
