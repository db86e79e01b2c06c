"""Downloads that are resumed after an interruption and checked against a git blob id.

A blob id is Git's name for a content: the SHA-1 of `blob <size in bytes>`, a zero byte and the
content.
"""

import hashlib
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from tqdm import tqdm
from urllib3.util.retry import Retry

from playlist2vec.base.errors import DataError
from playlist2vec.online.asking import root_cause
from playlist2vec.sources.room import SourceFile

CHUNK = 1 << 16
"""Bytes that are read at once; as many can be lost when a download is cut off."""


@dataclass(frozen=True)
class Patience:
    """Limits on the retries of a download.

    `attempts`: tries of a connection or of a busy server, and consecutive requests without a new
    byte; 1 or more. `backoff`: seconds of the first pause between tries; every further pause
    doubles. `connect`, `read`: seconds without an answer.
    """

    attempts: int = 5
    backoff: float = 1.0
    connect: float = 10.0
    read: float = 60.0


DEFAULT_PATIENCE = Patience()


def git_blob_id(path: str | Path) -> str:
    """Return the blob id of a file's content, 40 hexadecimal digits.

    `git hash-object --no-filters` prints the same id.
    """
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
        return hashlib.file_digest(file, lambda: head).hexdigest()


def fetch(file: SourceFile, incoming: str | Path, patience: Patience = DEFAULT_PATIENCE) -> Path:
    """Make sure that `incoming` holds `file` with the right content, and return the path.

    An existing file is never changed: if it is right, no request is made; if it is wrong, an error
    is raised. A missing file is downloaded to `.<name>.part`, which is kept when the download is
    cut off, so that the next call resumes it. Raises DataError, which explains how to place the
    file by hand.
    """
    target = Path(incoming) / file.name
    if target.exists():
        _check_placed(target, file)
        return target
    part = target.with_name(f".{file.name}.part")
    with _one_line_errors(target, part, file):
        target.parent.mkdir(parents=True, exist_ok=True)
        _fill(part, file, patience)
        os.replace(part, target)
    return target


def by_hand(target: Path, file: SourceFile) -> str:
    """Return instructions for placing the file by hand, as the end of an error text."""
    return (
        f"to place it by hand, save {file.address} as {target}; "
        f"`git hash-object --no-filters {target}` must print {file.blob}"
    )


class _WrongContentError(Exception):
    """A complete download with a wrong blob id, which is the text."""


class _RefusedError(Exception):
    """An answer without the file; the text is the HTTP status."""


class _CutOffError(Exception):
    """A download that was cut off too often; the text is the reason."""


def _check_placed(target: Path, file: SourceFile) -> None:
    found = git_blob_id(target)
    if found != file.blob:
        raise DataError(
            f"{target}: its blob id is {found}, expected {file.blob}: it was left as it is; remove "
            f"it to have it downloaded, or replace it: {by_hand(target, file)}"
        )


@contextmanager
def _one_line_errors(target: Path, part: Path, file: SourceFile) -> Iterator[None]:
    try:
        yield
    except _WrongContentError as wrong:
        raise DataError(
            f"{target}: the blob id of what was downloaded is {wrong}, expected {file.blob}: it "
            f"was thrown away; {by_hand(target, file)}"
        ) from None
    except _RefusedError as refused:
        raise DataError(
            f"{target}: the server answered {refused}; {by_hand(target, file)}"
        ) from None
    except (requests.RequestException, _CutOffError) as error:
        raise DataError(
            f"{target}: the download failed: {root_cause(error)}{_kept(part)}; "
            f"{by_hand(target, file)}"
        ) from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise DataError(
            f"{target}: it could not be written: {reason}{_kept(part)}; {by_hand(target, file)}"
        ) from None


def _kept(part: Path) -> str:
    size = _size(part)
    return (
        f" ({size:,} bytes are kept in {part} and the next run goes on from there)" if size else ""
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _fill(part: Path, file: SourceFile, patience: Patience) -> None:
    """Bring `part` to the right content; start over once if a resumed download is wrong."""
    if part.exists() and git_blob_id(part) == file.blob:
        return
    with _session(patience) as session:
        resumed = _download(session, part, file, patience)
        found = git_blob_id(part)
        if found != file.blob and resumed:
            part.unlink()
            _download(session, part, file, patience)
            found = git_blob_id(part)
    if found != file.blob:
        part.unlink()
        raise _WrongContentError(found)


def _session(patience: Patience) -> requests.Session:
    retry = Retry(
        total=patience.attempts - 1,
        backoff_factor=patience.backoff,
        status_forcelist=(429, 500, 502, 503, 504),
        raise_on_status=False,
        # A server may demand an hour's wait; an immediate error is more useful.
        respect_retry_after_header=False,
    )
    session = requests.Session()
    session.mount("http://", HTTPAdapter(max_retries=retry))
    session.mount("https://", HTTPAdapter(max_retries=retry))
    return session


def _download(session: requests.Session, part: Path, file: SourceFile, patience: Patience) -> bool:
    """Request the missing bytes of `part`; return True if the last answer was appended."""
    most, failures = _size(part), 0
    while True:
        have = _size(part)
        with _ask(session, file.address, have, patience) as answer:
            start, total = _span(answer)
            append = have > 0 and answer.status_code == 206 and start == have
            if have and not append and answer.status_code in (206, 416):
                part.unlink()
                continue
            if not append and answer.status_code != 200:
                raise _RefusedError(f"{answer.status_code} {answer.reason}".strip())
            if _receive(answer, part, file.name, append=append, total=total):
                return append
        failures = 0 if _size(part) > most else failures + 1
        most = max(most, _size(part))
        if failures == patience.attempts:
            raise _CutOffError(f"cut off {failures} times in a row without progress")
        time.sleep(patience.backoff * 2**failures)


def _ask(
    session: requests.Session, address: str, have: int, patience: Patience
) -> requests.Response:
    # A compressed body would have other sizes and offsets than the file.
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    return session.get(
        address, headers=headers, stream=True, timeout=(patience.connect, patience.read)
    )


def _span(answer: requests.Response) -> tuple[int | None, int | None]:
    """Return the file offset of an answer's first byte, and the file size; None if unknown."""
    packed = answer.headers.get("Content-Encoding", "identity") != "identity"
    if answer.status_code == 206:
        place = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", ""))
        if packed or place is None:
            return None, None
        return int(place[1]), None if place[2] == "*" else int(place[2])
    length = answer.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() and not packed else None


def _receive(
    answer: requests.Response, part: Path, name: str, *, append: bool, total: int | None
) -> bool:
    """Write an answer's body to `part` under a progress bar; return False if it was cut off."""
    # A log gets few lines.
    pause = 0.1 if sys.stderr.isatty() else 30.0
    have = _size(part) if append else 0
    with (
        tqdm(
            desc=name, total=total, initial=have, unit="B", unit_scale=True, mininterval=pause
        ) as bar,
        open(part, "ab" if append else "wb") as out,
    ):
        try:
            for chunk in answer.iter_content(CHUNK):
                out.write(chunk)
                bar.update(len(chunk))
        except requests.RequestException:
            return False
    return total is None or _size(part) >= total
