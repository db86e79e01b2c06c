"""Shortlists: the songs that can reach the top of a mixture, so that many weights are tried at little cost."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playlist2vec.models.blend.mixture import MODEL, Mixture
from playlist2vec.ranking.metrics import ndcg
from playlist2vec.ranking.queries import Questions

TOP = 20
"""Songs that each part puts on the list of a question, its best ones."""


@dataclass(frozen=True, eq=False)
class Shortlists:
    """Songs of each question, its target among them, and the probability that each part gives them.

    `question`, `song`: int64 (listed,), the question's number, rising, and the row. `target`: int64 (questions,), where
    each target stands in these. `parts`, `model`: float64 (listed,) by name and by tau.
    """

    question: NDArray[np.int64]
    song: NDArray[np.int64]
    target: NDArray[np.int64]
    parts: Mapping[str, NDArray[np.float64]]
    model: Mapping[float, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.target)

    def ndcg(self, weights: Mapping[str, float], tau: float, questions: NDArray[np.bool_]) -> float:
        """Return NDCG@10 of a mixture on some questions, bool (questions,).

        A song that no part has on its list is taken for one that stands behind the target.
        """
        scores = np.zeros(len(self.song))
        for name, weight in weights.items():
            scores += weight * (self.model[tau] if name == MODEL else self.parts[name])
        bar = scores[self.target][self.question]
        before = (scores > bar) | ((scores == bar) & (self.song < self.song[self.target][self.question]))
        ranks = (1 + np.bincount(self.question[before], minlength=len(self))).astype(np.float64)
        return ndcg(ranks[questions], 10)


def shortlists(mixture: Mixture, questions: Questions, number: int, taus: tuple[float, ...]) -> Shortlists:
    """Return the shortlists of the first `number` questions, or of all where there are fewer."""
    number = min(number, len(questions.targets))
    blocks = [
        _block(mixture, questions, start, min(start + mixture.query_block, number), taus)
        for start in range(0, number, mixture.query_block)
    ]
    question = np.concatenate([np.zeros(0, np.int64), *(block.question for block in blocks)])
    song = np.concatenate([np.zeros(0, np.int64), *(block.song for block in blocks)])
    names, known = (blocks[0].parts, blocks[0].model) if blocks else ({}, {})
    return Shortlists(
        question,
        song,
        np.flatnonzero(song == questions.targets[question]),
        {name: np.concatenate([block.parts[name] for block in blocks]) for name in names},
        {tau: np.concatenate([block.model[tau] for block in blocks]) for tau in known},
    )


def _block(mixture: Mixture, questions: Questions, start: int, end: int, taus: tuple[float, ...]) -> Shortlists:
    queries, out = questions.queries.block(start, end), mixture.out(questions.excluded, start, end)
    listed = np.zeros(out.shape, bool)
    dense = {name: np.tile(prior, (end - start, 1)) for name, prior in mixture.priors.items()}
    for name, part in mixture.parts.items():
        shares = part(queries)
        dense[name] = shares.sparse.toarray() + shares.rest[:, None] * mixture.priors["popularity"]
    softened = [] if mixture.model is None else list(mixture.model.soften_for(queries, taus))
    for values in [*dense.values(), *(each.weights.astype(np.float64) for each in softened[:1])]:
        _list_best(np.where(out, -1.0, values), listed)
    listed[out] = False
    listed[np.arange(end - start), questions.targets[start:end]] = True
    query, song = np.nonzero(listed)
    model = {
        tau: each.weights[query, song].astype(np.float64) / each.total[query]
        for tau, each in zip(taus, softened, strict=False)
    }
    parts = {name: values[query, song] for name, values in dense.items()}
    return Shortlists(query + start, song, np.zeros(0, np.int64), parts, model)


def _list_best(values: NDArray[np.floating], listed: NDArray[np.bool_]) -> None:
    """Mark the TOP largest values of each row in `listed`, bool of the same shape."""
    if values.shape[1] <= TOP:
        listed[:] = True
        return
    best = np.argpartition(-values, TOP - 1, axis=1)[:, :TOP]
    np.put_along_axis(listed, best, True, axis=1)
