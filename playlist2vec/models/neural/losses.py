"""Losses that compare the score of a right answer with the scores of wrong answers.

All take `right`, float32 (answers,), the scores of right answers, `wrong`, float32 (answers,
negatives), the scores of the wrong answers of each, and `there`, bool of the same shape, true for
wrong answers that count. All return the mean over the answers that have a wrong answer.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, relu

Loss = Callable[[Tensor, Tensor, Tensor], Tensor]
FAR_BELOW = -1e4
"""The score in a softmax of a wrong answer that does not count."""


def multi_margin(margin: float) -> Loss:
    """Return the loss: the mean over wrong answers of max(0, margin - right + wrong)."""

    def loss(right: Tensor, wrong: Tensor, there: Tensor) -> Tensor:
        each = relu(margin - right[:, None] + wrong) * there
        return _mean(each.sum(dim=1) / there.sum(dim=1).clamp(min=1), there)

    return loss


def hinge(margin: float) -> Loss:
    """Return the loss: the sum over wrong answers of max(0, margin - right + wrong).

    Source: arXiv 1807.06786.
    """

    def loss(right: Tensor, wrong: Tensor, there: Tensor) -> Tensor:
        return _mean((relu(margin - right[:, None] + wrong) * there).sum(dim=1), there)

    return loss


def softmax(temperature: float) -> Loss:
    """Return the loss: -log of the right answer's share of exp(score / temperature)."""

    def loss(right: Tensor, wrong: Tensor, there: Tensor) -> Tensor:
        scores = (
            torch.cat([right[:, None], wrong.masked_fill(~there, FAR_BELOW)], dim=1) / temperature
        )
        none = torch.zeros(len(scores), dtype=torch.long, device=scores.device)
        return _mean(cross_entropy(scores, none, reduction="none"), there)

    return loss


def make_loss(criterion: str, margin: float, temperature: float) -> Loss:
    """Return the loss named `criterion`: multi_margin, hinge, softmax or cross_entropy.

    `cross_entropy` is a softmax with temperature 1.
    """
    if criterion in ("multi_margin", "hinge"):
        return (multi_margin if criterion == "multi_margin" else hinge)(margin)
    return softmax(temperature if criterion == "softmax" else 1.0)


def _mean(each: Tensor, there: Tensor) -> Tensor:
    counts = there.any(dim=1)
    return (each * counts).sum() / counts.sum().clamp(min=1)
