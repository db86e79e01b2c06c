"""Commands of stages, taken from dvc.yaml."""

import re
import shlex
from typing import Any

import yaml

from benchmarks.measuring import ROOT


def stage_arguments(name: str, params: dict[str, Any]) -> list[str]:
    """Return the words after `python -m stages.NAME` in a stage's `cmd`, filled in as DVC does."""
    command = yaml.safe_load((ROOT / "dvc.yaml").read_text("utf-8"))["stages"][name]["cmd"]
    return shlex.split(filled_in(command, params))[3:]


def filled_in(text: str, params: dict[str, Any]) -> str:
    """Return a text with every `${section.key}` replaced by the value in `params`."""

    def value(match: re.Match[str]) -> str:
        found: Any = params
        for key in match[1].split("."):
            found = found[key]
        return str(found)

    return re.sub(r"\$\{([\w.]+)\}", value, text)
