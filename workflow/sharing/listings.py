"""Lists of the files in shared folders, checked before DVC writes the files.

DVC reads a list from the remote if the cache has none, and does not compare it with its hash,
whatever `verify` says. This module therefore brings correct lists into the cache beforehand.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file
from playlist2vec.formats.listings import LARGEST, MD5, files_of_listing, leads_through_a_link
from workflow.sharing.addresses import shown
from workflow.sharing.storage import Storage


def take_listings(storage: Storage) -> tuple[list[str], int]:
    """Bring the lists of all outputs into the cache; return outputs without a list, and new lists.

    The outputs are those of the workspace, or of the revision at which DVC's repository stands. New
    lists are a number. Raises DataError for a list that does not match its output, for paths
    leading out of the folder, on disk as well, and for invalid hashes.
    """
    missing, came = [], 0
    storage.repo.drop_data_index()
    for out in _outputs(storage.repo):
        if not out.hash_info.isdir:
            continue
        content = _cached(storage, out)
        if content is None:
            content = _stored(storage, out.hash_info.value)
            came += content is not None
        if content is None:
            missing.append(str(out))
            continue
        for file in files_of_listing(content, out.hash_info.value, f"{shown(storage.url)}: {out}"):
            if leads_through_a_link(Path(out.fs_path), file.path):
                raise DataError(
                    f"{out}: {file.path} leads through a symbolic link: expected folders there"
                )
        _keep(storage, out.hash_info.value, content)
    return missing, came


def damaged(storage: Storage) -> list[str]:
    """Return the files of outputs whose content in the store differs from the shared content.

    The pulled file is not here. A file is given with its place in the store.
    """
    cache, store = storage.repo.cache.local, storage.repo.cloud.get_remote_odb()
    return [
        f"{path} (files/md5/{md5[:2]}/{md5[2:]} there)"
        for path, md5 in dict(_files(storage)).items()
        if not Path(cache.oid_to_path(md5)).exists() and store.exists(md5)
    ]


def _outputs(repo: Any) -> Iterator[Any]:
    """Yield the cached outputs that have a hash."""
    for out in repo.index.outs:
        if not out.use_cache or not out.hash_info:
            continue
        value = str(out.hash_info.value)
        if (
            out.hash_info.name != "md5"
            or not MD5.fullmatch(value.removesuffix(".dir"))
            or out.files
        ):
            raise DataError(
                f"dvc.lock: {out}: {ascii(value)[:80]}: expected one MD5, as DVC 3 writes it"
            )
        yield out


def _files(storage: Storage) -> Iterator[tuple[str, str]]:
    """Yield path and hash of the files of all outputs whose lists are here."""
    for out in _outputs(storage.repo):
        if not out.hash_info.isdir:
            yield str(out), out.hash_info.value
        elif content := _cached(storage, out):
            for path, md5 in files_of_listing(content, out.hash_info.value, str(out)):
                yield f"{out}/{path}", md5


def _cached(storage: Storage, out: Any) -> bytes | None:
    path = Path(storage.repo.cache.local.oid_to_path(out.hash_info.value))
    return path.read_bytes() if path.is_file() and path.stat().st_size <= LARGEST else None


def _stored(storage: Storage, name: str) -> bytes | None:
    """Return a list from the store, None for a missing list."""
    store = storage.repo.cloud.get_remote_odb()
    try:
        with store.fs.open(store.oid_to_path(name), "rb") as file:
            content: bytes = file.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    if len(content) > LARGEST:
        raise DataError(
            f"{shown(storage.url)}: {name}: a list of more than {LARGEST:,} bytes: expected fewer"
        )
    return content


def _keep(storage: Storage, name: str, content: bytes) -> None:
    """Write a checked list into the cache."""
    cache = storage.repo.cache.local
    path = Path(cache.oid_to_path(name))
    if not path.exists():
        with whole_file(path) as unfinished:
            unfinished.write_bytes(content)
        cache.protect(str(path))
