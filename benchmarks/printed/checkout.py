"""A clone of the last commit for running the commands of pages."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import ROOT
from benchmarks.printed.blocks import renewed

README = "README.md"
CHAIN = "dvc repro --quiet dvc.yaml final/dvc.yaml"
LISTS, NUMBER = "data/incoming/lists", "1000"
"""Playlist files that stand for a reader's own in the pages, and their number."""


class Checkout:
    """A clone in a folder; its environment is that of the running Python."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        home = Path(sys.executable).parent
        self.environment = os.environ | {
            "PATH": f"{home}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(folder),
            "DVC_NO_ANALYTICS": "1",
            "COLUMNS": "100",
            "NO_COLOR": "1",
        }
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        self.shell("git checkout --quiet -B main")
        self.shell("git config user.name Reader && git config user.email reader@example.org")

    def shell(self, command: str) -> str:
        """Return the output of a command. Raises SystemExit if the command fails."""
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{command}: exit code {done.returncode}\n{done.stdout}")
        return done.stdout

    def python(self, sources: list[str]) -> list[str]:
        """Return the outputs of the sources, run in order in one process."""
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.printed.session"],
            cwd=self.folder,
            env=self.environment,
            input=json.dumps(sources),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        outputs: list[str] = json.loads(done.stdout)
        return outputs

    def renewed(self, page: str, text: str) -> str:
        """Return a page after a run of its blocks in the committed state of the clone.

        The chain has run before the blocks of all pages except README.md, which shows the first
        run.
        """
        self.shell("git reset --quiet --hard")
        self.shell("dvc exp remove --quiet --all-commits || true")
        if page != README:
            self.shell(CHAIN)
        if not (self.folder / LISTS).exists():
            self.shell("dvc repro --quiet ingest")
            self.shell(f"python -m benchmarks.printed.lists {LISTS} {NUMBER}")
        return renewed(text, self.shell, self.python)
