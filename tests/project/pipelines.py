"""The pipelines below pipelines/, as their dvc.yaml files have them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from tests.conftest import ROOT


@dataclass(frozen=True)
class Pipeline:
    """A pipeline by its name, which its stages, files and folders begin with."""

    name: str

    @property
    def params(self) -> str:
        """Its parameters."""
        return f"pipelines/{self.name}/params.yaml"

    @cached_property
    def whole(self) -> dict[str, Any]:
        """Its stages as they are written, those of the test, if it has one, last."""
        files = [ROOT / f"pipelines/{self.name}/{file}" for file in ("dvc.yaml", "final/dvc.yaml")]
        read = [yaml.safe_load(file.read_text("utf-8"))["stages"] for file in files if file.is_file()]
        return {name: stage for stages in read for name, stage in stages.items()}

    @cached_property
    def stages(self) -> dict[str, dict[str, Any]]:
        """Its stages; one that there is for each of several items stands for all of them."""
        return {name: stage.get("do", stage) for name, stage in self.whole.items()}

    def module_of(self, stage: str) -> str:
        """The module of a stage."""
        return f"stages.{self.name}.{stage.removeprefix(f'{self.name}_')}"

    def file_of(self, stage: str) -> str:
        """The file of that module."""
        return self.module_of(stage).replace(".", "/") + ".py"


AUDIO, SOUNDCLOUD, TWO_TOWER = Pipeline("audio"), Pipeline("soundcloud"), Pipeline("two_tower")
ALL = (AUDIO, SOUNDCLOUD, TWO_TOWER)
EVERY_STAGE = [(pipeline, stage) for pipeline in ALL for stage in pipeline.stages]
