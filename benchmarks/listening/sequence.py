"""`python -m benchmarks.listening.sequence`: compare GRU and attention with the tower `recent`.

Both read the last listens of a question in sequence, with the embeddings, loss, optimiser and
epochs of `recent`, on the listens written by `make two-tower`. Hidasi et al., Session-based
recommendations with recurrent neural networks, ICLR 2016; Kang, McAuley, Self-attentive sequential
recommendation, ICDM 2018.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from playlist2vec.base.rules import read_section
from playlist2vec.corpus.songs import Rows
from playlist2vec.listening.history.params import HistoryParams
from playlist2vec.listening.history.storage import History
from playlist2vec.listening.scoring.questions import Questions
from playlist2vec.listening.scoring.tables import rates
from playlist2vec.models.neural.device import prepare
from playlist2vec.models.neural.loop import falling
from playlist2vec.models.neural.optimisers import SparseAndDense
from playlist2vec.models.two_tower.inputs import HOURS, PAUSES, Inputs, inputs_of
from playlist2vec.models.two_tower.networks import CLOCK, RecentNetwork, Songs
from playlist2vec.models.two_tower.params import OF_VARIANT, TowerParams
from playlist2vec.models.two_tower.training import ListenData, batch_losses
from playlist2vec.ranking.candidates import dot_candidates
from playlist2vec.ranking.dense import rank_targets
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.heard import asked_at

PARAMS = Path("pipelines/two_tower/params.yaml")
LISTENS = 20
"""Listens read by a sequence model."""


class SequenceNetwork(nn.Module):  # type: ignore[misc]
    """A GRU, or two layers of causal attention, over the last listens; then pause and hour."""

    def __init__(self, kind: str, data: ListenData, params: TowerParams) -> None:
        super().__init__()
        size = params.embedding
        self.songs = Songs(data.shape(), data.artists, size)
        self.pause, self.hour = nn.Embedding(PAUSES, CLOCK), nn.Embedding(HOURS, CLOCK)
        self.place = nn.Embedding(LISTENS, size)
        self.dropout = nn.Dropout(params.dropout / 2)
        self.gru = nn.GRU(size, size, batch_first=True) if kind == "gru" else None
        layer = nn.TransformerEncoderLayer(size, 2, 2 * size, params.dropout / 2, batch_first=True)
        self.attention = (
            None if kind == "gru" else nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        )
        self.dense = nn.Linear(size + 2 * CLOCK, size)

    def forward(self, inputs: Inputs, targets: np.ndarray) -> tuple[Tensor, Tensor]:
        """Return the vectors of queries and of songs: both float32 (queries, size)."""
        rows = inputs.rows[:, ::-1]
        different, places = np.unique(
            np.concatenate([rows, targets[:, None]], axis=1), return_inverse=True
        )
        none = int(different[0] < 0)
        table = self.songs(torch.from_numpy(different[none:].copy()))
        table = torch.cat([torch.zeros(1, table.shape[1]), table])
        found = torch.from_numpy(places.reshape(len(targets), -1) + 1 - none)
        x = self.dropout(table[found[:, :-1]])
        if self.gru is not None:
            x = self.gru(x)[0][:, -1]
        elif self.attention is not None:
            # Only the last listen is a query. Padding is at the beginning and is masked.
            padded = found[:, :-1] == 0
            padded[:, -1] = False
            x = self.attention(x + self.place.weight, src_key_padding_mask=padded)[:, -1]
        clock = [
            self.pause(torch.from_numpy(inputs.pauses)),
            self.hour(torch.from_numpy(inputs.hours)),
        ]
        return self.dense(torch.cat([x, *clock], dim=1)), table[found[:, -1]]


def scores(
    network: nn.Module, data: ListenData, questions: Questions, back: int
) -> dict[str, float]:
    """Return the hit rates of a network on questions."""
    network.eval()
    asked = np.flatnonzero(questions.targets >= 0)
    ranks = np.full(len(questions), np.inf)
    with torch.no_grad():
        every = torch.arange(len(data.vocabulary))
        candidates = dot_candidates(network.songs(every).numpy())
        queries = asked_at(data.histories, questions.history.questions[asked], back)
        vectors, _ = network(inputs_of(queries, back), questions.targets[asked])
    targets = Rows(questions.targets[asked])
    ranks[asked] = rank_targets(
        vectors.double().numpy(), candidates, targets, Exclusions.none(len(asked))
    )
    return rates(ranks)


def trained(
    kind: str, data: ListenData, params: TowerParams, questions: Questions
) -> dict[str, float]:
    """Train a network and return the hit rates of the best epoch, by hit rate at 10."""
    torch.manual_seed(params.seed)
    recent = kind == "recent"
    network = (
        RecentNetwork(data.shape(), data.artists, params)
        if recent
        else SequenceNetwork(kind, data, params)
    )
    optimiser = SparseAndDense(network, "adam", params.learning_rate)
    rate, best = falling(params.learning_rate, params.epochs), dict[str, float]()
    for epoch in range(1, params.epochs + 1):
        network.train()
        for group in optimiser.param_groups:
            group["lr"] = rate(epoch)
        rng = np.random.Generator(np.random.PCG64([params.seed, epoch]))
        for loss in batch_losses(network, data, data.listens, params, rng):
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        found = scores(network, data, questions, params.songs_back)
        best = max(best, found, key=lambda each: each.get("top_10", -1.0))
    return best


def main() -> None:
    """Print a line of Markdown for every network, step size and seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--rates", type=float, nargs="+", default=[0.003])
    parser.add_argument("--kinds", nargs="+", default=["recent", "gru", "attention"])
    given = parser.parse_args()
    prepare("cpu", "device")
    section, cut = read_section(PARAMS, OF_VARIANT["recent"]), read_section(PARAMS, HistoryParams)
    known = History.load("data/two_tower/history")
    questions = Questions(known, cut.gap, cut.listens_back)
    data = ListenData(
        known.histories, known.songs.vocabulary, known.songs.artists, known.first, known.end
    )
    for kind in given.kinds:
        for rate in [section.learning_rate] if kind == "recent" else given.rates:
            for seed in given.seeds:
                back = section.songs_back if kind == "recent" else LISTENS
                params = replace(section, seed=seed, songs_back=back, learning_rate=rate)
                start = time.process_time()
                found = trained(kind, data, params, questions)
                numbers = " | ".join(f"{100 * each:.1f}" for each in found.values())
                spent = time.process_time() - start
                print(
                    f"| {kind}, step {rate:g}, seed {seed} | {numbers} | {spent:.0f} CPU s |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
