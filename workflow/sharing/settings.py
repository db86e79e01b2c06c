"""DVC's settings for shared storage.

The address used by everybody is DVC's remote `storage` in .dvc/config, which Git keeps. An address
of this machine only, for example a folder, is the remote `private` in .dvc/config.local, which Git
ignores. Credentials are in .dvc/config.local only.
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
"""Schemes whose addresses begin with a bucket instead of a host."""
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
"""DVC's options that give access to any reader."""


def set_default(address: Address, *, commit: bool) -> list[str]:
    """Make an address DVC's default remote; return lines on the new and the replaced settings.

    With `commit` the address is written into .dvc/config unless it is private. Otherwise it is
    written into .dvc/config.local, unless .dvc/config says the same already. Options and
    credentials for the same server are kept, those for another server are dropped.
    """
    from dvc.config import Config

    # Not validated: after a new address in .dvc/config, .dvc/config.local may not match.
    config = Config.from_cwd(validate=False)
    before = default_remote(config)
    plain = {"url": address.url} | address.options
    committed = config.load_one("repo")["remote"].get(SHARED, {})
    same = plain.items() <= committed.items()
    # Without `verify` DVC does not compare the remote's files with their hashes.
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
            # Credentials without an address are an error to DVC in older commits, whose .dvc/config
            # lacks the remote.
            if own or not shared:
                new["remote"][name] = plain | own | plain
            if own or committed_default != name:
                new["core"]["remote"] = name
    return _notes(address.url, name, before, dropped)


def _notes(url: str, name: str, before: tuple[str, str] | None, dropped: list[str]) -> list[str]:
    """Return lines on the new default remote `name`, the remote before, and dropped options."""
    file = FILES[0] if name == SHARED else FILES[1]
    notes = [f"default remote: {shown(url)} (`{name}` in {file})"]
    if before and before[1] != url:
        notes.append(f"until now it was {shown(before[1])} (`{before[0]}`)")
    if dropped:
        notes.append(f"dropped what belonged to that address: {', '.join(sorted(set(dropped)))}")
    return notes


@contextmanager
def _in_utf8() -> Iterator[None]:
    """Have DVC write settings in UTF-8, as DVC reads settings, instead of ASCII."""
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
    """Make a file readable by the owner only, before a secret is written; create a missing file."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    path.chmod(0o600)


def _replace(
    config: dict[str, Any], name: str, options: dict[str, str], *, keep: bool
) -> list[str]:
    """Write the options of a remote into a configuration; return the names of dropped options."""
    old = config["remote"].pop(name, {})
    for option in ("url", "verify"):
        old.pop(option, None)
    if new := (old if keep else {}) | options:
        config["remote"][name] = new
    return [option for option in old if option not in new]


def _is_at_the_same_server(address: Address, former: dict[str, Any]) -> bool:
    """Return True if an address leads to a remote's present server, and credentials stay valid."""
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
    """Return the address in .dvc/config if .dvc/config sets the default remote, else None."""
    from dvc.config import Config

    config = Config.from_cwd(validate=False)
    committed = config.load_one("repo")["remote"].get(SHARED)
    chosen = default_remote(config)
    if not committed or not chosen or chosen[0] != SHARED:
        return None
    options = {option: str(value) for option, value in committed.items() if option != "verify"}
    return Address(options.pop("url"), options)


def default_remote(config: Any) -> tuple[str, str] | None:
    """Return the name and address of the default remote; None if there is none."""
    name = config["core"].get("remote")
    url = config["remote"].get(name, {}).get("url")
    return (name, str(url)) if url else None


def refuse_committed_secrets() -> None:
    """Raise DataError if .dvc/config, which Git keeps, contains credentials."""
    from dvc.config import Config

    for section, option, value in _entries(Config.from_cwd(validate=False).load_one("repo"), ()):
        if option in SECRETS or (
            option.endswith("url") and (shown(value) != value or "#" in value)
        ):
            raise DataError(
                f"{FILES[0]}: {' '.join(section)}: {option}: Git keeps this file: expected "
                f"credentials in {FILES[1]} only: `dvc remote modify --local NAME OPTION VALUE`; "
                "and change what was committed"
            )


def _entries(
    config: dict[str, Any], section: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield section, option and value of all entries of a configuration."""
    for key, value in config.items():
        if isinstance(value, dict):
            yield from _entries(value, (*section, key))
        else:
            yield section, key, str(value)
