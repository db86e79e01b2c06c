"""Parameters of Word2Vec and of the training curve."""

from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import RefusedError, choice, flag, integer, number, parameter


@dataclass(frozen=True)
class TrainParams:
    """Section `train`: Word2Vec, with gensim's names, and the training curve."""

    SECTION: ClassVar[str] = "train"

    trainer: str = parameter(choice("gensim", "blocks"))
    blocks: int = parameter(integer(1, 1_024))
    sg: int = parameter(integer(0, 1))
    contexts: str = parameter(choice("window", "directed", "offsets"))
    metadata: str = parameter(choice("none", "artist"))
    vector_size: int = parameter(integer(1, 10_000))
    window: int = parameter(integer(1, 10_000))
    shrink_windows: bool = parameter(flag())
    negative: int = parameter(integer(1, 1_000))
    ns_exponent: float = parameter(number(-1, 1))
    sample: float = parameter(number(0, 1))
    epochs: int = parameter(integer(1, 100_000))
    alpha: float = parameter(number(0, 1, above=True))
    min_alpha: float = parameter(number(0, 1))
    seed: int = parameter(integer(0, 2**32 - 1))
    workers: int = parameter(integer(1, 1_000))
    curve_pairs: int = parameter(integer(0, 1_000_000))

    def check(self) -> None:
        """Raise RefusedError for values that contradict."""
        if self.min_alpha > self.alpha:
            raise RefusedError(
                f"train.min_alpha = {self.min_alpha:g}: "
                f"expected at most train.alpha, which is {self.alpha:g}"
            )
        if self.trainer == "blocks" and self.sg != 1:
            raise RefusedError(f"train.sg = {self.sg}: expected 1 with train.trainer = blocks")
        if self.contexts != "window" and (self.metadata != "none" or self.sg != 1):
            wrong = f"metadata = {self.metadata}" if self.metadata != "none" else f"sg = {self.sg}"
            wanted = "none" if self.metadata != "none" else "1"
            raise RefusedError(
                f"train.{wrong}: expected {wanted} with train.contexts = {self.contexts}"
            )
