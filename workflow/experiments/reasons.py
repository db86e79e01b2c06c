"""The reason of a failed run, taken from the output."""

import re
from pathlib import Path

REASON = re.compile(r"^(?:ERROR: |(?!Running |Stage |Updating |Use |To )[a-z]+: (?!warning: ))(.*)")
NO_REASON = "it printed nothing"


def reason_in(log: str) -> str:
    """Return the reason of a failed run: the stage's last error, else DVC's, else the last line."""
    lines = [line.rpartition("\r")[2] for line in log.splitlines()]
    reasons = [line for line in lines if REASON.match(line)]
    own = [line for line in reasons if not line.startswith("ERROR: ")]
    said = [line.strip() for line in lines if line.strip()]
    return (own or reasons or said or [NO_REASON])[-1].removeprefix("ERROR: ")


def reason_of_workers(folder: Path) -> str:
    """Return the last error in the logs of DVC's workers, for a run without output.

    `folder`: the folder of the queue.
    """
    logs = sorted(folder.glob("*.out"), key=lambda path: path.stat().st_mtime_ns)
    lines = [
        line.strip()
        for path in logs
        for line in path.read_text("utf-8", errors="replace").splitlines()
    ]
    # A traceback ends with the kind and the text of the error.
    errors = [line for line in lines if re.match(r"[\w.]*(?:Error|Exception|Interrupt)\b", line)]
    return (
        f"DVC's worker said: {errors[-1]}"
        if errors
        else f"{NO_REASON}; DVC's workers: {folder}/*.out"
    )
