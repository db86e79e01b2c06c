"""Blocks of pages are run, and what they print is put behind what was run."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.printed.blocks import commands, python_lines, renewed, tidy
from tests.conftest import ROOT


def bash(command: str) -> str:
    return subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=True
    ).stdout


def python(sources: list[str]) -> list[str]:
    command = [sys.executable, "-m", "benchmarks.printed.session"]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(sources), capture_output=True, text=True, check=True
    )
    told: list[str] = json.loads(done.stdout)
    return told


PAGE = """# A page

```console
$ echo one
old
$ printf 'two  \\nthree\\n' \\
      | tail -1
```

```
$ echo left alone
```

<!-- printed by: seq 3 | tail -1 -->

```console
$ make everything
```

```pycon
>>> x = 2
>>> x + 1
4
```

Text.

```pycon
>>> for each in range(x):
...     print(each)
```
"""

RENEWED = """# A page

```console
$ echo one
one
$ printf 'two  \\nthree\\n' \\
      | tail -1
three
```

```
$ echo left alone
```

<!-- printed by: seq 3 | tail -1 -->

```console
$ make everything
3
```

```pycon
>>> x = 2
>>> x + 1
3
```

Text.

```pycon
>>> for each in range(x):
...     print(each)
0
1
```
"""


def test_a_page_is_renewed_and_then_stays_as_it_is() -> None:
    assert renewed(PAGE, bash, python) == RENEWED
    assert renewed(RENEWED, bash, python) == RENEWED


def test_what_differs_in_moments_alone_stays() -> None:
    page = "```console\n$ runs\nmain  11-29 20:26  0.45\n```\n"
    assert renewed(page, lambda _: "main  12-01 09:00  0.45\n", python) == page
    assert "12-01 09:00  0.46" in renewed(page, lambda _: "main  12-01 09:00  0.46\n", python)


def test_a_block_with_two_commands_cannot_be_printed_by_another() -> None:
    with pytest.raises(ValueError, match="printed by: seq 3: expected a block with one command"):
        commands("$ one\n$ two\n", "seq 3")


def test_an_output_that_ends_in_a_backslash_is_no_command() -> None:
    (command,) = commands("$ echo\nsays \\\nmore\n", None)
    assert command.run == "echo"


def test_a_source_of_several_lines_is_one() -> None:
    assert python_lines(">>> for x in y:\n...     z\nprinted\n>>> 1\n1\n") == [
        "for x in y:\n    z\n",
        "1\n",
    ]


@given(st.text(alphabet="ab \n"))
def test_tidy_output_has_no_empty_lines_in_a_row_and_stays_tidy(output: str) -> None:
    tidied = tidy(output)
    assert tidy(tidied) == tidied
    assert "\n\n\n" not in tidied
    assert " \n" not in tidied
    assert tidied.split() == output.split()
