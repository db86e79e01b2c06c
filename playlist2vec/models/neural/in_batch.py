"""The softmax over the right answers of a batch, in blocks of queries."""

from typing import Any

import torch
from torch import Tensor

FAR_BELOW = -1e4
"""The score of an answer that is also the query's own answer."""
QUERIES = 256
"""Queries whose scores are in memory at once."""


class InBatch(torch.autograd.Function):  # type: ignore[misc]
    """Softmax loss of queries, with the right answers of all queries as classes.

    The loss is -log of the share of exp(score) that a query's own answer has. For all queries at
    once, autograd would need several tables of (queries, queries). Here scores and gradients are
    computed for QUERIES queries at a time: the memory grows with the batch alone, and a block stays
    in the cache.
    """

    @staticmethod
    def forward(
        ctx: Any,
        query: Tensor,
        answer: Tensor,
        names: Tensor,
        taken: Tensor | None,
        remove: bool,
        mean: bool,
    ) -> Tensor:
        """Return the sum of the loss over queries, or the mean.

        `query`, `answer`: float32 (queries, size). `names`: int64 (queries,), equal for equal
        answers. `taken`: float32 (queries,), subtracted from the scores of each answer. `remove`:
        true if an answer with the name of the query's own answer is no wrong answer. `mean`: true
        for the mean.
        """
        total = query.new_zeros(())
        to_query, to_answer = torch.empty_like(query), torch.zeros_like(answer)
        for start in range(0, len(query), QUERIES):
            block = query[start : start + QUERIES]
            row = torch.arange(len(block), device=query.device)
            own = row + start
            scores = block @ answer.T
            if taken is not None:
                scores -= taken
            if remove:
                same = names[own, None] == names
                same[row, own] = False
                scores.masked_fill_(same, FAR_BELOW)
            right, largest = scores[row, own], scores.amax(dim=1, keepdim=True)
            shares = scores.sub_(largest).exp_()
            sums = shares.sum(dim=1, keepdim=True)
            total += (sums.log() + largest).sum() - right.sum()
            shares /= sums
            shares[row, own] -= 1
            torch.mm(shares, answer, out=to_query[start : start + QUERIES])
            to_answer.addmm_(shares.T, block)
        scale = 1 / len(query) if mean else 1.0
        ctx.save_for_backward(to_query.mul_(scale), to_answer.mul_(scale))
        return total * scale

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients of queries and answers."""
        to_query, to_answer = ctx.saved_tensors
        return to_query * gradients[0], to_answer * gradients[0], None, None, None, None
