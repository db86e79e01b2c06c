"""`python -m benchmarks.listening.seeds`: check the bars of pipelines/two_tower over three seeds.

A seed generates different people and music, starts the training elsewhere, and learns the order
from different listeners. Only validation is used. The worst seed counts. It takes ten minutes.
"""

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from playlist2vec.listening.scoring.tables import CUTOFFS
from stages.two_tower import history, order, retrieve, source, train

PARAMS = Path(__file__).parents[2] / "pipelines/two_tower/params.yaml"
TOWERS = ("recent", "seed_1", "seed_2", "seed_3")


def with_seed(seed: int, structure: float, epochs: int) -> dict[str, Any]:
    """Return the pipeline's parameters with all seeds replaced by `seed`.

    `epochs`: of seed_2 and seed_3.
    """
    content: dict[str, Any] = yaml.safe_load(PARAMS.read_text("utf-8"))
    section = content["two_tower"]
    section["listens"] |= {"seed": seed, "structure": structure}
    section["order"]["seed"] = seed
    for name in TOWERS:
        section["towers"][name]["seed"] = seed
    for name in ("seed_2", "seed_3"):
        section["towers"][name]["epochs"] = epochs
    return content


def run(
    seed: int, structure: float, epochs: int, folder: Path
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run the stages before the test in a folder; return the metrics of `retrieve` and `order`."""
    params = folder / "params.yaml"
    params.write_text(yaml.safe_dump(with_seed(seed, structure, epochs)), "utf-8")
    paths = {
        name: str(folder / name)
        for name in ("source", "history", "test", "towers", "model", "metrics")
    }
    history_folder, metrics = paths["history"], Path(paths["metrics"])
    print(source.main(str(params), paths["source"]), flush=True)
    made = history.main(
        str(params), paths["source"], history_folder, paths["test"], str(metrics / "history.json")
    )
    print(made, flush=True)
    for name in TOWERS:
        scratch, tower = str(folder / "scratch" / name), f"{paths['towers']}/{name}"
        print(
            train.main(
                str(params), name, history_folder, scratch, tower, str(metrics / f"{name}.csv")
            ),
            flush=True,
        )
    files = [
        str(metrics / name)
        for name in ("settings.json", "validation.json", "validation.csv", "flat.csv")
    ]
    print(retrieve.main(str(params), history_folder, paths["towers"], *files), flush=True)
    tower, written = (
        f"{paths['towers']}/recent",
        [str(metrics / "order.json"), str(metrics / "order.csv")],
    )
    print(
        order.main(str(params), history_folder, tower, files[0], paths["model"], *written),
        flush=True,
    )
    return json.loads(Path(files[1]).read_text("utf-8")), json.loads(
        Path(written[0]).read_text("utf-8")
    )


def rows(found: dict[str, Any], slice_name: str) -> list[str]:
    """Return a line of Markdown for every ranker of a slice, in percent."""
    return [
        f"| {ranker} | "
        + " | ".join(f"{100 * scores[f'top_{cutoff}']:.1f}" for cutoff in CUTOFFS)
        + " |"
        for ranker, scores in found[slice_name].items()
    ]


def main() -> None:
    """Print the tables of every seed, first of `retrieve`, then of `order`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--structure", type=float, default=1.0)
    parser.add_argument("--epochs", type=int, default=30, help="of seed_2 and seed_3")
    parser.add_argument("--write", metavar="FILE", help="write the metrics of all seeds as JSON")
    given = parser.parse_args()
    whole = {}
    for seed in given.seeds:
        with TemporaryDirectory(prefix="two-tower-") as folder:
            retrieved, ordered = run(seed, given.structure, given.epochs, Path(folder))
        whole[seed] = {"retrieve": retrieved, "order": ordered}
        for name, found in (("retrieve", retrieved), ("order", ordered)):
            for part in ("all", "repeats", "discoveries", "session_starts"):
                if part in found:
                    print(
                        f"\nseed {seed}, {name}, {part}\n", *rows(found, part), sep="\n", flush=True
                    )
        print(
            f"\ncandidates: {ordered['candidates']}; order less rivals: {ordered['ordered_minus']}",
            flush=True,
        )
    if given.write:
        Path(given.write).write_text(json.dumps(whole, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
