"""Somebody who has DVC and none of this project's code."""

from pathlib import Path

import pytest

from tests.conftest import Project


@pytest.fixture
def consumer(tmp_path: Path) -> Project:
    (tmp_path / "consumer").mkdir()
    return Project(tmp_path / "consumer")
