"""`python -m workflow.repair`: mend files left half-written by a killed DVC; part of `make repro`.

After every stage DVC empties dvc.lock before writing the new content; the same holds for the list
of readers and writers (.dvc/tmp/rwlock). A DVC killed in between leaves a file that no DVC command
can read. Nothing is lost with the file: the outputs of stages are in the run cache.
"""

import json
import time
from pathlib import Path

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_text
from playlist2vec.base.visible import visible
from workflow.git import git

LOCKS = (Path("dvc.lock"), Path("final/dvc.lock"))
WRITTEN = ("data", "metrics")
READERS = Path(".dvc/tmp/rwlock")


def mend() -> list[str]:
    """Restore lock files that DVC cannot read to the last commit; return a line for every repair.

    A lock file without a committed version is removed. A list of readers and writers that is not
    JSON is removed too, and so are unfinished files whose writers are gone.
    """
    mended = [_put_back(lock) for lock in LOCKS if lock.is_file() and not can_be_read(lock)]
    if _broken(READERS):
        time.sleep(1)  # an active DVC may be writing the file
        if _broken(READERS):
            READERS.unlink(missing_ok=True)
            mended.append(f"{READERS}: left half-written by a DVC that was killed: removed")
    return mended + [
        f"{path}: begun by a process that was killed: removed" for path in _remove_unfinished()
    ]


def _remove_unfinished() -> list[Path]:
    """Remove the temporary files of ended processes; return the paths.

    The next writer of the same file would remove them as well.
    """
    import psutil

    found = []
    for folder in WRITTEN:
        for path in sorted(Path(folder).rglob(".*.unfinished")):
            process = path.suffixes[-2][1:] if len(path.suffixes) > 1 else ""
            if process.isdecimal() and not psutil.pid_exists(int(process)):
                path.unlink(missing_ok=True)
                found.append(path)
    return found


def _broken(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except FileNotFoundError:
        return False
    except ValueError:
        return True
    return False


def can_be_read(lock: Path) -> bool:
    """Return True if DVC accepts the file as a lock file."""
    import yaml
    from dvc.schema import COMPILED_LOCKFILE_SCHEMA
    from voluptuous import Invalid

    try:
        COMPILED_LOCKFILE_SCHEMA(yaml.safe_load(lock.read_text("utf-8")))
    except (UnicodeDecodeError, yaml.YAMLError, Invalid):
        return False
    return True


def _put_back(lock: Path) -> str:
    try:
        write_text(lock, git("show", f"HEAD:./{lock.as_posix()}"))
        now = "put back as last committed"
    except DataError:
        lock.unlink()
        now = "removed"
    return (
        f"{lock}: left half-written by a DVC that was killed: {now}; finished stages come from the "
        "run cache"
    )


if __name__ == "__main__":
    for line in mend():
        print(visible(line))
