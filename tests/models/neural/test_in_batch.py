"""The softmax over the answers of a batch, some queries at a time: value and gradients as torch has
them.
"""

import pytest

from tests.conftest import needed_package

needed_package("torch")

import torch  # noqa: E402
from torch.nn.functional import cross_entropy  # noqa: E402

from playlist2vec.models.neural import in_batch  # noqa: E402

pytestmark = pytest.mark.extra
QUERIES = 23


@pytest.mark.parametrize("mean", [True, False], ids=["mean", "sum"])
@pytest.mark.parametrize("remove", [True, False], ids=["remove", "keep"])
@pytest.mark.parametrize("corrected", [True, False], ids=["corrected", "plain"])
@pytest.mark.parametrize("block", [1, 5, 256])
def test_loss_and_gradients_are_those_of_a_softmax_over_all(
    block: int, corrected: bool, remove: bool, mean: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_batch, "QUERIES", block)
    torch.manual_seed(4)
    query, answer = torch.randn(2, QUERIES, 6, requires_grad=True).unbind()
    query.retain_grad()
    answer.retain_grad()
    names = torch.randint(0, 9, (QUERIES,))
    taken = torch.randn(9)[names] if corrected else None
    loss = in_batch.InBatch.apply(query, answer, names, taken, remove, mean)
    (3 * loss).backward()
    found = (loss.detach(), query.grad, answer.grad)
    query, answer = (each.detach().requires_grad_() for each in (query, answer))
    scores = query @ answer.T
    if taken is not None:
        scores = scores - taken
    if remove:
        same = names[:, None] == names
        scores = scores.masked_fill(same & ~torch.eye(QUERIES, dtype=torch.bool), -torch.inf)
    expected = cross_entropy(scores, torch.arange(QUERIES), reduction="mean" if mean else "sum")
    (3 * expected).backward()
    for one, other in zip(found, (expected.detach(), query.grad, answer.grad), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)
