"""Files that are copied into the folder of raw data."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from playlist2vec.base.files import whole_file


def copy_files(files: Mapping[str, Path], raw: Path) -> str:
    """Copy files into `raw`, each under its key; return a summary in one line."""
    for name, path in files.items():
        with whole_file(raw / name) as unfinished:
            shutil.copyfile(path, unfinished)
    size = sum(path.stat().st_size for path in files.values())
    return f"{size:,} bytes in {', '.join(map(str, files.values()))} copied to {raw}"
