"""SASRec and BERT4Rec of RecTools: transformers over the songs of a playlist."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from pytorch_lightning import Trainer, seed_everything
from pytorch_lightning.callbacks import LambdaCallback
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import BERT4RecModel, SASRecModel

from benchmarks.peers.budget import Budget
from benchmarks.peers.fit import Scorer, Settings
from benchmarks.peers.task import Sequences, Task

LONGEST = 20
"""Maximal songs of a playlist in the input, the last ones; training playlists are cut into chunks.
"""
MANY_PASSES = 1_000_000


def sasrec(task: Task, settings: Settings, seed: int, budget: Budget) -> Iterator[Scorer]:
    """SASRec: every song attends to the songs before.

    Kang, McAuley, Self-attentive sequential recommendation, ICDM 2018.
    """
    return trained(SASRecModel, task.train.cut(LONGEST + 1), task.songs, settings, seed, budget)


def bert4rec(task: Task, settings: Settings, seed: int, budget: Budget) -> Iterator[Scorer]:
    """BERT4Rec: masked songs are predicted from the songs on both sides.

    Sun et al., BERT4Rec: sequential recommendation with bidirectional encoder representations from
    transformer, CIKM 2019.
    """
    return trained(BERT4RecModel, task.train.cut(LONGEST), task.songs, settings, seed, budget)


def trained(
    kind: Any, train: Sequences, songs: int, settings: Settings, seed: int, budget: Budget
) -> Iterator[Scorer]:
    """Train a model of RecTools until the budget is spent; yield the model at every checkpoint."""
    torch.set_num_threads(1)
    seed_everything(seed)
    snapshots: list[dict[str, Any]] = []

    def after_batch(trainer: Any, module: Any, *_: Any) -> None:
        if budget.due():
            weights = module.torch_model.state_dict()
            snapshots.append({name: each.clone() for name, each in weights.items()})
        trainer.should_stop = budget.over()

    def trainer() -> Any:
        return Trainer(
            accelerator="cpu",
            min_epochs=0,
            max_epochs=MANY_PASSES,
            callbacks=[LambdaCallback(on_train_batch_end=after_batch)],
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )

    model = kind(**settings, session_max_len=LONGEST, get_trainer_func=trainer)
    model.fit(dataset_of(train))
    for weights in snapshots:
        model.torch_model.load_state_dict(weights)
        yield lambda histories: scores(model, histories, songs)


def scores(model: Any, histories: Sequences, songs: int) -> NDArray[np.float32]:
    """Return scores of all songs: float32 (histories, songs), minus infinity for an unknown song.

    A song is unknown if it was in no playlist of two songs or more.
    """
    found = model.recommend(
        users=np.arange(len(histories)),
        dataset=dataset_of(histories.last(LONGEST)),
        k=songs,
        filter_viewed=False,
        add_rank_col=False,
        on_unsupported_targets="ignore",
    )
    table = np.full((len(histories), songs), -np.inf, np.float32)
    table[found[Columns.User].to_numpy(), found[Columns.Item].to_numpy()] = found[
        Columns.Score
    ].to_numpy()
    return table


def dataset_of(sequences: Sequences) -> Any:
    """Return sequences in the form of RecTools: a user per sequence, a second between two songs."""
    seconds = pd.to_datetime(np.arange(len(sequences.songs)), unit="s")
    columns = {
        Columns.User: sequences.numbers,
        Columns.Item: sequences.songs,
        Columns.Weight: 1.0,
        Columns.Datetime: seconds,
    }
    return Dataset.construct(pd.DataFrame(columns))
