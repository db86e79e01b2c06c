"""`python -m benchmarks.cold_songs`: every model of sound with several seeds, on the test songs of data/audio.

The collection, its split and the baselines are those that `make audio` has made; `--match` makes a collection of its
own instead, whose songs sound like their artist to that share. A row: a way to find cold songs and a seed, with mean
AUC, NDCG@10, hit@10 and the CPU seconds of its training.
"""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from tabulate import tabulate

from benchmarks.commands import filled_in
from benchmarks.measuring import ROOT, note

DATA = Path("data/audio")
PARAMS = Path("pipelines/audio/params.yaml")
BEFORE = ("source", "mels", "split", "vectors", "baselines")
SCORES = ("auc", "ndcg@10", "hit@10")
SGD: dict[str, Any] = {"optimiser": "sgd", "learning_rate": 0.2, "epochs": 60}
MODELS: dict[str, dict[str, Any]] = {
    "align": {},
    "dcue, multi_margin .2": {"model": "dcue", **SGD},
    "dcue, multi_margin 1": {"model": "dcue", "margin": 1.0, **SGD},
    "dcue, hinge .2": {"model": "dcue", "criterion": "hinge", **SGD, "learning_rate": 0.02},
    "dcue, softmax": {"model": "dcue", "criterion": "softmax", "epochs": 40},
    "dcue, cross_entropy": {"model": "dcue", "criterion": "cross_entropy", **SGD},
    "dcue, multi_margin .2, by id": {"model": "dcue", "playlist": "id", **SGD},
}
"""What differs from the committed parameters."""
