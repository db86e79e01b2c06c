"""DVC's settings for the place where results are shared.

The address that everybody uses is DVC's remote `storage` in .dvc/config, which Git keeps. An
address of this machine alone, such as a folder, is the remote `private` in .dvc/config.local, which
Git ignores. Credentials are only there.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError
from workflow.sharing.addresses import PRIVATE, SHARED, Address, parts_of, shown, verified

FILES = (Path(".dvc/config"), Path(".dvc/config.local"))
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


def set_default(address: Address, *, commit: bool) -> list[str]:
    """Make an address DVC's default remote; returns lines that say so, and what was replaced by it.

    With `commit` it is written into .dvc/config unless it is private; else into .dvc/config.local,
    unless .dvc/config says the same already. Options and credentials for the same server stay;
    those for another are dropped.
    """
    from dvc.config import Config

    # Not validated: where .dvc/config has a new address, .dvc/config.local may not fit to it any
    # more.
    config = Config.from_cwd(validate=False)
    before = default_remote(config)
    plain = {"url": address.url} | address.options
    committed = config.load_one("repo")["remote"].get(SHARED, {})
    same = plain.items() <= committed.items()
    # Else DVC takes what the remote has for what was shared.
    plain |= verified(parts_of(address.url).scheme if "://" in address.url else "")
    shared = not address.private and (commit or same)
    name = SHARED if shared else PRIVATE
    keep = _is_at_the_same_server(address, config["remote"].get(name, {}))
    dropped = []
    _make_private(FILES[1])
    with _in_utf8():
        if shared and (not same or (commit and str(committed.get("verify", "")).lower() != "true")):
            with config.edit("repo", validate=False) as new:
                dropped += _replace(new, name, plain, keep=keep)
                new["core"]["remote"] = name
        committed_default = config.load_one("repo")["core"].get("remote")
        with config.edit("local") as new:
            dropped += _replace(new, name, address.secrets, keep=keep)
            own = new["remote"].pop(name, {})
            new["core"].pop("remote", None)
            # Credentials alone are an error to DVC in every older commit, whose .dvc/config has no
            # such remote.
            if own or not shared:
                new["remote"][name] = plain | own | plain
            if own or committed_default != name:
                new["core"]["remote"] = name
    notes = [
        f"default remote: {shown(address.url)} (`{name}` in {FILES[0] if shared else FILES[1]})"
    ]
    if before and before[1] != address.url:
        notes.append(f"until now it was {shown(before[1])} (`{before[0]}`)")
    if dropped:
        notes.append(f"dropped what belonged to that address: {', '.join(sorted(set(dropped)))}")
    return notes


@contextmanager
def _in_utf8() -> Iterator[None]:
    """Have DVC write its settings in UTF-8, as it reads them: ASCII, as it writes them, has no
    accents.
    """
    configobj: Any = import_module("configobj")
    former = configobj.ConfigObj

    class Utf8(former):  # type: ignore[misc, valid-type]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **{"default_encoding": "utf-8"} | options)

    configobj.ConfigObj = Utf8
    try:
        yield
    finally:
        configobj.ConfigObj = former


def _make_private(path: Path) -> None:
    """Make a file that its owner alone may read, or make one so, before a secret is written into
    it.
    """
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    path.chmod(0o600)


def _replace(
    config: dict[str, Any], name: str, options: dict[str, str], *, keep: bool
) -> list[str]:
    """Write the options of a remote into one of the two files; returns the names of those that had
    to go.
    """
    old = config["remote"].pop(name, {})
    for option in ("url", "verify"):
        old.pop(option, None)
    if new := (old if keep else {}) | options:
        config["remote"][name] = new
    return [option for option in old if option not in new]


def _is_at_the_same_server(address: Address, former: dict[str, Any]) -> bool:
    """Whether an address leads to the server that a remote is at now; then the same credentials
    serve for both.
    """
    old, new = parts_of(str(former.get("url", ""))), parts_of(address.url)
    hosts = {each.netloc.rpartition("@")[2] for each in (old, new)}
    endpoint = former.get("endpointurl")
    alike = len(hosts) == 1 or new.scheme in BUCKETS
    return (
        old.scheme == new.scheme
        and alike
        and address.options.get("endpointurl", endpoint) == endpoint
    )


def committed_address() -> Address | None:
    """The address in .dvc/config where it is the default remote."""
    from dvc.config import Config

    config = Config.from_cwd(validate=False)
    committed = config.load_one("repo")["remote"].get(SHARED)
    chosen = default_remote(config)
    if not committed or not chosen or chosen[0] != SHARED:
        return None
    options = {option: str(value) for option, value in committed.items() if option != "verify"}
    return Address(options.pop("url"), options)


def default_remote(config: Any) -> tuple[str, str] | None:
    """The name and address of the default remote; None when there is none."""
    name = config["core"].get("remote")
    url = config["remote"].get(name, {}).get("url")
    return (name, str(url)) if url else None


def refuse_committed_secrets() -> None:
    """Raise DataError when .dvc/config, which Git keeps, holds credentials."""
    from dvc.config import Config

    for section, option, value in _entries(Config.from_cwd(validate=False).load_one("repo"), ()):
        if option in SECRETS or (
            option.endswith("url") and (shown(value) != value or "#" in value)
        ):
            raise DataError(
                f"{FILES[0]}: {' '.join(section)}: {option}: Git keeps this file: expected credentials in {FILES[1]} "
                "only: `dvc remote modify --local NAME OPTION VALUE`; and change what was committed"
            )


def _entries(
    config: dict[str, Any], section: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Section, option and value of everything in a configuration."""
    for key, value in config.items():
        if isinstance(value, dict):
            yield from _entries(value, (*section, key))
        else:
            yield section, key, str(value)
