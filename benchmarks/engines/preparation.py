"""The stages from ingest to split, run in this process with a candidate as engine."""

import importlib
import os
import time
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from benchmarks.commands import stage_arguments
from benchmarks.engines.candidates import started
from benchmarks.measuring import ROOT

STAGES = ("ingest", "filter", "vocabulary", "split")


def prepare(candidate: str, workers: int, slices: Path, folder: Path) -> dict[str, Any]:
    """Run the stages in this process with the candidate as engine; return the cost."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text("utf-8"))
    params |= {"dataset": "spotify_mpd"}
    params["spotify_mpd"]["slices"] = str(slices.resolve())
    os.chdir(folder)
    Path("params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    Path("data").mkdir()
    Path("data/sources").symlink_to(ROOT / "data/sources")
    modules: dict[str, Any] = {
        name: importlib.import_module(f"stages.{name}") for name in ("source", *STAGES)
    }
    modules["source"].main(*stage_arguments("source", params))
    begun, seconds = time.monotonic(), {}
    with started(candidate, workers, folder) as engine:
        startup = time.monotonic() - begun
        for name in STAGES:
            modules[name].open_engine = lambda _: nullcontext(engine)
            begun = time.monotonic()
            modules[name].main(*stage_arguments(name, params))
            seconds[name] = round(time.monotonic() - begun, 2)
    digest = sha256()
    outputs = [
        path
        for top in ("canonical", "filtered", "vocabulary", "split")
        for path in Path("data", top).iterdir()
    ]
    for path in sorted(outputs):
        digest.update(str(path).encode() + sha256(path.read_bytes()).digest())
    return {"startup": round(startup, 2), "seconds": seconds, "digest": digest.hexdigest()[:12]}
