"""Failures of a remote: their kinds and their texts."""

import re

from playlist2vec.base.errors import DataError


class UnreachableError(DataError):
    """The address cannot be right, or nothing answers there."""


def kinds_of(error: BaseException) -> set[str]:
    """The names of the classes of an error and of its causes."""
    found = {kind.__name__ for kind in type(error).__mro__}
    cause = error.__cause__ or error.__context__
    return found | (kinds_of(cause) if cause else set())


def one_line(error: BaseException) -> str:
    """What an error says, without line breaks."""
    return re.sub(r"^\[Errno -?\d+\] ", "", " ".join(str(error).split())) or type(error).__name__
