"""Parameters of the engine."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import RefusedError, choice, integer, parameter, text


@dataclass(frozen=True)
class EngineParams:
    """Section `engine`: where the stages from `ingest` to `split` run."""

    SECTION: ClassVar[str] = "engine"

    name: str = parameter(choice("local", "dask"))
    address: str = parameter(text(empty=True))
    workers: int = parameter(integer(1, 1_000))

    def check(self) -> None:
        """Raise RefusedError for a Dask engine without an address."""
        if self.name == "dask" and not self.address:
            raise RefusedError("engine.address = '': expected tcp://host:port with engine.name = dask")
