"""`python -m tests.mutation.mutants EVERY FILE TEST...`: change one place of a module, and see if
tests notice.

Prints each mutant that all tests pass, `function: before -> after`, and last how many mutants there
were. Each mutant runs in a fork of this process, which has imported what takes long, but nothing of
the project.
"""

import ast
import os
import resource
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st

SECONDS, MEMORY = 100, 8 << 30
"""Processor seconds and bytes beyond which a mutant counts as noticed."""
SWAPPED: dict[type, type] = {
    **{
        ast.Lt: ast.LtE,
        ast.LtE: ast.Lt,
        ast.Gt: ast.GtE,
        ast.GtE: ast.Gt,
        ast.Eq: ast.NotEq,
        ast.NotEq: ast.Eq,
    },
    **{
        ast.In: ast.NotIn,
        ast.NotIn: ast.In,
        ast.Is: ast.IsNot,
        ast.IsNot: ast.Is,
        ast.And: ast.Or,
        ast.Or: ast.And,
    },
    **{
        ast.Add: ast.Sub,
        ast.Sub: ast.Add,
        ast.Mult: ast.Div,
        ast.Div: ast.Mult,
        ast.FloorDiv: ast.Mult,
    },
    **{ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Pow: ast.Mult},
}
LEFT_ALONE = ("annotation", "returns", "decorator_list")
"""Fields of types and of decorators, which change nothing that runs, or the kind of a class; so
does zip's `strict`.
"""


def mutants(tree: ast.AST, function: str = "") -> Iterator[str]:
    """Change a tree in one place after another, and yield what was changed while it is: `function:
    before -> after`.

    Operators are swapped, constants changed, conditions decided, what is returned or raised, and
    sums, left out.
    """
    for field, value in ast.iter_fields(tree):
        for place, node in enumerate(list(value) if isinstance(value, list) else [value]):
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            strict = isinstance(node, ast.keyword) and node.arg == "strict"
            if not isinstance(node, ast.AST) or field in LEFT_ALONE or docstring or strict:
                continue
            for other in _others(node):
                _put(tree, field, place, ast.copy_location(other, node))
                yield f"{function}: {ast.unparse(node)} -> {ast.unparse(other)}"
                _put(tree, field, place, node)
            if isinstance(node, ast.Compare | ast.BinOp | ast.BoolOp):
                yield from _swapped(node, function)
            inside = (
                f"{function}.{node.name}"
                if isinstance(node, ast.FunctionDef | ast.ClassDef)
                else function
            )
            yield from mutants(node, inside.removeprefix("."))


def _others(node: ast.AST) -> list[ast.AST]:
    """Return what may stand in a node's place."""
    match node:
        case ast.Constant(value=bool(value)):
            return [ast.Constant(not value)]
        case ast.Constant(value=str(value)) if value.strip():
            return [ast.Constant(f"{value}XX")]
        case ast.Constant(value=int(value) | float(value)):
            return [ast.Constant(value + 1)]
        case ast.UnaryOp(operand=operand):
            return [operand]
        case ast.IfExp(body=body, orelse=orelse):
            return [body, orelse]
        case ast.Return(value=ast.AST()):
            return [ast.Return(ast.Constant(None))]
        case ast.Raise() | ast.AugAssign() | ast.Expr():
            return [ast.Pass()]
    return []


def _swapped(node: ast.Compare | ast.BinOp | ast.BoolOp, function: str) -> Iterator[str]:
    before = ast.unparse(node)
    operators = node.ops if isinstance(node, ast.Compare) else [node.op]
    for place, operator in enumerate(operators):
        if type(operator) in SWAPPED:
            field = "ops" if isinstance(node, ast.Compare) else "op"
            _put(node, field, place, SWAPPED[type(operator)]())
            yield f"{function}: {before} -> {ast.unparse(node)}"
            _put(node, field, place, operator)


def _put(parent: ast.AST, field: str, place: int, node: ast.AST) -> None:
    value = getattr(parent, field)
    if isinstance(value, list):
        value[place] = node
    else:
        setattr(parent, field, node)


class Imported(SourceFileLoader):
    """The loader of a module that is made of a tree instead of its file."""

    def __init__(self, path: Path, tree: ast.AST) -> None:
        self.name, self.path, self.tree = ".".join(path.with_suffix("").parts), str(path), tree

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Return the module's spec where it is this one; so the loader is its own finder."""
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> object:  # type: ignore[override]
        """Compile the tree."""
        return compile(self.tree, self.path, "exec")  # type: ignore[call-overload]


def passes(path: Path, tree: ast.AST, tests: list[str]) -> bool:
    """Run tests with the module at `path` made of `tree`, in a fork, up to the first that fails."""
    if child := os.fork():
        return os.waitpid(child, 0)[1] == 0
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    sys.meta_path.insert(0, Imported(path, tree))
    options = ("-q", "-x", "--tb=no", "-m", "not thorough", "-p", "no:cacheprovider")
    os._exit(int(pytest.main([*options, *tests])) != 0)


def main(every: str, file: str, *tests: str) -> None:
    """Try one of each `every` mutants of a file, print those that the tests let pass, then how many
    were tried.
    """
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile(
        "mutants", derandomize=True, deadline=None, database=None, phases=phases, max_examples=50
    )
    find(
        st.lists(st.integers()), bool, settings=settings.get_profile("mutants")
    )  # the first takes a second more
    path, tree = Path(file), ast.parse(Path(file).read_text("utf-8"))
    if not passes(path, tree, list(tests)):
        sys.exit(f"{file}: its tests fail as it is: expected tests that pass")
    number = 0
    for place, name in enumerate(mutants(tree)):
        if place % int(every):
            continue
        number += 1
        if passes(path, tree, list(tests)):
            print(name, flush=True)
    print(number)


if __name__ == "__main__":
    main(*sys.argv[1:])
