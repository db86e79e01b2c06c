"""Run a set of configurations through DVC's queue, and show the progress."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from playlist2vec.base.addresses import without_secrets
from playlist2vec.base.visible import visible
from workflow.experiments.grid_files import Settings, complete
from workflow.experiments.processes import dvc
from workflow.experiments.queue import Queue
from workflow.experiments.records import (
    experiment_name,
    finished_experiments,
    scores_at,
    shared_stages,
)
from workflow.git import git
from workflow.repair import mend

MEND_EVERY = 3.0
LOOK_EVERY = 0.5
TELL_EVERY = 30.0


class StoppedError(Exception):
    """The user pressed Ctrl-C; the text names the stopped and the waiting experiments."""


@dataclass(frozen=True)
class Configuration:
    """A configuration: name of the experiment, settings over params.yaml, and all parameters."""

    name: str
    settings: Settings
    parameters: dict[str, Any]

    @property
    def cost(self) -> float:
        """The relative cost of the training, without a unit, for comparison on the same data."""
        train = self.parameters["train"]
        context = train["window"] * (1 if train["sg"] else 0.3)
        return float(
            train["epochs"] * context * (train["negative"] + 1) * (100 + train["vector_size"])
        )

    def told(self, among: list[str]) -> str:
        """Return the settings named in `among` as text: `window=3 negative=5`."""
        shown = [
            f"{key.rpartition('.')[2]}={value}"
            for key, value in self.settings.items()
            if key in among
        ]
        return " ".join(shown) or "as in params.yaml"


def configure(settings: list[Settings], params: dict[str, Any], file: str) -> list[Configuration]:
    """Check the settings of all configurations and name the experiments, without duplicates."""
    found: dict[str, Configuration] = {}
    for each in settings:
        parameters = complete(params, each, file)
        name = experiment_name(parameters)
        found.setdefault(name, Configuration(name, each, parameters))
    return list(found.values())


def differing(configurations: list[Configuration]) -> list[str]:
    """Return the settings that differ between configurations."""
    keys = dict.fromkeys(key for each in configurations for key in each.settings)
    return [
        key for key in keys if len({repr(each.settings.get(key)) for each in configurations}) > 1
    ]


def run_shared(varied: list[str]) -> None:
    """Run the stages common to all configurations, once, in the workspace."""
    for line in mend():
        print(visible(line))
    stages = shared_stages(varied)
    print(f"run once, in the workspace: {', '.join(stages)}", flush=True)
    dvc("repro", *stages, quiet_about="skipping")


def run_all(
    queue: Queue, configurations: list[Configuration], jobs: int
) -> tuple[dict[str, str], dict[str, str]]:
    """Run every configuration to the end, except finished ones.

    `jobs`: the number of runs at the same time. Returns the revisions of the finished and the
    reasons of the failed runs, by name. Raises StoppedError after Ctrl-C, when all running
    experiments have been ended.
    """
    head = git("rev-parse", "HEAD").strip()
    wanted = {each.name: each for each in configurations}
    known = finished_experiments(head)
    missing = _queue_missing(queue, wanted, set(known))
    old = [name for name in wanted if name in known]
    others = len(set(queue.waiting()) - set(wanted))
    print(
        f"{len(wanted)} configurations: {len(old)} known, {len(missing)} queued now, "
        f"{len(wanted) - len(old) - len(missing)} in the queue already"
        + (f"; {others} others wait there and will run as well" if others else ""),
        flush=True,
    )
    with ExitStack() as stack:
        screen = Screen(stack, wanted, set(old))
        try:
            finished, failed = _follow(queue, wanted, head, jobs, screen)
        except KeyboardInterrupt:
            stopped = queue.stop()
            waiting = len(queue.waiting())
            raise StoppedError(
                f"stopped: {len(stopped)} running experiments were ended, {waiting} wait in DVC's "
                "queue; the same command goes on from here"
            ) from None
    reasons = {
        name: reason for name, reason in failed.items() if name in wanted and name not in finished
    }
    return {name: revision for name, revision in finished.items() if name in wanted}, reasons


def _follow(
    queue: Queue, wanted: dict[str, Configuration], head: str, jobs: int, screen: "Screen"
) -> tuple[dict[str, str], dict[str, str]]:
    """Keep workers busy until all wanted experiments have ended; return finished and failed."""
    while True:
        for name in queue.mend() if screen.due(MEND_EVERY) else ():
            if name in wanted and name not in finished_experiments(head):
                screen.say(f"{name}: its worker has gone, it is queued again")
                queue.put(name, wanted[name].settings)
        finished, failed = finished_experiments(head), queue.failed()
        if all(name in finished or name in failed for name in wanted):
            screen.show({}, finished, failed)
            return finished, failed
        if queue.waiting():
            queue.start_workers(jobs)
        running = {name: entry for name, entry in queue.running().items() if name in wanted}
        screen.show(
            {name: queue.progress(entry) for name, entry in running.items()}, finished, failed
        )
        time.sleep(LOOK_EVERY)


def _queue_missing(queue: Queue, wanted: dict[str, Configuration], known: set[str]) -> list[str]:
    """Queue the experiments neither finished, waiting nor running; return the names.

    Earlier failures are tried again.
    """
    failed = queue.failed()
    there = known | set(queue.waiting()) | set(queue.running())
    missing = [name for name in wanted if name not in there]
    with _uninterrupted():
        for name in missing:
            if name in failed:
                queue.forget(name)
            queue.put(name, wanted[name].settings)
    return missing


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Delay Ctrl-C: while queueing, DVC rewrites the workspace and must restore it."""
    pressed = []
    before = signal.signal(signal.SIGINT, lambda *_: pressed.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt


class Screen:
    """A line for every running experiment, with the time left.

    Without a terminal, a line is printed now and then.
    """

    def __init__(self, stack: ExitStack, wanted: dict[str, Configuration], known: set[str]) -> None:
        self.wanted = wanted
        self.told = differing(list(wanted.values()))
        self.known = known
        self.begun = time.monotonic()
        self.last: dict[float, float] = {}
        self.reported: set[str] = set(known)
        console = Console(stderr=True)
        self.live = (
            stack.enter_context(Live(console=console, auto_refresh=False))
            if console.is_terminal
            else None
        )

    def due(self, seconds: float) -> bool:
        """Return True if `seconds` have passed since the last True for the same `seconds`."""
        now = time.monotonic()
        if now - self.last.get(seconds, self.begun) < seconds:
            return False
        self.last[seconds] = now
        return True

    def say(self, line: str) -> None:
        """Print a permanent line."""
        if self.live is not None:
            self.live.console.print(Text(visible(without_secrets(line))))
        else:
            print(visible(without_secrets(line)), file=sys.stderr, flush=True)

    def show(
        self, running: dict[str, Any], finished: dict[str, str], failed: dict[str, str]
    ) -> None:
        """Report newly ended experiments, and the progress of the `running` experiments."""
        ended = {name for name in self.wanted if name in finished or name in failed}
        for name in sorted(ended - self.reported):
            self.reported.add(name)
            told = self.wanted[name].told(self.told)
            if name in finished:
                self.say(f"{name}  {told}: hit@10 {scores_at(finished[name])['hit@10'].value:.4f}")
            else:
                self.say(f"{name}  {told}: failed: {failed[name]}")
        lines = [
            f"{name}  {self.wanted[name].told(self.told)}: {at.stage}"
            + (f" {at.share:.0%}" if at.share else "")
            for name, at in running.items()
        ]
        left = self._left(running, ended) if len(ended) < len(self.wanted) else ""
        total = f"{len(ended)} of {len(self.wanted)} done{left}"
        if self.live is not None:
            self.live.update(Text(visible("\n".join([*lines, total]), keep="\n")), refresh=True)
        elif self.due(TELL_EVERY):
            self.say("; ".join([total, *lines]))

    def _left(self, running: dict[str, Any], ended: set[str]) -> str:
        """Return the time left at the pace so far, empty before any progress."""
        cost = {name: each.cost for name, each in self.wanted.items() if name not in self.known}
        done = sum(cost[name] for name in ended if name in cost)
        done += sum(
            cost[name] * at.share
            for name, at in running.items()
            if name in cost and name not in ended
        )
        if not done:
            return ""
        seconds = (time.monotonic() - self.begun) * max(0.0, sum(cost.values()) / done - 1)
        minutes, seconds = divmod(round(seconds), 60)
        return f", about {minutes:.0f} min {seconds:02.0f} s left"
