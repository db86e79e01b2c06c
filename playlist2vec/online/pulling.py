"""A model from another repository, through DVC."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from playlist2vec.base.errors import DataError

PARTS = ("data/model", "data/canonical/tracks.tsv", "params.yaml")


def pulled_model(repository: str, revision: str | None, optional: Sequence[str] = ()) -> Path:
    """A folder with PARTS as they are in a Git repository at a revision; fetched once for each commit.

    `repository`: the address or path of a Git repository that is a DVC project with a default remote. `revision`: a
    commit, tag or branch, None for the default branch. `optional`: files that are fetched as well, if they are there
    and the remote has them. The folder lies in the user's cache folder.
    Raises DataError, in one line, when the repository, the revision or the data cannot be had.
    """
    from dvc.api import DVCFileSystem
    from dvc.exceptions import DvcException
    from dvc.scm import SCMError
    from platformdirs import user_cache_path

    try:
        files = DVCFileSystem(repository, rev=revision)
        commit = files.repo.get_rev()
        folder: Path = user_cache_path("playlist2vec") / "models" / commit
        for part in PARTS:
            _fetch(files, part, folder / part)
        for part in optional:
            # What was not pushed is tried again the next time.
            with suppress(DvcException, OSError):
                _fetch(files, part, folder / part)
    except (DvcException, SCMError, OSError) as error:
        at = f" at {revision}" if revision else ""
        cause = error.__cause__
        said = " ".join(f"{error}: {cause}".split() if cause else str(error).split()) or type(error).__name__
        raise DataError(
            f"{repository}{at}: {said}: expected a Git repository with this project, pushed with `make share`"
        ) from None
    return folder


def _fetch(files: Any, part: str, target: Path) -> None:
    """Bring a file or folder of a DVCFileSystem to its place, whole or not at all, unless it is there."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        files.get(part, str(unfinished / target.name), recursive=files.isdir(part))
        (unfinished / target.name).rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
