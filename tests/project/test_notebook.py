"""The notebook runs from its first cell to its last, and shows what is printed in it."""

import ast
import importlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.builders.params import all_params
from tests.conftest import ROOT, make_project, needed_package

NOTEBOOK = "docs/course.ipynb"


def shown(notebook: dict[str, Any]) -> list[Any]:
    """The text of every output; the cell that asks Deezer depends on the network."""
    cells = [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and "Deezer" not in "".join(cell["source"])
    ]
    return [
        "".join(
            output.get("data", {}).get("text/plain", output.get("text", output.get("evalue", "")))
        )
        for cell in cells
        for output in cell["outputs"]
    ]


def test_the_notebook_has_about_twenty_cells_and_no_path_of_a_machine() -> None:
    text = (ROOT / NOTEBOOK).read_text("utf-8")
    assert 18 <= len(json.loads(text)["cells"]) <= 24
    assert "/home/" not in text
    assert str(ROOT) not in text


def python_in(path: Path) -> list[str]:
    """The Python code of a notebook's cells, or of a page's blocks."""
    text = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        return [
            "".join(cell["source"])
            for cell in json.loads(text)["cells"]
            if cell["cell_type"] == "code"
        ]
    return re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_what_the_notebook_and_the_pages_import_is_there() -> None:
    pages = [
        ROOT / "README.md",
        *sorted((ROOT / "docs").glob("*.md")),
        *sorted((ROOT / "docs").glob("*.ipynb")),
    ]
    found = 0
    for code in (block for page in pages for block in python_in(page)):
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("playlist2vec"):
                module = importlib.import_module(str(node.module))
                assert [
                    alias.name for alias in node.names if not hasattr(module, alias.name)
                ] == [], node.module
                found += 1
    assert found >= 15


@pytest.mark.thorough
def test_the_notebook_shows_what_it_says(tmp_path: Path) -> None:
    for package in ("nbclient", "nbformat", "ipykernel"):
        needed_package(package)
    import nbformat
    from nbclient import NotebookClient

    project = make_project(tmp_path / "project")
    project.write_params(all_params())
    shutil.copy(ROOT / NOTEBOOK, project.folder / "docs")
    project.git("commit", "--quiet", "--all", "--message", "as committed")
    project.dvc("repro")
    notebook = nbformat.read(project.folder / NOTEBOOK, as_version=4)
    committed = shown(notebook)
    resources = {"metadata": {"path": str(project.folder / "docs")}}
    NotebookClient(notebook, timeout=600, resources=resources).execute()
    assert shown(notebook) == committed
    assert len(committed) >= 10
