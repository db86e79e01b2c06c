"""Imports between modules, read from source: the graph, and cycles."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

MODULE = re.compile(r"playlist2vec(\.\w+)+")


def imported_names(path: Path) -> list[str]:
    """Return the dotted names imported by a file, inside functions too.

    For `from a import b` both `a` and `a.b`, as `b` may be a module. A text that equals the name of
    a module counts as well, since registries load modules by name. Imports for type checkers do not
    count.
    """
    found = []
    for node in _nodes(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [node.value] if MODULE.fullmatch(node.value) else []
    return found


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all nodes below, without those under `if TYPE_CHECKING`."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield from _nodes(child)


def import_graph(root: Path, folder: str) -> dict[str, set[str]]:
    """Return the imports of every module below a folder, by dotted name."""
    files = {_dotted(path.relative_to(root)): path for path in (root / folder).rglob("*.py")}
    return {name: (set(imported_names(path)) & set(files)) - {name} for name, path in files.items()}


def import_cycles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules that import each other, directly or indirectly."""
    names = sorted(graph)
    place = {name: number for number, name in enumerate(names)}
    edges = [(place[name], place[other]) for name in names for other in sorted(graph[name])]
    rows, columns = np.array(edges, np.int64).reshape(-1, 2).T
    adjacency = csr_array((np.ones(len(edges)), (rows, columns)), shape=(len(names), len(names)))
    count, labels = connected_components(adjacency, connection="strong")
    groups = [[name for name in names if labels[place[name]] == label] for label in range(count)]
    return sorted(group for group in groups if len(group) > 1)


def room_of(path: str, root: Path) -> str:
    """Return the room of a file: the highest folder below the package that holds a module itself.

    File and room are relative to `root`. A file in no room is returned unchanged.
    """
    folders = [folder for folder in Path(path).parents if len(folder.parts) > 1]
    rooms = [
        folder
        for folder in folders
        if any(each.name != "__init__.py" for each in (root / folder).glob("*.py"))
    ]
    return rooms[-1].as_posix() if rooms else path


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
