"""The import graph of the project: which files, and so which rooms, a module reaches."""

from pathlib import Path

from benchmarks.imports import imported_names, room_of

PACKAGES = ("playlist2vec", "stages")


def files_reached(module: str, root: Path) -> set[str]:
    """Return the project's files, relative to `root`, that importing `module` and calling its
    functions can load.

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
        waiting += imported_names(root / path)
        waiting += [name.rpartition(".")[0]] if "." in name else []
    return reached


def rooms_reached(module: str, root: Path) -> set[str]:
    """Return the rooms of the library that `module` reaches, and single files outside rooms,
    relative to `root`.

    `__init__.py` files are left out, but that of `stages`, which runs code: the others hold a
    sentence.
    """
    files = {path for path in files_reached(module, root) if not path.endswith("__init__.py")}
    return {room_of(path, root) for path in files} | {"stages/__init__.py"}


def _file_of(name: str, root: Path) -> str | None:
    if name.partition(".")[0] not in PACKAGES:
        return None
    as_path = name.replace(".", "/")
    candidates = (f"{as_path}.py", f"{as_path}/__init__.py")
    return next((path for path in candidates if (root / path).is_file()), None)
