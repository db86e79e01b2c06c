"""Compilation to machine code, once for each kind of CPU and each version of this room."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from numba import config, njit
from numba.core.caching import _CacheLocator
from platformdirs import user_cache_path

Function = TypeVar("Function", bound=Callable[..., Any])


@cache
def version() -> str:
    """Return what tells versions of this room apart: a hash of its sources."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(each.read_bytes() for each in sources)).hexdigest()[:16]


class RoomCache(_CacheLocator):  # type: ignore[misc]
    """The folder in the user's cache in which numba keeps what it compiled of this version of this
    room.

    numba's own places go by the path and the time of one source file. A copy of the project, as
    queued experiments run in, would compile anew; and an edit of a function that is compiled into
    that of another file would go unseen.
    """

    def __init__(self, function: Any) -> None:
        self.function = function

    def get_cache_path(self) -> str:
        """Return the folder."""
        return str(user_cache_path("playlist2vec") / "compiled" / version())

    def get_source_stamp(self) -> str:
        """Return what tells versions apart."""
        return version()

    def get_disambiguator(self) -> str:
        """Return what tells functions of one name apart."""
        return (
            f"{self.function.__module__.rpartition('.')[2]}-{self.function.__code__.co_firstlineno}"
        )

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> "RoomCache | None":
        """Return the place of a function, or None where nothing can be written there."""
        place = cls(py_func)
        try:
            place.ensure_cache_path()
        except OSError:
            return None
        return place


def compiled(function: Function) -> Function:
    """Return a function that numba compiles at its first call, or takes from the cache where it can
    be written.
    """
    made: Any = njit(nogil=True)(function)
    before, config.CACHE_LOCATOR_CLASSES = (
        config.CACHE_LOCATOR_CLASSES,
        f"{__name__}.{RoomCache.__name__}",
    )
    try:
        made.enable_caching()
    except RuntimeError:
        # No place for a cache: it is compiled in every process.
        pass
    finally:
        config.CACHE_LOCATOR_CLASSES = before
    return made  # type: ignore[no-any-return]
