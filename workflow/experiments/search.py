"""`python -m workflow.experiments.search NAME`: search a grid's values with Optuna.

Every trial is an experiment in DVC's queue, as in `make grid`. No training is cut short: with
`rungs` in the grid, a trial first trains for the epochs of the lowest rung. Successive halving then
decides if the trial is trained again, from the start, for the epochs of the next rung. Trials are
drawn `BATCH` at a time from the results of all earlier trials. A search therefore draws the same
trials for any JOBS, and continues after an interruption.
"""

import argparse
from hashlib import sha256
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import TPESampler
from optuna.trial import FrozenTrial, Trial, TrialState

from workflow.experiments.grid import command, read_params, report
from workflow.experiments.grid_files import (
    FOLDER,
    Grid,
    Rungs,
    Settings,
    Value,
    complete,
    flat,
    grid_names,
    read_grid,
)
from workflow.experiments.queue import Queue
from workflow.experiments.records import experiment_name, scores_at
from workflow.experiments.running import configure, run_all, run_shared
from workflow.experiments.table import table_of_search
from workflow.git import check_ready

BATCH = 6
ONE_RUNG = Rungs((0,), 2)
"""Without `rungs` every trial is trained once, for the epochs of its configuration."""


def run_search(name: str, trials: int, jobs: int, by: str, seed: int) -> int:
    """Search until there are `trials` trials, earlier calls included; return the exit code.

    The code is 1 if a run failed.
    """
    grid, params = read_grid(name), read_params()
    file = f"{FOLDER}/{name}.yaml"
    space = space_of(grid, params)
    # Check every value on its own before anything runs.
    for key, choices in space.items():
        for choice in choices:
            complete(params, grid.settings | {key: choice}, file)
    check_ready()
    study = open_study(grid, params, by, seed)
    run_shared(grid.varied())
    failed: dict[str, str] = {}
    with Queue() as queue:
        while on_rung := next_trials(study, grid, space, trials, seed):
            rung = len(on_rung[0].intermediate_values)
            configured = [
                configure([settings_of(trial, grid, rung)], params, file)[0] for trial in on_rung
            ]
            numbers = ", ".join(str(trial.number + 1) for trial in on_rung)
            print(f"trials {numbers} of {trials}{_epochs_text(grid, rung)}", flush=True)
            different = {each.name: each for each in configured}
            finished, wrong = run_all(queue, list(different.values()), jobs)
            failed |= wrong
            for trial, configuration in zip(on_rung, configured, strict=True):
                _record(study, trial, rung, finished.get(configuration.name), by)
        all_settings = [
            settings_of(trial, grid, rung)
            for trial in study.get_trials(deepcopy=False)
            for rung in range(len(trial.intermediate_values))
        ]
        configurations = configure(all_settings, params, file)
        finished, wrong = run_all(queue, configurations, jobs)
        queue.dismiss_workers()
    return report(name, table_of_search(name), configurations, finished, failed | wrong)


