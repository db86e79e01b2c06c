"""Where results are shared: addresses, DVC's settings for them, and what to do when one does not work.

The address that everybody uses is DVC's remote `storage` in .dvc/config, which Git keeps. An address of this machine
alone, such as a folder, is the remote `private` in .dvc/config.local, which Git ignores. Credentials are only there.
"""

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from playlist2vec.base.errors import DataError

SHARED, PRIVATE = "storage", "private"
FILES = (Path(".dvc/config"), Path(".dvc/config.local"))
EXTRAS = ("ssh", "s3", "gs", "azure")
BUCKETS = ("s3", "gs", "azure", "oss", "gdrive")
"""Kinds of addresses that begin with a bucket, where others begin with a host."""
SECRETS = frozenset(
    {
        "access_key_id",
        "account_key",
        "client_secret",
        "connection_string",
        "custom_auth_header",
        "gdrive_client_secret",
        "oss_key_id",
        "oss_key_secret",
        "passphrase",
        "password",
        "sas_token",
        "secret_access_key",
        "session_token",
        "sse_customer_key",
        "token",
    }
)
"""DVC's options that give access to whoever reads them."""
LOGIN = {
    "ssh": "`dvc remote modify --local {name} keyfile ~/.ssh/id_ed25519`, or `user` and `password` likewise",
    "s3": "`dvc remote modify --local {name} access_key_id ...` and `secret_access_key` likewise, or a `profile`",
    "gs": "`dvc remote modify --local {name} credentialpath key.json`, or `gcloud auth application-default login`",
    "azure": "`dvc remote modify --local {name} account_name ...` and `account_key` likewise, or `connection_string`",
}
OTHER_LOGIN = "`dvc remote modify --local {name} OPTION VALUE`"
WRONG = (
    ({"gaierror"}, "this host is unknown", "another spelling, or a network that knows it"),
    ({"ConnectionRefusedError"}, "nothing answers there, the connection was refused", "a server at this host and port"),
    ({"TimeoutError"}, "no answer in time", "a server that runs, and a network that reaches it"),
    ({"NoSuchBucket"}, "there is no such bucket", "one that exists, with ENDPOINT=https://... if it is not Amazon's"),
    ({"SFTPPermissionDenied"}, "no permission for this folder", "one that this user may read and write"),
)
"""Errors that say that an address cannot be right, by the names of their classes: what is wrong, and what to give."""
LOCKED = {"AuthError", "EOFError", "GoogleAuthError", "KeyImportError", "NoCredentialsError", "PermissionError"}
CLIENTS = {
    "aiohttp": ("ClientError",),
    "asyncssh": ("Error", "KeyImportError"),
    "azure.core.exceptions": ("AzureError",),
    "botocore.exceptions": ("BotoCoreError", "ClientError"),
    "gcsfs.retry": ("HttpError",),
    "google.auth.exceptions": ("GoogleAuthError",),
}
"""What the libraries that speak to servers raise beside OSError, by module."""


class UnreachableError(DataError):
    """The address cannot be right, or nothing answers there."""


@dataclass(frozen=True)
class Address:
    """Where results are shared.

    `url` has no password in it and `options` no secret; both may be committed unless the address is `private`.
    `secrets` never are.
    """

    url: str
    options: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    private: bool = False


def as_address(text: str, endpoint: str = "") -> Address:
    """Read an address: a folder, or scheme://[user[:password]@]host[:port]/path. A folder is made absolute.

    `endpoint`: the http(s) address of a server that speaks S3 and is not Amazon's. Raises DataError, without the
    password, for what DVC would not understand.
    """
    return _as_server(text, endpoint) if "://" in text else _as_folder(text, endpoint)


def _as_folder(text: str, endpoint: str) -> Address:
    if endpoint:
        raise DataError(f"ENDPOINT={shown(endpoint)}: a folder has none: expected it with s3:// or gs:// only")
    if re.match(r"[\w.-]+@[\w.-]+:", text):
        user_and_host, _, path = text.partition(":")
        raise DataError(f"REMOTE={text}: expected ssh://{user_and_host}/{path.lstrip('/')}, with the whole path")
    try:
        folder = Path(text).expanduser()
    except RuntimeError as error:
        raise DataError(f"REMOTE={text}: {one_line(error)}: expected a folder") from error
    # Symbolic links stay, they may be there in order to be changed.
    return Address(os.path.normpath(Path.cwd() / folder), private=True)


