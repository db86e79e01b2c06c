"""`python -m benchmarks.house [FOLDER ...]`: count properties of the code and its prose.

Lines of code are all lines except blank lines, comments and docstrings. The length of a function is
the number of its lines without its docstring, inner functions included. A module is a file with
code, except `__init__.py`. With `--limits` only the broken limits are printed, with exit code 1 if
there are any.
"""

import argparse
import ast
import io
import re
import sys
import tokenize
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median

from tabulate import tabulate

from benchmarks.imports import import_cycles, import_graph
from benchmarks.measuring import ROOT

FOLDERS = ("playlist2vec", "stages", "workflow", "benchmarks")
TESTS = "tests"
LIBRARY = "playlist2vec"
MAX_MODULES, MAX_MEDIAN = 14, 5
"""Maximal modules of a folder, tests included, and of the median folder, tests excluded."""
MAX_LINES = 300
MAX_FUNCTION, MAX_LONG_FUNCTIONS = 40, 5
"""Maximal lines of a function, and the number of functions allowed to have more."""
MAX_WIDTH = 100
LAYOUT = {
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.COMMENT,
}
"""Kinds of tokens without code."""
QUESTION = re.compile(r"\W*(how|that|these|those|wh(at|en|ere|ether|ich|o|y))(?![a-z'])", re.I)
"""The start of a docstring that opens with a question word."""
POINTING = re.compile(
    "each|its?|one|others?|such|th(at|eir|em|ese|ey|is|ose)|what|which",
    re.I,
)
Function = ast.FunctionDef | ast.AsyncFunctionDef
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Source:
    """A Python file: `path` relative to the root of the project, and the text."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """The nodes of the syntax tree."""
        return list(ast.walk(self.tree))

    @property
    def is_module(self) -> bool:
        """True if the file has code, and is not the marker of a package."""
        code = [
            node
            for node in self.tree.body
            if not (isinstance(node, ast.Expr) and _is_text(node.value))
        ]
        return bool(code) and self.path.name != "__init__.py"

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file."""
        return self.text.splitlines()

    @cached_property
    def code_lines(self) -> int:
        """The number of lines with code."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        code = {n for t in tokens if t.type not in LAYOUT for n in range(t.start[0], t.end[0] + 1)}
        for node in self.nodes:
            if isinstance(node, ast.Expr) and _is_text(node.value):
                code -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        return len(code)

    @cached_property
    def functions(self) -> dict[str, int]:
        """The lengths of the functions, by `file:line name`."""
        found = [node for node in self.nodes if isinstance(node, DEFINITIONS)]
        return {f"{self.path}:{node.lineno} {node.name}": length(node) for node in found}


def length(function: Function) -> int:
    """Return the number of lines of a function without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and _is_text(first.value):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def sources(root: Path, folders: tuple[str, ...]) -> list[Source]:
    """Read the Python files below `folders` of `root`, ordered by path."""
    paths = [path for folder in folders for path in sorted((root / folder).rglob("*.py"))]
    return [Source(path.relative_to(root), path.read_text("utf-8")) for path in paths]


def modules_by_folder(files: list[Source]) -> Counter[Path]:
    """Count the modules directly in every folder."""
    return Counter(file.path.parent for file in files if file.is_module)


def building(files: list[Source]) -> list[tuple[str, str]]:
    """Return the lines of the table on files, folders and functions."""
    folders = modules_by_folder(files)
    largest, most = folders.most_common(1)[0]
    lengths = sorted(lines for file in files for lines in file.functions.values())
    widths = [len(line) for file in files for line in file.lines]
    wide = sum(width > MAX_WIDTH for width in widths) / len(widths)
    return [
        ("code lines", f"{sum(file.code_lines for file in files):,}"),
        ("modules", str(folders.total())),
        ("folders", str(len(folders))),
        ("modules of the largest folder", f"{most} ({largest})"),
        ("modules of a folder, median", f"{median(folders.values()):g}"),
        (f"files over {MAX_LINES} lines", str(sum(len(file.lines) > MAX_LINES for file in files))),
        ("functions", f"{len(lengths):,}"),
        ("lines of a function, median", f"{median(lengths):g}"),
        ("lines of a function, 90 % have at most", str(lengths[int(0.9 * len(lengths))])),
        ("lines of the longest function", str(lengths[-1])),
        (f"functions over {MAX_FUNCTION} lines", str(sum(n > MAX_FUNCTION for n in lengths))),
        (f"lines over {MAX_WIDTH} characters", f"{wide:.1%}"),
    ]


