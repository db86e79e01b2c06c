"""Checks of requirements, as reported by `playlist2vec doctor`."""

from typing import NamedTuple


class Check(NamedTuple):
    """A requirement, and the result of the check.

    `group`: heading in the report. `found`: version, place or state, empty if missing. `use`:
    purpose. `advice`: command to type. `needed`: True if absence is an error, False if only some
    commands need it.
    """

    group: str
    name: str
    found: str
    use: str
    advice: str = ""
    needed: bool = False

    @property
    def fine(self) -> bool:
        """True if there is nothing to do: present, and in the expected state."""
        return bool(self.found) and not self.advice

    @property
    def missing(self) -> bool:
        """True if needed and absent."""
        return self.needed and not self.found