def _as_server(text: str, endpoint: str) -> Address:
    from dvc.config_schema import REMOTE_SCHEMAS

    schemas = {scheme: options for scheme, options in REMOTE_SCHEMAS.items() if scheme not in ("", "remote")}
    parts = _split(text)
    if parts.scheme not in schemas:
        raise DataError(f"REMOTE={parts.scheme}://...: expected a folder, or one of {', '.join(sorted(schemas))} ://")
    options = schemas[parts.scheme]
    own = {"endpointurl": _as_endpoint(endpoint, parts.scheme, options)} if endpoint else {}
    user, _, host = parts.netloc.rpartition("@")
    secrets = _secrets(parts, host, options) if user else {}
    if user and "user" not in secrets:
        host = f"{parts.username}@{host}"
    url = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), parts.query, parts.fragment))
    # What comes after a question mark may well be a token.
    return Address(url, own, secrets, private=bool(parts.query or parts.fragment))


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        parts = SplitResult(text.partition("://")[0], "", "", "", "")
    if not parts.hostname:
        raise DataError(
            f"REMOTE={parts.scheme}://...: expected {parts.scheme}://host:port/path or {parts.scheme}://bucket/path, "
            "special characters of a password written as %2F and the like"
        )
    return parts


def _secrets(parts: SplitResult, host: str, options: dict[str, Any]) -> dict[str, str]:
    """The options that stand for user:password@ in an address of this scheme; ssh keeps its user in the address."""
    if parts.password is None:
        if parts.scheme != "s3":
            return {}
    elif "password" in options:
        password = {"password": unquote(parts.password)}
        if parts.scheme == "ssh":
            return password
        return password | {"user": unquote(parts.username or "")} | ({"auth": "basic"} if "auth" in options else {})
    login = LOGIN.get(parts.scheme, OTHER_LOGIN).format(name=SHARED)
    raise DataError(f"REMOTE={parts.scheme}://...@{host}: expected {parts.scheme}://{host}, and then {login}")


def _as_endpoint(text: str, scheme: str, options: dict[str, Any]) -> str:
    if "endpointurl" not in options:
        raise DataError(f"ENDPOINT={shown(text)}: {scheme}:// has none: expected it with s3:// or gs:// only")
    if not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[\w./-]*)?", text):
        raise DataError("ENDPOINT: expected http(s)://host:port, without a user, password or question mark")
    return text


def shown(url: str) -> str:
    """An address as it may be printed: without a password and without what follows a question mark."""
    return re.sub(r"\?.*", "?...", _without_password(url))


def _without_password(text: str) -> str:
    return re.sub(r"(://[^/:@\s]*):[^/\s]*@", r"\1@", text)


def set_default(address: Address, *, commit: bool) -> list[str]:
    """Make an address DVC's default remote; returns lines that say so, and what was replaced by it.

    With `commit` it is written into .dvc/config unless it is private; else into .dvc/config.local, unless .dvc/config
    says the same already. Options and credentials for the same server stay; those for another are dropped.
    """
    from dvc.config import Config

    # Not validated: where .dvc/config has a new address, .dvc/config.local may not fit to it any more.
    config = Config.from_cwd(validate=False)
    before = _default(config)
    plain = {"url": address.url} | address.options
    same = plain.items() <= config.load_one("repo")["remote"].get(SHARED, {}).items()
    shared = not address.private and (commit or same)
    name = SHARED if shared else PRIVATE
    keep = _is_at_the_same_server(address, config["remote"].get(name, {}))
    dropped = []
    if shared and not same:
        with config.edit("repo", validate=False) as new:
            dropped += _replace(new, name, plain, keep=keep)
            new["core"]["remote"] = name
    committed_default = config.load_one("repo")["core"].get("remote")
    with config.edit("local") as new:
        dropped += _replace(new, name, address.secrets, keep=keep)
        own = new["remote"].pop(name, {})
        new["core"].pop("remote", None)
        # Credentials alone are an error to DVC in every older commit, whose .dvc/config has no such remote.
        if own or not shared:
            new["remote"][name] = plain | own | plain
        if own or committed_default != name:
            new["core"]["remote"] = name
    notes = [f"default remote: {shown(address.url)} (`{name}` in {FILES[0] if shared else FILES[1]})"]
    if before and before[1] != address.url:
        notes.append(f"until now it was {shown(before[1])} (`{before[0]}`)")
    if dropped:
        notes.append(f"dropped what belonged to that address: {', '.join(sorted(set(dropped)))}")
    return notes


def _replace(config: dict[str, Any], name: str, options: dict[str, str], *, keep: bool) -> list[str]:
    """Write the options of a remote into one of the two files; returns the names of those that had to go."""
    old = config["remote"].pop(name, {})
    old.pop("url", None)
    if new := (old if keep else {}) | options:
        config["remote"][name] = new
    return [option for option in old if option not in new]


