"""Which project files a module reaches through its imports, those inside functions included."""

import ast
from pathlib import Path

PACKAGES = ("playlist2vec", "stages")


def files_reached(module: str, root: Path) -> set[str]:
    """The project's files, relative to `root`, that importing `module` and calling its functions can load."""
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


def _file_of(name: str, root: Path) -> str | None:
    if name.partition(".")[0] not in PACKAGES:
        return None
    as_path = name.replace(".", "/")
    candidates = (f"{as_path}.py", f"{as_path}/__init__.py")
    return next((path for path in candidates if (root / path).is_file()), None)


def _imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found
