"""Failures of a remote: kinds and texts."""

import re

from playlist2vec.base.errors import DataError


class UnreachableError(DataError):
    """The address cannot be right, or no server answers there."""


def kinds_of(error: BaseException) -> set[str]:
    """Return the names of the classes of an error and of all causes."""
    found = {kind.__name__ for kind in type(error).__mro__}
    cause = error.__cause__ or error.__context__
    return found | (kinds_of(cause) if cause else set())


def one_line(error: BaseException) -> str:
    """Return the text of an error without line breaks."""
    return re.sub(r"^\[Errno -?\d+\] ", "", " ".join(str(error).split())) or type(error).__name__