def _is_at_the_same_server(address: Address, former: dict[str, Any]) -> bool:
    """Whether an address leads to the server that a remote is at now; then the same credentials serve for both."""
    old, new = urlsplit(str(former.get("url", ""))), urlsplit(address.url)
    hosts = {each.netloc.rpartition("@")[2] for each in (old, new)}
    endpoint = former.get("endpointurl")
    alike = len(hosts) == 1 or new.scheme in BUCKETS
    return old.scheme == new.scheme and alike and address.options.get("endpointurl", endpoint) == endpoint


def _committed() -> Address | None:
    """The address in .dvc/config where it is the default remote."""
    from dvc.config import Config

    config = Config.from_cwd(validate=False)
    committed = config.load_one("repo")["remote"].get(SHARED)
    chosen = _default(config)
    if not committed or not chosen or chosen[0] != SHARED:
        return None
    options = {option: str(value) for option, value in committed.items()}
    return Address(options.pop("url"), options)


def _default(config: Any) -> tuple[str, str] | None:
    """The name and address of the default remote; None when there is none."""
    name = config["core"].get("remote")
    url = config["remote"].get(name, {}).get("url")
    return (name, str(url)) if url else None


def _refuse_committed_secrets() -> None:
    """Raise DataError when .dvc/config, which Git keeps, holds credentials."""
    from dvc.config import Config

    for section, option, value in _entries(Config.from_cwd(validate=False).load_one("repo"), ()):
        if option in SECRETS or (option == "url" and urlsplit(value).password):
            raise DataError(
                f"{FILES[0]}: {' '.join(section)}: {option}: Git keeps this file: expected credentials in {FILES[1]} "
                "only: `dvc remote modify --local NAME OPTION VALUE`; and change what was committed"
            )


