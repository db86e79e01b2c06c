"""The exception for bad input."""


class DataError(Exception):
    """Unusable input.

    The text is a single line that names the file, the place in the file, the value found and the
    values accepted. A stage prints the line and ends with exit code 1.
    """
