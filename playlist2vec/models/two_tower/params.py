"""Parameters of two towers."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import choice, flag, integer, listed, number, parameter

VARIANTS = ("recent", "seed_1", "seed_2", "seed_3")
"""The towers to train, by name; the stages of pipelines/two_tower/dvc.yaml use these names."""


@dataclass(frozen=True)
class TowerParams:
    """Section `two_tower.towers.<variant>`: inputs, layers and training of a tower."""

    SECTION: ClassVar[str] = "two_tower.towers"

    query: str = parameter(choice("recent", "user_time"))
    embedding: int = parameter(integer(1, 4_096))
    layers: tuple[int, ...] = parameter(listed(integer(1, 4_096)))
    songs_back: int = parameter(integer(1, 10_000))
    dropout: float = parameter(number(0, 0.99))
    log_q: bool = parameter(flag())
    accidental_hits: str = parameter(choice("remove", "keep"))
    loss: str = parameter(choice("mean", "sum"))
    batch: int = parameter(integer(2, 1_000_000))
    epochs: int = parameter(integer(1, 10_000))
    optimiser: str = parameter(choice("adam", "adagrad"))
    learning_rate: float = parameter(number(0, 10, above=True))
    schedule: str = parameter(choice("constant", "falling"))
    device: str = parameter(choice("cpu", "cuda"))
    seed: int = parameter(integer(0, 2**31))


class RecentParams(TowerParams):
    """Section `two_tower.towers.recent`."""

    SECTION: ClassVar[str] = "two_tower.towers.recent"


class SeedOneParams(TowerParams):
    """Section `two_tower.towers.seed_1`."""

    SECTION: ClassVar[str] = "two_tower.towers.seed_1"


class SeedTwoParams(TowerParams):
    """Section `two_tower.towers.seed_2`."""

    SECTION: ClassVar[str] = "two_tower.towers.seed_2"


class SeedThreeParams(TowerParams):
    """Section `two_tower.towers.seed_3`."""

    SECTION: ClassVar[str] = "two_tower.towers.seed_3"


OF_VARIANT: dict[str, type[TowerParams]] = dict(
    zip(VARIANTS, (RecentParams, SeedOneParams, SeedTwoParams, SeedThreeParams), strict=True)
)
"""The parameter class of each variant."""