def _entries(config: dict[str, Any], section: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Section, option and value of everything in a configuration."""
    for key, value in config.items():
        if isinstance(value, dict):
            yield from _entries(value, (*section, key))
        else:
            yield section, key, str(value)


class Ear(logging.Handler):
    """What DVC writes into its log instead of raising it: exceptions, and how many objects it found nowhere."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.failures: list[BaseException] = []
        self.missing = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Take a record in."""
        if record.exc_info and record.exc_info[1]:
            self.failures.append(record.exc_info[1])
        _, _, missing = record.getMessage().partition("Missing cache files:\n")
        self.missing += len(missing.splitlines())


@dataclass(frozen=True, eq=False)
class Storage:
    """The default remote, and DVC's repository opened on it."""

    repo: Any
    name: str
    url: str
    heard: Ear


@contextmanager
def using(text: str, endpoint: str, *, commit: bool) -> Iterator[Storage]:
    """The default remote to work with, set to the address `text` first if there is one; with `commit` for everybody.

    What goes wrong there is raised as DataError: one line, with what to do. Where the address cannot be right, the
    settings are put back.
    """
    from dvc.exceptions import DvcException

    if not FILES[0].exists():
        raise DataError(f"{FILES[0]}: not here: expected the project's top folder")
    if commit:
        _refuse_committed_secrets()
    before = [path.read_bytes() if path.exists() else None for path in FILES]
    try:
        try:
            address = as_address(text, endpoint) if text else _committed()
            notes = set_default(address, commit=commit) if address else []
            with _opened(create=commit) as storage:
                print("\n".join(notes), end="\n" * bool(notes), flush=True)
                yield storage
        except DvcException as error:
            raise UnreachableError(f"{one_line(error)}: expected settings that DVC understands") from error
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
    default = _default(config)
    if default is None:
        raise DataError(
            "REMOTE is missing: expected a folder or an address: REMOTE=../store, REMOTE=ssh://user@host/path, "
            "REMOTE=s3://bucket/path"
        )
    # For experiments as well, whose .dvc/config is that of the commit they began at.
    everywhere = {"core": {"remote": default[0]}, "remote": {default[0]: config["remote"][default[0]]}}
    with _listening() as heard, Repo(config=everywhere) as repo:
        storage = Storage(repo, *default, heard)
        try:
            _reach(storage, create=create)
            yield storage
            if heard.failures:
                raise heard.failures[0]
        except _foreseen() as error:
            # DVC only counts the files that failed; the reason is in its log.
            raise explained(heard.failures[0] if heard.failures else error, storage) from error


def _reach(storage: Storage, *, create: bool) -> None:
    """Go to the folder or bucket, and raise what is raised there; with `create` a folder is made."""
    remote = storage.repo.cloud.get_remote()
    # A web server need not answer for a folder.
    if storage.url.startswith("http"):
        return
    if create:
        remote.fs.makedirs(remote.path)
    if not remote.fs.exists(remote.path):
        try:
            # Asked in this way, a server says whether it is the bucket that is not there.
            remote.fs.info(remote.path)
        except FileNotFoundError as error:
            if "NoSuchBucket" in _kinds(error):
                raise
    if not create and not remote.fs.exists(remote.path):
        line = "nothing is stored there: expected the address that `make share` was given"
        raise UnreachableError(f"{shown(storage.url)}: {line}")


@contextmanager
def _listening() -> Iterator[Ear]:
    """Keep DVC's log from the screen, and listen to it."""
    ear = Ear()
    loggers = [logging.getLogger(name) for name in ("dvc", "dvc_data", "dvc_objects")]
    former = [each.handlers for each in loggers]
    # Other libraries' logs, tracebacks among them, would come to the screen by logging's last resort.
    logging.getLogger().addHandler(logging.NullHandler())
    for each in loggers:
        each.handlers = [ear]
    try:
        yield ear
    finally:
        for each, handlers in zip(loggers, former, strict=True):
            each.handlers = handlers


def _foreseen() -> tuple[type[BaseException], ...]:
    """The exceptions of DVC and of those libraries for servers that are loaded."""
    from dvc.exceptions import DvcException
    from dvc.fs import AuthError, ConfigError

    loaded = [
        getattr(sys.modules[module], name) for module in CLIENTS if module in sys.modules for name in CLIENTS[module]
    ]
    return (OSError, EOFError, ImportError, DvcException, AuthError, ConfigError, *loaded)


def explained(error: BaseException, storage: Storage) -> DataError:
    """An error of the remote as one line that says what to do; UnreachableError if the address cannot be right."""
    scheme = urlsplit(storage.url).scheme if "://" in storage.url else ""
    kinds = _kinds(error)
    reason = one_line(error)
    options = {option: str(value) for option, value in storage.repo.config["remote"][storage.name].items()}
    for option, value in options.items():
        reason = reason.replace(value, "***") if option in SECRETS and value else reason
    if "ImportError" in kinds:
        packages = f"'dvc[{scheme}]'"
        if scheme in EXTRAS:
            packages = f"--constraint constraints.txt --editable '.[{scheme}]'` or `make setup EXTRAS={scheme}"
        line = f"{scheme}:// needs packages that are not installed: expected `pip install {packages}`"
        return UnreachableError(f"{shown(storage.url)}: {line}")
    for wrong, what, expected in WRONG:
        if kinds & wrong:
            return UnreachableError(f"{shown(storage.url)}: {what}: expected {expected}")
    if not scheme and isinstance(error, OSError):
        return UnreachableError(f"{storage.url}: {reason}: expected a folder that you may read and write")
    own_file = getattr(error, "filename", None)
    if kinds & LOCKED or (own_file and own_file in options.values()):
        login = LOGIN.get(scheme, OTHER_LOGIN).format(name=storage.name)
        return DataError(f"{shown(storage.url)}: no access ({reason}): expected credentials: {login}")
    if kinds & {"FileNotFoundError", "NotADirectoryError", "SFTPFailure", "SFTPNotADirectory"}:
        return UnreachableError(f"{shown(storage.url)}: {reason}: expected a path that is there or can be made")
    return DataError(
        f"{shown(storage.url)}: {reason}: expected `dvc push --verbose` or `dvc pull --verbose` to say more"
    )


def _kinds(error: BaseException) -> set[str]:
    """The names of the classes of an error and of its causes."""
    found = {kind.__name__ for kind in type(error).__mro__}
    cause = error.__cause__ or error.__context__
    return found | (_kinds(cause) if cause else set())


def one_line(error: BaseException) -> str:
    """What an error says, without line breaks."""
    return re.sub(r"^\[Errno -?\d+\] ", "", " ".join(str(error).split())) or type(error).__name__


def experiments_at(git_remote: str) -> list[str]:
    """The names of the experiments in a Git repository, `.` for this one. Raises DataError if it cannot be read."""
    try:
        lines = git("ls-remote", git_remote, "refs/exps/*").splitlines()
    except DataError as error:
        raise DataError(f"{error}: expected a Git remote that can be read; data and run cache are done") from None
    refs = [line.split("\t")[1] for line in lines]
    return [ref.rpartition("/")[2] for ref in refs if re.match("refs/exps/[0-9a-f]{2}/[0-9a-f]{38}/", ref)]


def git_address(git_remote: str) -> str:
    """The address of a Git remote; empty when there is none of this name."""
    return git("remote", "get-url", git_remote).strip() if git_remote in git("remote").split() else ""


def git(*arguments: str) -> str:
    """What Git prints. Raises DataError with its reason when it fails."""
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        reason = next((line for line in lines if line.startswith("fatal: ")), lines[-1])
        raise DataError(_without_password(f"git {' '.join(arguments)}: {reason}"))
    return done.stdout


def incomplete(repo: Any) -> list[str]:
    """The outputs of the workspace whose data are not here."""
    return [str(out) for out in repo.index.outs if out.use_cache and out.changed_cache()]


def named(paths: list[str]) -> str:
    """The first three of some paths, and how many more there are."""
    return ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
