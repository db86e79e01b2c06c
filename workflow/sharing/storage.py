"""The default remote, opened: DVC's repository on the remote, and DVC's messages."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.online.failures import foreseen
from workflow.sharing.addresses import as_address, parts_of, shown, verified
from workflow.sharing.advice import explained
from workflow.sharing.failures import UnreachableError, kinds_of, one_line
from workflow.sharing.settings import (
    FILES,
    committed_address,
    default_remote,
    refuse_committed_secrets,
    set_default,
)


class Ear(logging.Handler):
    """A log handler for problems that DVC only logs.

    It keeps exceptions, and counts objects found nowhere.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.failures: list[BaseException] = []
        self.missing = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Record the exception and the missing objects of a log record."""
        if record.exc_info and record.exc_info[1]:
            self.failures.append(record.exc_info[1])
        _, _, missing = record.getMessage().partition("Missing cache files:\n")
        self.missing += len(missing.splitlines())


@dataclass(frozen=True, eq=False)
class Storage:
    """The default remote, and DVC's repository opened on the remote."""

    repo: Any
    name: str
    url: str
    heard: Ear


@contextmanager
def using(text: str, endpoint: str, *, commit: bool) -> Iterator[Storage]:
    """Open the default remote, first set to the address `text` if `text` is given.

    With `commit` the address is set for everybody. Problems of the remote are raised as DataError:
    one line with advice. If the address cannot be right, the settings are restored.
    """
    from dvc.exceptions import DvcException

    if not FILES[0].exists():
        raise DataError(f"{FILES[0]}: not here: expected the project's top folder")
    if commit:
        refuse_committed_secrets()
    before = [path.read_bytes() if path.exists() else None for path in FILES]
    try:
        try:
            address = as_address(text, endpoint) if text else committed_address()
            notes = set_default(address, commit=commit) if address else []
            with _opened(create=commit) as storage:
                print("\n".join(notes), end="\n" * bool(notes), flush=True)
                yield storage
        except DvcException as error:
            raise UnreachableError(
                f"{one_line(error)}: expected settings that DVC understands"
            ) from error
    except UnreachableError as error:
        if not text:
            raise
        for path, content in zip(FILES, before, strict=True):
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)
        raise UnreachableError(f"{error}; the settings are as they were") from error


@contextmanager
def _opened(*, create: bool) -> Iterator[Storage]:
    from dvc.config import Config
    from dvc.repo import Repo

    config = Config.from_cwd(validate=False)
    default = default_remote(config)
    if default is None:
        raise DataError(
            "REMOTE is missing: expected a folder or an address: REMOTE=../store, "
            "REMOTE=ssh://user@host/path, REMOTE=s3://bucket/path"
        )
    # This holds for experiments too, whose .dvc/config is that of their first commit.
    options = config["remote"][default[0]]
    if verified(parts_of(default[1]).scheme if "://" in default[1] else ""):
        options = options | {"verify": True}
    everywhere = {"core": {"remote": default[0]}, "remote": {default[0]: options}}
    with _listening() as heard, Repo(config=everywhere) as repo:
        storage = Storage(repo, *default, heard)
        try:
            _reach(storage, create=create)
            yield storage
            if heard.failures:
                raise heard.failures[0]
        except foreseen() as error:
            # DVC only counts failed files; the reason is in its log.
            reason = heard.failures[0] if heard.failures else error
            raise explained(reason, storage.name, repo.config["remote"][storage.name]) from error


def _reach(storage: Storage, *, create: bool) -> None:
    """Access the folder or bucket and raise any error; with `create` a missing folder is made."""
    remote = storage.repo.cloud.get_remote()
    # A web server need not answer for a folder.
    if storage.url.startswith("http"):
        return
    if create:
        remote.fs.makedirs(remote.path)
    if not remote.fs.exists(remote.path):
        try:
            # This call makes a server report if the bucket is missing.
            remote.fs.info(remote.path)
        except FileNotFoundError as error:
            if "NoSuchBucket" in kinds_of(error):
                raise
    if not create and not remote.fs.exists(remote.path):
        line = "nothing is stored there: expected the address that `make share` was given"
        raise UnreachableError(f"{shown(storage.url)}: {line}")


@contextmanager
def _listening() -> Iterator[Ear]:
    """Keep DVC's log off the screen and record the messages."""
    ear = Ear()
    loggers = [logging.getLogger(name) for name in ("dvc", "dvc_data", "dvc_objects")]
    former = [each.handlers for each in loggers]
    # Otherwise logging would print the logs of other libraries, tracebacks included.
    logging.getLogger().addHandler(logging.NullHandler())
    for each in loggers:
        each.handlers = [ear]
    try:
        yield ear
    finally:
        for each, handlers in zip(loggers, former, strict=True):
            each.handlers = handlers


def incomplete(repo: Any) -> list[str]:
    """Return the outputs of the workspace whose data are not here."""
    return [str(out) for out in repo.index.outs if out.use_cache and out.changed_cache()]


def named(paths: list[str]) -> str:
    """Return the first three paths as text, with the number of further paths."""
    return ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
