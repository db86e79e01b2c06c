"""The run cache of a store: results that spare DVC the run of a stage."""

import re
from pathlib import Path
from typing import Any

import yaml

from playlist2vec.base.files import whole_file
from playlist2vec.formats.listings import MD5, is_inside
from workflow.sharing.storage import Storage

ENTRY = re.compile(r"runs/([0-9a-f]{2})/(\1[0-9a-f]{62})/([0-9a-f]{64})")
"""The path of an entry: the hash of a stage's inputs, then the hash of the entry."""
LARGEST = 1 << 20
"""Maximal bytes of an entry, a single stage of dvc.lock."""


def pull_run_cache(storage: Storage) -> tuple[int, int]:
    """Pull new entries of the run cache; return the numbers of pulled and of rejected entries.

    DVC does not compare an entry with its name, and writes the outputs listed there. So an entry is
    taken only if its content has the hashes of its name, which cover the command, the inputs and
    the paths of the outputs, and if the paths stay in the project.
    """
    remote, here = storage.repo.cloud.get_remote(), Path(storage.repo.stage_cache.cache_dir)
    top = remote.fs.join(remote.path, "runs")
    # DVC has no run cache on web servers, which do not list files.
    if storage.url.startswith("http") or not remote.fs.exists(top):
        return 0, 0
    came = strange = 0
    for path in remote.fs.find(top):
        place = ENTRY.fullmatch(remote.fs.as_posix(remote.fs.relpath(path, remote.path)))
        if not place:
            strange += 1
            continue
        target = here / place[1] / place[2] / place[3]
        if target.exists():
            continue
        with remote.fs.open(path, "rb") as file:
            content = file.read(LARGEST + 1)
        if is_entry(content, place[2], place[3]):
            with whole_file(target) as unfinished:
                unfinished.write_bytes(content)
            came += 1
        else:
            strange += 1
    return came, strange


def is_entry(content: bytes, key: str, value: str) -> bool:
    """Return True if a file is an entry of the run cache with the given hashes, as DVC writes."""
    from dvc.utils import dict_sha256

    entry = _loaded(content)
    if not isinstance(entry, dict):
        return False
    outs = entry.get("outs")
    try:
        if not isinstance(outs, list) or not all(_is_output(out) for out in outs):
            return False
        without = entry | {"outs": [out["path"] for out in outs]}
        hashes = [dict_sha256(each, exclude=["size", "nfiles"]) for each in (without, entry)]
    except (TypeError, ValueError, RecursionError):
        return False
    return hashes == [key, value]


def _is_output(out: Any) -> bool:
    if not isinstance(out, dict) or out.get("hash") != "md5" or "files" in out:
        return False
    md5 = out.get("md5")
    return (
        is_inside(out.get("path"))
        and isinstance(md5, str)
        and bool(MD5.fullmatch(md5.removesuffix(".dir")))
    )


def _loaded(content: bytes) -> Any:
    """Return the content of YAML; None if the YAML is invalid, too large or has references."""
    if len(content) > LARGEST:
        return None
    try:
        text = content.decode()
        if any(getattr(event, "anchor", None) for event in yaml.parse(text, yaml.CSafeLoader)):
            return None
        return yaml.load(text, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
