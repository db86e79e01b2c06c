"""A model from another repository, through DVC, and nothing of it believed by its name."""

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
"""Options of a remote that a foreign .dvc/config may have: none runs a program or sends this user's
keys elsewhere.
"""
LARGEST_FILE = 1 << 26
"""Bytes of a file that Git has."""


class _RefusedError(Exception):
    """Something in a repository that is not taken; the text says what, and what is accepted."""


def pulled_model(repository: str, revision: str | None, optional: Sequence[str] = ()) -> Path:
    """A folder with PARTS as they are in a Git repository at a revision; fetched once for each
    commit.

    `repository`: the address or path of a Git repository that is a DVC project with a default
    remote. `revision`: a commit, tag or branch, None for the default branch. `optional`: files that
    are fetched as well, if they are there and the remote has them. The folder lies in the user's
    cache folder. What the remote has is compared with the hashes of the commit, and the paths of
    files with their folders, before anything is written there. Raises DataError, in one line and
    without a password, when the repository, the revision or the data cannot be had.
    """
    from platformdirs import user_cache_path

    name = without_secrets(repository)
    try:
        with _opened(repository, revision) as repo:
            folder: Path = user_cache_path("playlist2vec") / "models" / str(repo.get_rev())
            for part in PARTS:
                _fetch(repo, part, folder / part)
            for part in optional:
                # What was not pushed is tried again the next time.
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
    """What goes wrong on the way; asked for late, when the libraries for servers are loaded."""
    return (*foreseen(), ValueError)


@contextmanager
def _opened(repository: str, revision: str | None) -> Iterator[Any]:
    """DVC's view of a repository at a revision; its clone, if it is one, is deleted at the end."""
    from dvc.repo.open_repo import clean_repos, open_repo

    if re.match(r"-|[A-Za-z][\w+.-]*::", repository):
        raise _RefusedError("no address of a Git repository: expected https://, ssh:// or a path")
    try:
        with open_repo(repository, rev=revision) as repo:
            for name, remote in repo.config.load_one("repo").get("remote", {}).items():
                if unknown := sorted(remote.keys() - SETTINGS):
                    raise _RefusedError(
                        f".dvc/config: {shown(name)}: {shown(unknown[0])}: expected no such option in a repository; "
                        "it may be in your own settings"
                    )
            yield repo
    finally:
        clean_repos()


def _fetch(repo: Any, part: str, target: Path) -> None:
    """Bring a file or folder of a repository to its place, whole or not at all, unless it is there."""
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
    """Write a file or folder of a repository: an output of a stage, one in it, or a file of Git."""
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
    """The files of an output; that of one that is a file has an empty path."""
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
    """Write a file whose content has the hash that it is called by."""
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
            f"{part}: {file.path or 'its content'} is not what was shared: expected its owner to delete "
            f"files/md5/{file.md5[:2]}/{file.md5[2:]} at the remote, and to `make share` again"
        )
    raise FileNotFoundError(f"{part}: {file.path or 'its content'} is not at the remote")


def _places(repo: Any) -> Iterator[Any]:
    """Where objects are looked for: the cache of a repository on this machine, then its remote."""
    yield repo.cache.local
    yield repo.cloud.get_remote_odb()
