"""DVC's queue of experiments: fill, run, follow, stop and mend.

`dvc queue status`, `dvc exp show` and editors built on both see the same queue and may be used at
the same time. The code relies on facts about DVC 3.67:
- A worker leaves when the queue has been empty for ten seconds. A worker about to leave answers no
  questions.
- A message that tells workers to leave may reach later workers of the same name.
- After a SIGKILL of a worker, DVC reports the worker's run as running for ever, and the processes
  started by the worker go on.
- `dvc queue start` passes its output streams on to the workers.
"""

import contextlib
import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil

from playlist2vec.base.errors import DataError
from workflow.experiments.grid_files import Settings
from workflow.experiments.processes import environment, kill_tree
from workflow.experiments.reasons import reason_in, reason_of_workers
from workflow.experiments.records import as_overrides

STARTING = 10.0
"""Seconds until a started worker must be visible among the processes."""
GONE = 20.0
"""Seconds without a worker after which a run in its set-up or collection counts as lost."""


@dataclass(frozen=True)
class Progress:
    """The stage of a run, and the finished share of the stage, 0 to 1; known for `train` only."""

    stage: str
    share: float


class Queue:
    """The queue of the project in the working directory, a context that closes DVC's repository."""

    def __init__(self) -> None:
        from dvc.repo import Repo

        self.repo = Repo()
        self.queue = self.repo.experiments.celery_queue
        self.unowned: dict[str, float] = {}
        # DVC names its workers after the folder of the queue.
        self.node = f"dvc-exp-{sha256(self.queue.wdir.encode()).hexdigest()[:6]}-"

    def __enter__(self) -> "Queue":
        return self

    def __exit__(self, *_: object) -> None:
        self.repo.close()

    def put(self, name: str, settings: Settings) -> None:
        """Queue the workspace with `settings` changed, as the experiment `name`.

        Raises DataError if DVC refuses.
        """
        from dvc.exceptions import DvcException
        from dvc.repo.experiments.run import run

        try:
            run(self.repo, queue=True, params=as_overrides(settings), name=name)
        except DvcException as error:
            raise DataError(
                f"{name}: DVC does not queue it: {' '.join(str(error).split())}"
            ) from error

    def waiting(self) -> list[str]:
        """Return the names of the runs not yet taken by a worker."""
        return [entry.name for entry in self.queue.iter_queued()]

    def running(self) -> dict[str, Any]:
        """Return DVC's entries of the runs taken by a worker, by name."""
        return {entry.name: entry for entry in self.queue.iter_active()}

    def failed(self) -> dict[str, str]:
        """Return the reason of every failed run, by name."""
        self._drop_broken_notes()
        return {done.entry.name: self._reason(done.entry) for done in self.queue.iter_failed()}

    def progress(self, entry: Any) -> Progress:
        """Return the progress of a running experiment."""
        log = self._log(entry)
        begun = [
            line.split("'")[1] for line in log.splitlines() if line.startswith("Running stage '")
        ]
        stage = begun[-1] if begun else "starting"
        return Progress(stage, self._trained_share(entry) if stage == "train" else 0.0)

    def start_workers(self, jobs: int) -> None:
        """Start workers until `jobs` workers run. More workers would not find more cores."""
        if len(self._workers()) >= jobs:
            return
        # The workers would inherit the streams and keep them open.
        nothing = subprocess.DEVNULL
        start = [sys.executable, "-m", "dvc", "queue", "start", "--jobs", str(jobs)]
        subprocess.run(
            start, check=True, stdin=nothing, stdout=nothing, stderr=nothing, env=environment()
        )
        # DVC would start workers again that have not reported yet.
        give_up = time.monotonic() + STARTING
        while len(self._workers()) < jobs and time.monotonic() < give_up:
            time.sleep(0.1)

    def forget(self, name: str) -> None:
        """Remove a waiting or failed run from the queue."""
        from dvc.repo.experiments.queue.remove import remove_tasks

        self._drop_broken_notes()
        done = [each.entry for each in self.queue.iter_failed()]
        entries = [entry for entry in (*self.queue.iter_queued(), *done) if entry.name == name]
        # For a run still in its stash, DVC's first call only removes it there; the second call
        # removes the task.
        for _ in range(2):
            remove_tasks(self.queue, entries)

    def mend(self) -> list[str]:
        """Remove runs without a worker, and end leftover processes; return the unfinished runs.

        To be called every few seconds: a run counts as lost only after two calls without a worker.
        """
        active = list(self.queue._iter_active_tasks())
        workers = {worker.pid for worker in self._workers()}
        now = time.monotonic()
        alone = {
            entry.stash_rev
            for result, entry in active
            if not self._is_held(result.id, entry, workers)
        }
        self.unowned = {revision: self.unowned.get(revision, now) for revision in alone}
        lost = [
            (result, entry)
            for result, entry in active
            if now - self.unowned.get(entry.stash_rev, now)
            >= (GONE if workers and not self._began(entry) else 1)
        ]
        return [entry.name for result, entry in lost if not self._end(result.id, entry)]

    def _is_held(self, task: str, entry: Any, workers: set[int]) -> bool:
        """Return True if a worker holds the run.

        The worker is the parent of the run's process. Before and after the process, the worker's
        own status decides.
        """
        if not self._began(entry):
            return any(
                each["id"] == task
                for tasks in self.queue.worker_status().values()
                for each in tasks
            )
        process = self._process(entry)
        with contextlib.suppress(psutil.Error):
            return process is not None and process.ppid() in workers
        return False

    def _began(self, entry: Any) -> bool:
        """Return True if the run's process was started and the worker has not seen the end."""
        info = self.queue.proc.get(entry.stash_rev)
        return info is not None and info.returncode is None

    def _process(self, entry: Any) -> psutil.Process | None:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self.queue.proc[entry.stash_rev].pid)
            return process if any(entry.stash_rev in part for part in process.cmdline()) else None
        return None

    def stop(self) -> list[str]:
        """End all running experiments and workers; return the names of the ended experiments.

        Waiting experiments stay in the queue.
        """
        for worker in self._workers():
            kill_tree(worker)
        active = list(self.queue._iter_active_tasks())
        return [entry.name for result, entry in active if not self._end(result.id, entry)]

    def dismiss_workers(self) -> None:
        """End the workers if nothing is left to do, and wait: a leaving worker may lose a run."""
        if not self.waiting() and not self.running():
            workers = self._workers()
            for worker in workers:
                with contextlib.suppress(psutil.Error):
                    worker.terminate()
            psutil.wait_procs(workers, timeout=STARTING)

    def _workers(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                words = process.cmdline()
                if "queue-worker" in words and any(word.startswith(self.node) for word in words):
                    found.append(process)
        return found

    def _end(self, task: str, entry: Any) -> bool:
        """End a run without a worker; return True if the run had finished.

        The result of a finished run is kept, as a worker would have done.
        """
        from dvc.repo.experiments.executor.local import TempDirExecutor
        from dvc.scm import InvalidRemoteSCMRepo
        from scmrepo.exceptions import SCMError

        if self._began(entry):
            process = self._process(entry)
            if process is not None:
                kill_tree(process)
            info = self.queue.proc[entry.stash_rev]
            info.returncode = -1
            self.queue.proc[entry.stash_rev] = info
        self._drop_broken_notes()
        self.queue.celery.backend.mark_as_failure(task, None)
        folder, finished = self._folder(entry), False
        if folder is not None:
            info = self.queue._load_info(entry.stash_rev)
            if info.result is not None and info.result.ref_info is not None:
                # A worker collects the result, then removes the folder. It may have been killed
                # before, during or after the removal.
                with contextlib.suppress(InvalidRemoteSCMRepo, SCMError):
                    self.queue.collect_executor(
                        self.repo.experiments, TempDirExecutor.from_info(info), info.result
                    )
                finished = self.repo.scm.get_ref(str(info.result.ref_info)) is not None
            shutil.rmtree(folder, ignore_errors=True)
        if not finished:
            self.forget(entry.name)
        return finished

    def _drop_broken_notes(self) -> None:
        """Remove half-written notes on runs of killed processes, since one blocks DVC."""
        broken = [
            path for path in Path(self.repo.tmp_dir).glob("exps/run/*/*.run") if not _is_json(path)
        ]
        if broken:
            time.sleep(0.5)  # an active run may be writing its note
        for path in broken:
            if not _is_json(path):
                path.unlink(missing_ok=True)

    def _folder(self, entry: Any) -> Path | None:
        """Return the folder of a running experiment, below DVC's own; None if there is none yet."""
        try:
            text = Path(self.queue.get_infofile_path(entry.stash_rev)).read_text("utf-8")
            folder = Path(json.loads(text)["root_dir"])
        except (OSError, ValueError, KeyError):
            return None
        return folder if Path(self.repo.tmp_dir) in folder.parents else None

    def _trained_share(self, entry: Any) -> float:
        folder = self._folder(entry)
        if folder is None:
            return 0.0
        import yaml

        try:
            epochs = yaml.safe_load((folder / "params.yaml").read_text("utf-8"))["train"]["epochs"]
            done = (
                json.loads((folder / "metrics/training/metrics.json").read_text("utf-8"))["step"]
                + 1
            )
            return float(min(1.0, done / float(epochs)))
        except (OSError, ValueError, KeyError, TypeError):
            return 0.0

    def _log(self, entry: Any) -> str:
        info = self.queue.proc.get(entry.stash_rev)
        if info is None:
            return ""
        with contextlib.suppress(OSError):
            return Path(info.stdout).read_text("utf-8", errors="replace")
        return ""

    def _reason(self, entry: Any) -> str:
        log = self._log(entry)
        return reason_in(log) if log.strip() else reason_of_workers(Path(self.queue.wdir))


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except FileNotFoundError:
        return True
    except ValueError:
        return False
    return True
