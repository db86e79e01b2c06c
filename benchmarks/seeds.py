"""The effect of the training seed: the configuration in params.yaml, trained with several seeds.

`make seeds SEEDS=5` trains on the split made by `dvc repro` and prints the validation scores of
every run, their mean and 95 % t-interval, as Caselles-Dupré et al. (RecSys 2018) report theirs over
ten runs.
"""

import argparse
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import yaml

from benchmarks.scores import MEASURES, with_settings
from playlist2vec.evaluation.intervals import t_interval
from playlist2vec.ranking.metrics import gains


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeds", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="training seeds, 2 or more")
    parser.add_argument("--jobs", type=int, default=2, help="trainings at the same time")
    arguments = parser.parse_args()
    if arguments.seeds < 2:
        parser.error(f"--seeds {arguments.seeds}: expected 2 or more, one run has no spread")
    params = yaml.safe_load(Path("params.yaml").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(arguments.jobs) as pool:
        folder = Path(temporary)
        (folder / "data").symlink_to(Path("data").resolve())
        runs = []
        for seed in range(1, arguments.seeds + 1):
            changed = with_settings(params, {"train.seed": seed})
            (folder / f"seed{seed}.yaml").write_text(yaml.safe_dump(changed), encoding="utf-8")
            command = [
                sys.executable,
                "-m",
                "benchmarks.scores",
                "--run",
                str(folder),
                f"seed{seed}",
            ]
            runs.append(pool.submit(subprocess.run, command, check=True))
        values: dict[str, list[float]] = {measure: [] for measure in MEASURES}
        for seed, run in enumerate(runs, start=1):
            run.result()
            each = gains(np.load(folder / f"seed{seed}.npz")["validation"], (10,))
            for measure in MEASURES:
                values[measure].append(float(np.mean(each[measure])))
            print(
                f"seed {seed}: "
                + ", ".join(f"{measure} {values[measure][-1]:.4f}" for measure in MEASURES),
                flush=True,
            )
    for measure in MEASURES:
        mean, low, high = t_interval(values[measure])
        print(f"{measure}: mean {mean:.4f}, 95 % interval over seeds [{low:.4f}, {high:.4f}]")


if __name__ == "__main__":
    main()
