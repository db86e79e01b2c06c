"""Models from other repositories, fetched by DVC and checked by hash."""

import hashlib
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from playlist2vec.base.addresses import without_secrets
from playlist2vec.base.errors import DataError
from playlist2vec.formats.listings import LARGEST, MD5, Listed, files_of_listing, shown
from playlist2vec.online.failures import foreseen

PARTS = ("data/model", "data/canonical/tracks.tsv", "params.yaml")
SETTINGS = frozenset(
    {
        *(
            "account_name",
            "allow_anonymous_login",
            "checksum_jobs",
            "connect_timeout",
            "endpointurl",
            "jobs",
            "port",
        ),
        *(
            "projectname",
            "read_timeout",
            "region",
            "ssl_verify",
            "timeout",
            "type",
            "url",
            "use_ssl",
            "user",
            "verify",
        ),
        *("oss_endpoint", "version_aware"),
    }
)
"""Options of a remote that a foreign .dvc/config may have.

No option here runs a program or sends this user's keys to another server.
"""
LARGEST_FILE = 1 << 26
"""Maximum bytes of a file in Git."""


class _RefusedError(Exception):
    """Rejected content of a repository; the text names the content, and what is accepted."""


def pulled_model(repository: str, revision: str | None, optional: Sequence[str] = ()) -> Path:
    """Return a folder with PARTS of a Git repository at a revision, fetched once a commit.

    `repository`: the address or path of a Git repository that is a DVC project with a default
    remote. `revision`: a commit, tag or branch, None for the default branch. `optional`: further
    files, fetched if they exist and the remote has them. The folder lies in the user's cache
    folder. Data of the remote are compared with the hashes of the commit, and the paths of files
    with their folders, before anything is written there. Raises DataError, in one line and without
    a password, if the repository, the revision or the data cannot be fetched.
    """
    from platformdirs import user_cache_path

    name = without_secrets(repository)
    try:
        with _opened(repository, revision) as repo:
            folder: Path = user_cache_path("playlist2vec") / "models" / str(repo.get_rev())
            for part in PARTS:
                _fetch(repo, part, folder / part)
            for part in optional:
                # A file that is missing at the remote is requested again at the next call.
                with suppress(*foreseen()):
                    _fetch(repo, part, folder / part)
    except (_RefusedError, DataError) as error:
        raise DataError(f"{name}: {without_secrets(str(error))}") from None
    except _failures() as error:
        at = f" at {revision}" if revision else ""
        cause = error.__cause__
        said = (
            " ".join(f"{error}: {cause}".split() if cause else str(error).split())
            or type(error).__name__
        )
        expected = "a Git repository with this project, pushed with `make share`"
        raise DataError(f"{name}{at}: {without_secrets(said)}: expected {expected}") from None
    return folder


def _failures() -> tuple[type[BaseException], ...]:
    """Return the exceptions of fetching; call late, when the storage clients are imported."""
    return (*foreseen(), ValueError)


@contextmanager
def _opened(repository: str, revision: str | None) -> Iterator[Any]:
    """Yield DVC's view of a repository at a revision; delete a clone at the end."""
    from dvc.repo.open_repo import clean_repos, open_repo

    if re.match(r"-|[A-Za-z][\w+.-]*::", repository):
        raise _RefusedError("no address of a Git repository: expected https://, ssh:// or a path")
    try:
        with open_repo(repository, rev=revision) as repo:
            for name, remote in repo.config.load_one("repo").get("remote", {}).items():
                if unknown := sorted(remote.keys() - SETTINGS):
                    raise _RefusedError(
                        f".dvc/config: {shown(name)}: {shown(unknown[0])}: expected no such option "
                        "in a repository; it may be in your own settings"
                    )
            yield repo
    finally:
        clean_repos()


def _fetch(repo: Any, part: str, target: Path) -> None:
    """Fetch a file or folder of a repository, whole or not at all, unless the target exists."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        _write(repo, part, unfinished / target.name)
        (unfinished / target.name).rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write(repo: Any, part: str, target: Path) -> None:
    """Write a part of a repository: a stage's output, a file inside an output, or a file of Git."""
    for out in repo.index.outs:
        path = repo.fs.as_posix(repo.fs.relpath(out.fs_path, repo.root_dir))
        if out.use_cache and (part == path or part.startswith(f"{path}/")):
            below = part.removeprefix(path).lstrip("/")
            for file in _files(repo, out, part if not below else path):
                if not below or file.path == below or file.path.startswith(f"{below}/"):
                    rest = file.path.removeprefix(below).lstrip("/")
                    _download(repo, file, target / rest if rest else target, part)
            if not target.exists():
                raise FileNotFoundError(f"{part}: not in {path}")
            return
    with repo.fs.open(repo.fs.join(repo.root_dir, *part.split("/")), "rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise _RefusedError(f"{part}: more than {LARGEST_FILE:,} bytes: expected fewer in Git")
    target.write_bytes(content)


def _files(repo: Any, out: Any, place: str) -> list[Listed]:
    """Return the files of an output; if the output is a single file, the path is empty."""
    value = str(out.hash_info.value) if out.hash_info else ""
    if (
        not out.hash_info
        or out.hash_info.name != "md5"
        or not MD5.fullmatch(value.removesuffix(".dir"))
    ):
        raise _RefusedError(
            f"dvc.lock: {place}: {shown(value)}: expected an MD5, as DVC 3 writes it"
        )
    if not value.endswith(".dir"):
        return [Listed("", value)]
    for odb in _places(repo):
        with suppress(FileNotFoundError), odb.fs.open(odb.oid_to_path(value), "rb") as file:
            return files_of_listing(file.read(LARGEST + 1), value, place)
    raise FileNotFoundError(f"{place}: its list of files is not at the remote")


def _download(repo: Any, file: Listed, target: Path, part: str) -> None:
    """Write a file after checking the content against the hash."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for odb in _places(repo):
        try:
            odb.fs.get_file(odb.oid_to_path(file.md5), str(target))
        except FileNotFoundError:
            continue
        with open(target, "rb") as written:
            found = hashlib.file_digest(
                written, lambda: hashlib.md5(usedforsecurity=False)
            ).hexdigest()
        if found == file.md5:
            return
        target.unlink()
        raise _RefusedError(
            f"{part}: {file.path or 'its content'} is not what was shared: expected its owner to "
            f"delete files/md5/{file.md5[:2]}/{file.md5[2:]} at the remote, and to `make share` "
            "again"
        )
    raise FileNotFoundError(f"{part}: {file.path or 'its content'} is not at the remote")


def _places(repo: Any) -> Iterator[Any]:
    """Yield the object stores to search: a local repository's cache, then the remote."""
    yield repo.cache.local
    yield repo.cloud.get_remote_odb()
