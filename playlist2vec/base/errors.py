"""The one exception that bad input raises."""


class DataError(Exception):
    """Input that cannot be used.

    Its text is one line that names the file, the place in it, the value found and what would be
    accepted; a stage prints it and ends with exit code 1.
    """
