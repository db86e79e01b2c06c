"""`python -m workflow.experiments.grid NAME`: run a grid, as `make grid GRID=smoke JOBS=2`."""

import argparse
import signal
import sys
from pathlib import Path
from typing import Any

import yaml

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import RefusedError
from playlist2vec.base.visible import as_line, visible
from playlist2vec.engine.params import check_address
from workflow.experiments.grid_files import grid_names, read_grid
from workflow.experiments.queue import Queue
from workflow.experiments.running import Configuration, StoppedError, configure, run_all, run_shared
from workflow.experiments.table import as_text, collect, read_rows, table_of_grid, write_rows
from workflow.git import check_ready

PARAMS = Path("params.yaml")


def run_grid(name: str, jobs: int, cluster: str, git_remote: str) -> int:
    """Run the grid and write the table, grids/NAME.csv; return the exit code, 1 if a run failed.

    `cluster`: the address of a Dask scheduler whose workers run the grid in clones of `git_remote`;
    empty for DVC's queue on this machine.
    """
    grid = read_grid(name)
    configurations = configure(grid.configurations(), read_params(), f"grids/{name}.yaml")
    check_ready()
    if cluster:
        check_cluster(cluster)
        from workflow.cluster.distribute import LOGS, run_on_cluster

        finished, failed = run_on_cluster(cluster, git_remote, grid, configurations)
        return report(
            name, table_of_grid(name), configurations, finished, failed, f"{LOGS}/{{}}.log"
        )
    run_shared(grid.varied())
    with Queue() as queue:
        finished, failed = run_all(queue, configurations, jobs)
        queue.dismiss_workers()
    return report(name, table_of_grid(name), configurations, finished, failed)


def check_cluster(address: str) -> None:
    """Raise DataError if the address of a scheduler contains a user or a password."""
    try:
        check_address(address, "CLUSTER")
    except RefusedError as refused:
        raise DataError(str(refused)) from None


def report(
    name: str,
    table: Path,
    configurations: list[Configuration],
    finished: dict[str, str],
    failed: dict[str, str],
    printed: str = "dvc queue logs {}",
) -> int:
    """Write finished runs to the file `table`, print the table and failures; return the exit code.

    `printed`: the place of a failed run's output, with `{}` for the name of the run.
    """
    rows = collect(name, configurations, finished)
    if rows:
        earlier = len(read_rows(table)) if table.is_file() else 0
        write_rows(rows, table)
        print("\n" + visible(as_text(rows, configurations), keep="\n") + "\n")
        replaced = f", in place of {earlier} earlier ones" if earlier else ""
        print(
            f"{table}: {len(rows)} experiments{replaced}; `make best` takes the best one over if "
            "it is better"
        )
    for experiment, reason in failed.items():
        said = f"{experiment} failed: {reason} (all it printed: {printed.format(experiment)})"
        print(as_line(said), file=sys.stderr)
    return 1 if failed else 0


def read_params() -> dict[str, Any]:
    """Return params.yaml as it stands. Raises DataError for YAML other than a map."""
    content = yaml.safe_load(PARAMS.read_text("utf-8"))
    if not isinstance(content, dict):
        raise DataError(
            f"{PARAMS}: expected sections of parameters, found {type(content).__name__}"
        )
    return content


def command(run: Any, *arguments: Any) -> None:
    """Call `run` and exit with the exit code; invalid input and Ctrl-C end in a single line."""
    # Background jobs of a shell ignore Ctrl-C, and so would the runs, which DVC ends by Ctrl-C.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        sys.exit(run(*arguments))
    except (DataError, OSError) as error:
        sys.exit(as_line(error))
    except StoppedError as stopped:
        print(stopped, file=sys.stderr)
        sys.exit(130)
    except KeyboardInterrupt:
        sys.exit(130)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m workflow.experiments.grid", description=__doc__
    )
    parser.add_argument("name", help=f"one of {', '.join(grid_names())}")
    parser.add_argument(
        "--jobs", type=int, default=2, help="runs at the same time, 1 or more; each takes one core"
    )
    parser.add_argument(
        "--cluster",
        default="",
        help="the address of a Dask scheduler: its workers run the grid, one at a time each",
    )
    parser.add_argument(
        "--git-remote",
        default="origin",
        help="with --cluster: the Git remote that workers clone and push to",
    )
    arguments = parser.parse_args()
    if arguments.jobs < 1:
        parser.error(f"--jobs {arguments.jobs}: expected 1 or more")
    command(run_grid, arguments.name, arguments.jobs, arguments.cluster, arguments.git_remote)


if __name__ == "__main__":
    main()
