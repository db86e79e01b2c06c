"""Parameters of the engine."""

import re
from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import RefusedError, choice, integer, parameter, text


@dataclass(frozen=True)
class EngineParams:
    """Section `engine`: execution of the stages from `ingest` to `split`."""

    SECTION: ClassVar[str] = "engine"

    name: str = parameter(choice("local", "dask"))
    address: str = parameter(text(empty=True), secret=True)
    workers: int = parameter(integer(1, 1_000))

    def check(self) -> None:
        """Raise RefusedError for a Dask engine without an address, and for an address with a
        password.
        """
        check_address(self.address, "engine.address")
        if self.name == "dask" and not self.address:
            raise RefusedError(
                "engine.address = '': expected tcp://host:port with engine.name = dask"
            )


def check_address(address: str, named: str) -> None:
    """Raise RefusedError unless a scheduler's address is a host and a port; more may be a password.

    `named`: the parameter, for the error, which does not show the address.
    """
    if not re.fullmatch(r"([a-z]+://)?[\w.\-\[\]:]*(/[\w.\-/]*)?", address):
        raise RefusedError(
            f"{named} has more in it than a host and a port: expected tcp://host:8786 without a "
            "user or a password, which files of Git would keep; Dask's own configuration says who "
            "may connect (docs/beyond-one-machine.md)"
        )
