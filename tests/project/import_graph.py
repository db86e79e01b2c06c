"""The import graph of the project: which files, and so which rooms, a module reaches."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("playlist2vec", "stages")
MODULE = re.compile(r"playlist2vec(\.\w+)+")


def files_reached(module: str, root: Path) -> set[str]:
    """Return the project's files, relative to `root`, that importing `module` and calling its functions can load.

    Imports inside functions count too, and so does a text that is the name of a module: registries
    load what they name so. Imports for type checkers alone load nothing.
    """
    reached: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _file_of(name, root)
        if path is None or path in reached:
            continue
        reached.add(path)
        waiting += _imports(root / path)
        waiting += [name.rpartition(".")[0]] if "." in name else []
    return reached


def rooms_reached(module: str, root: Path) -> set[str]:
    """Return the rooms of the library that `module` reaches, and single files outside rooms, relative to `root`.

    `__init__.py` files are left out, but that of `stages`, which runs code: the others hold a sentence.
    """
    files = {path for path in files_reached(module, root) if not path.endswith("__init__.py")}
    return {room_of(path, root) for path in files} | {"stages/__init__.py"}


def room_of(path: str, root: Path) -> str:
    """Return the room of a file: the highest folder above it, below the package, that holds a module itself."""
    folders = [folder for folder in Path(path).parents if len(folder.parts) > 1]
    rooms = [folder for folder in folders if any(each.name != "__init__.py" for each in (root / folder).glob("*.py"))]
    return rooms[-1].as_posix() if rooms else path


def _file_of(name: str, root: Path) -> str | None:
    if name.partition(".")[0] not in PACKAGES:
        return None
    as_path = name.replace(".", "/")
    candidates = (f"{as_path}.py", f"{as_path}/__init__.py")
    return next((path for path in candidates if (root / path).is_file()), None)


def _imports(path: Path) -> list[str]:
    found = []
    for node in _nodes(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [node.value] if MODULE.fullmatch(node.value) else []
    return found


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it, without what stands under `if TYPE_CHECKING`."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield from _nodes(child)
