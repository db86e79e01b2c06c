"""One thing that a command needs, as `playlist2vec doctor` reports it."""

from typing import NamedTuple


class Check(NamedTuple):
    """A thing that was looked for.

    `group`: the heading that it stands under. `found`: its version, place or state, empty where it
    is missing. `use`: what it is for. `advice`: what to type to get it. `needed`: whether its
    absence is an error, and not only the end of some commands.
    """

    group: str
    name: str
    found: str
    use: str
    advice: str = ""
    needed: bool = False

    @property
    def fine(self) -> bool:
        """Whether nothing is to be typed: it is there, and as it should be."""
        return bool(self.found) and not self.advice

    @property
    def missing(self) -> bool:
        """Whether it is needed and not there."""
        return self.needed and not self.found
