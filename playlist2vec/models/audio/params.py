"""Parameters of the models of sound."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import RefusedError, choice, integer, number, parameter

MODELS = ("align", "dcue", "statistics")
CRITERIA = ("multi_margin", "cross_entropy", "hinge", "softmax")


@dataclass(frozen=True)
class VectorsParams:
    """Section `audio.vectors`: Word2Vec on the playlists without cold songs, for song vectors."""

    SECTION: ClassVar[str] = "audio.vectors"

    vector_size: int = parameter(integer(1, 1_000))
    window: int = parameter(integer(1, 10_000))
    negative: int = parameter(integer(1, 1_000))
    epochs: int = parameter(integer(1, 10_000))
    alpha: float = parameter(number(0, 1, above=True))
    seed: int = parameter(integer(0, 2**31))


@dataclass(frozen=True)
class AudioParams:
    """Section `audio.train`: the audio network, its loss and training."""

    SECTION: ClassVar[str] = "audio.train"

    model: str = parameter(choice(*MODELS))
    criterion: str = parameter(choice(*CRITERIA))
    margin: float = parameter(number(0, 10))
    temperature: float = parameter(number(0, 10, above=True))
    stack: str = parameter(choice("authors", "seed"))
    playlist: str = parameter(choice("songs", "id"))
    embedding: int = parameter(integer(1, 4_096))
    channels: int = parameter(integer(1, 1_024))
    frames: int = parameter(integer(16, 10_000))
    epochs: int = parameter(integer(1, 10_000))
    batch_songs: int = parameter(integer(2, 10_000))
    playlists_per_song: int = parameter(integer(1, 10_000))
    negatives: int = parameter(integer(1, 10_000))
    optimiser: str = parameter(choice("adam", "sgd"))
    learning_rate: float = parameter(number(0, 10, above=True))
    every: int = parameter(integer(1, 10_000))
    device: str = parameter(choice("cpu", "cuda"))
    seed: int = parameter(integer(0, 2**31))

    def check(self) -> None:
        """Raise RefusedError if the crop is too short for the pools of the stack."""
        if self.stack == "authors" and self.frames < SHORTEST:
            raise RefusedError(
                f"audio.train.frames = {self.frames}: expected {SHORTEST} or more "
                "with audio.train.stack = authors"
            )


SHORTEST = 128
"""Frames that the pools of the authors' stack reduce to one."""
