"""Compilation to machine code, once for every kind of CPU and version of the code."""

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
    """Return a hash of the sources of this package, which identifies the version of the code."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(each.read_bytes() for each in sources)).hexdigest()[:16]


class RoomCache(_CacheLocator):  # type: ignore[misc]
    """Location of numba's cache: a folder in the user's cache, named by the version of the code."""

    def __init__(self, function: Any) -> None:
        self.function = function

    def get_cache_path(self) -> str:
        """Return the folder."""
        return str(user_cache_path("playlist2vec") / "compiled" / version())

    def get_source_stamp(self) -> str:
        """Return the version of the code."""
        return version()

    def get_disambiguator(self) -> str:
        """Return a text that distinguishes functions of the same name."""
        return (
            f"{self.function.__module__.rpartition('.')[2]}-{self.function.__code__.co_firstlineno}"
        )

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> "RoomCache | None":
        """Return the location for a function, or None if the cache is not writable."""
        place = cls(py_func)
        try:
            place.ensure_cache_path()
        except OSError:
            return None
        return place


def compiled(function: Function) -> Function:
    """Return a function compiled by numba at the first call, or loaded from the cache."""
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