def reading(files: list[Source]) -> list[tuple[str, str]]:
    """Return the lines of the table on docstrings; only first paragraphs are counted."""
    nodes = [node for file in files for node in file.nodes]
    functions = [node for node in nodes if isinstance(node, DEFINITIONS)]
    public = [node for node in functions if not node.name.startswith("_")]
    documented = sum(ast.get_docstring(node) is not None for node in public)
    kinds = (*DEFINITIONS, ast.ClassDef, ast.Module)
    found = [ast.get_docstring(node) for node in nodes if isinstance(node, kinds)]
    texts = [text for text in found if text]
    paragraphs = [text.strip().split("\n\n")[0] for text in texts]
    questions = sum(QUESTION.match(paragraph) is not None for paragraph in paragraphs)
    words = [word for paragraph in paragraphs for word in words_of(paragraph)]
    pointing = sum(POINTING.fullmatch(word) is not None for word in words)
    return [
        ("public functions with a docstring", f"{documented / len(public):.0%}"),
        ("docstrings", f"{len(texts):,}"),
        ("docstrings that open with a question word", f"{questions / len(texts):.1%}"),
        ("pointing words in 100 of docstrings", f"{100 * pointing / len(words):.1f}"),
    ]


def words_of(paragraph: str) -> list[str]:
    """Return the words of a text; code between backticks is a single word."""
    return re.findall(r"[A-Za-z][A-Za-z'-]*", re.sub(r"`+[^`]*`+", "X", paragraph))


def table(root: Path, folders: tuple[str, ...]) -> str:
    """Return the counts of the files below some folders, and the import cycles of the library."""
    files = sources(root, folders)
    cycles = import_cycles(import_graph(root, LIBRARY))
    rows = [*building(files), *reading(files), (f"import cycles in {LIBRARY}", str(len(cycles)))]
    return tabulate(rows, tablefmt="plain", disable_numparse=True)


def broken_limits(root: Path) -> dict[str, list[str]]:
    """Return the places that break a limit, by limit."""
    files = sources(root, FOLDERS)
    folders = modules_by_folder([*files, *sources(root, (TESTS,))])
    middle = median(modules_by_folder(files).values())
    functions = {name: lines for file in files for name, lines in file.functions.items()}
    long = [f"{name} has {lines}" for name, lines in functions.items() if lines > MAX_FUNCTION]
    cycles = [cycle for folder in FOLDERS for cycle in import_cycles(import_graph(root, folder))]
    full = [f"{folder} has {n}" for folder, n in folders.items() if n > MAX_MODULES]
    high = [f"it is {middle:g}"] if middle > MAX_MEDIAN else []
    large = [f"{each.path} has {len(each.lines)}" for each in files if len(each.lines) > MAX_LINES]
    return {
        f"no folder with more than {MAX_MODULES} modules": full,
        f"a median of at most {MAX_MEDIAN} modules a folder": high,
        f"no file over {MAX_LINES} lines": large,
        f"at most {MAX_LONG_FUNCTIONS} functions over {MAX_FUNCTION} lines": (
            long if len(long) > MAX_LONG_FUNCTIONS else []
        ),
        "no import cycle": [" and ".join(cycle) for cycle in cycles],
    }


def main() -> None:
    """Print the table, or the broken limits."""
    about = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.house", description=about)
    parser.add_argument("folders", nargs="*", default=FOLDERS, help=f"default: {' '.join(FOLDERS)}")
    parser.add_argument("--limits", action="store_true", help="print the limits that are not kept")
    given = parser.parse_args()
    if not given.limits:
        print(table(ROOT, tuple(given.folders)))
        return
    broken = broken_limits(ROOT)
    sys.exit("\n".join(f"{limit}: {place}" for limit in broken for place in broken[limit]) or None)


if __name__ == "__main__":
    main()
