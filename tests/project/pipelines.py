"""The pipelines below pipelines/, as their dvc.yaml files have them."""

from dataclasses import dataclass, fields
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import SectionClass
from tests.conftest import ROOT


@dataclass(frozen=True)
class Pipeline:
    """A pipeline by its name, which its stages, files and folders begin with.

    `section`: the one that its parameters are in.
    """

    name: str
    section: str

    @property
    def params(self) -> str:
        """Its parameters."""
        return f"pipelines/{self.name}/params.yaml"

    @cached_property
    def whole(self) -> dict[str, Any]:
        """Its stages as they are written, those of the test, if it has one, last."""
        files = [ROOT / f"pipelines/{self.name}/{file}" for file in ("dvc.yaml", "final/dvc.yaml")]
        read = [
            yaml.safe_load(file.read_text("utf-8"))["stages"] for file in files if file.is_file()
        ]
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

    @property
    def check(self) -> Any:
        """The module of the stage that checks its parameters."""
        return import_module(f"stages.{self.name}.check")

    def names_of(self, section: type[SectionClass]) -> set[str]:
        """A section, or the keys of one that has sections in it."""
        keys = {f"{self.section}.{each.name}" for each in fields(cast(Any, section))}
        return keys if self.section == section.SECTION else {section.SECTION}

    def refusal(self, folder: Path, old: str, new: str) -> str:
        """Return the error where a line of the parameters begins with `new` instead of `old`."""
        text = (ROOT / self.params).read_text("utf-8")
        assert text.count(f"\n{old}") == 1
        (folder / "params.yaml").write_text(text.replace(f"\n{old}", f"\n{new}"), "utf-8")
        with pytest.raises(DataError) as refused:
            self.check.main(str(folder / "params.yaml"), str(folder / "passed"))
        assert not (folder / "passed").exists()
        return str(refused.value)


AUDIO, TWO_TOWER = Pipeline("audio", "audio"), Pipeline("two_tower", "two_tower")
SOUNDCLOUD = Pipeline("soundcloud", "soundcloud_set")
ALL = (AUDIO, SOUNDCLOUD, TWO_TOWER)
EVERY_STAGE = [(pipeline, stage) for pipeline in ALL for stage in pipeline.stages]
