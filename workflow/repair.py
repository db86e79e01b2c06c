"""`python -m workflow.repair`: put right what a killed DVC left half-written; `make repro` does it
first.

DVC empties dvc.lock before it writes it anew, after every stage, and so it does with its list of
readers and writers (.dvc/tmp/rwlock). Killed in between, it leaves a file that no DVC command reads
any more. Nothing is lost with them: what the stages have made is in the run cache.
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
    """Put back each lock file that DVC cannot read, as last committed, or remove it; a line on all
    that was mended.

    The list of readers and writers is removed when it is no list, and so are unfinished files:
    their writers are gone.
    """
    mended = [_put_back(lock) for lock in LOCKS if lock.is_file() and not can_be_read(lock)]
    if _broken(READERS):
        time.sleep(1)  # a DVC at work may be writing it
        if _broken(READERS):
            READERS.unlink(missing_ok=True)
            mended.append(f"{READERS}: left half-written by a DVC that was killed: removed")
    return mended + [
        f"{path}: begun by a process that was killed: removed" for path in _remove_unfinished()
    ]


def _remove_unfinished() -> list[Path]:
    """Remove the temporary files of processes that are gone, which the next writer of the same file
    would remove.
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
    """Whether DVC accepts the file as a lock file."""
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
    return f"{lock}: left half-written by a DVC that was killed: {now}; finished stages come from the run cache"


if __name__ == "__main__":
    for line in mend():
        print(visible(line))