def open_study(grid: Grid, params: dict[str, Any], by: str, seed: int) -> optuna.Study:
    """Open or create the search in an SQLite file.

    Different code, data, values, goal or seed start another search.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    base = experiment_name(complete(params, grid.settings, grid.name))
    same = sha256(repr((base, grid.parameters, grid.rungs, by, seed)).encode()).hexdigest()[:8]
    path = FOLDER / f"{grid.name}.sqlite3"
    study = optuna.create_study(
        storage=f"sqlite:///{path}",
        study_name=f"{grid.name}-{same}",
        direction="maximize",
        load_if_exists=True,
    )
    print(
        f"{path}: search {study.study_name}, {len(study.get_trials(deepcopy=False))} trials so far",
        flush=True,
    )
    return study


def space_of(grid: Grid, params: dict[str, Any]) -> dict[str, list[Value]]:
    """Return the values to choose from, with `one-at-a-time` also the unchanged value."""
    if grid.how == "product":
        return grid.parameters
    base = flat(params) | grid.settings
    return {
        key: list(dict.fromkeys([base[key], *values]))
        for key, values in grid.parameters.items()
        if key in base
    }


def next_trials(
    study: optuna.Study, grid: Grid, space: dict[str, list[Value]], trials: int, seed: int
) -> list[FrozenTrial]:
    """Return the next trials to run, all on the same rung; empty when the search is finished.

    A finished search has `trials` trials, all ended. The draws of a trial follow from the seed and
    the number of earlier trials; its promotion follows from all scores on its rung so far. Both are
    the same after an interruption.
    """
    settle(study, grid.rungs or ONE_RUNG)
    before = len(study.get_trials(deepcopy=False))
    if not _open_trials(study) and before < trials:
        study.sampler = TPESampler(seed=seed + before)
        choices: dict[str, BaseDistribution] = {
            key: CategoricalDistribution(each) for key, each in space.items()
        }
        for _ in range(min(BATCH, trials - before)):
            study.ask(choices)
    waiting = _open_trials(study)
    lowest = min((len(trial.intermediate_values) for trial in waiting), default=0)
    return [trial for trial in waiting if len(trial.intermediate_values) == lowest]


def settle(study: optuna.Study, rungs: Rungs) -> None:
    """Successive halving: end open trials with all scores, or not among the best on their rung.

    Of n trials with a score on a rung the best ceil(n / reduction) go on, and any trial as good as
    the last of them. Jamieson and Talwalkar, Non-stochastic best arm identification and
    hyperparameter optimization, 2016.
    """
    waiting = _open_trials(study)
    done = min((len(trial.intermediate_values) for trial in waiting), default=0)
    if done == 0:
        return
    rung = done - 1
    scored = [trial.intermediate_values for trial in study.get_trials(deepcopy=False)]
    scores = sorted((values[rung] for values in scored if rung in values), reverse=True)
    enough = scores[-(-len(scores) // rungs.reduction) - 1]
    for trial in waiting:
        if done == len(rungs.epochs):
            study.tell(trial.number, trial.intermediate_values[rung])
        elif trial.intermediate_values[rung] < enough:
            study.tell(trial.number, state=TrialState.PRUNED)


def settings_of(trial: FrozenTrial, grid: Grid, rung: int) -> Settings:
    """Return the settings of a trial on a rung, including the rung's epochs."""
    epochs: Settings = {"train.epochs": grid.rungs.epochs[rung]} if grid.rungs else {}
    return grid.settings | trial.params | epochs


def _open_trials(study: optuna.Study) -> list[FrozenTrial]:
    return study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))


def _record(
    study: optuna.Study, trial: FrozenTrial, rung: int, revision: str | None, by: str
) -> None:
    """Report an experiment's score to its trial; without a revision the trial has failed."""
    if revision is None:
        study.tell(trial.number, state=TrialState.FAIL)
    else:
        Trial(study, trial._trial_id).report(scores_at(revision)[by].value, rung)


def _epochs_text(grid: Grid, rung: int) -> str:
    return f", {grid.rungs.epochs[rung]} epochs" if grid.rungs else ""


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m workflow.experiments.search",
        description="Optuna chooses from the values of a grid.",
    )
    parser.add_argument("name", help=f"one of {', '.join(grid_names())}")
    parser.add_argument(
        "--trials", type=int, default=30, help="trials in all, those of earlier calls included"
    )
    parser.add_argument(
        "--jobs", type=int, default=2, help="runs at the same time, 1 or more; each takes one core"
    )
    parser.add_argument("--by", default="hit@10", help="the validation score to raise")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws other trials")
    arguments = parser.parse_args()
    for option in ("trials", "jobs"):
        if getattr(arguments, option) < 1:
            parser.error(f"--{option} {getattr(arguments, option)}: expected 1 or more")
    command(
        run_search, arguments.name, arguments.trials, arguments.jobs, arguments.by, arguments.seed
    )


if __name__ == "__main__":
    main()
