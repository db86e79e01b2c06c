"""Names of files that a shell, DVC or its overrides might heed, through the real DVC."""

import re
import shlex
from pathlib import Path

from tests.conftest import ROOT, Project

NAMES = ("x$(touch PWNED).csv", """it's "mine", é $ap 100% (1).csv""", "of ${dataset}.csv")
CARD = (ROOT / "data/sources/local/README.md").read_text("utf-8")


def place(project: Project, name: str) -> bytes:
    """Put a file with plays of its own into data/incoming; return its content."""
    content = f"playlist,track\nfirst,{name.encode().hex()}\nfirst,another\n".encode()
    (project.folder / "data/incoming" / name).write_bytes(content)
    return content


def copied(project: Project) -> bytes:
    return (project.folder / "data/raw/playlists.csv").read_bytes()


def was_executed(project: Project) -> bool:
    return any(project.folder.rglob("PWNED"))


def test_any_file_name_in_params_yaml_is_read_as_it_is(project: Project) -> None:
    for name in NAMES:
        content = place(project, name)
        params = project.params() | {"dataset": "local"}
        params["local"]["file"] = f"data/incoming/{name}"
        project.write_params(params)
        said = project.dvc("repro", "source").stdout
        assert f"bytes in data/incoming/{name} copied to data/raw" in said
        assert copied(project) == content, name
    assert not was_executed(project)


def test_a_file_beside_params_yaml_may_begin_with_a_hyphen(project: Project) -> None:
    params = project.params() | {"dataset": "local"}
    params["local"]["file"] = "-n.csv"
    project.write_params(params)
    place(project, "-n.csv")
    (project.folder / "data/incoming/-n.csv").rename(project.folder / "-n.csv")
    assert "bytes in -n.csv copied" in project.dvc("repro", "ingest").stdout
    tracks = (project.folder / "data/canonical/tracks.tsv").read_text("utf-8")
    assert [line.split("\t")[0] for line in tracks.splitlines()[1:]] == ["2d6e2e637376", "another"]


def quoted(value: str) -> str:
    """Return a value for `-S` as the card says: in double quotes, inner ones with a backslash."""
    return '"' + value.replace('"', '\\"') + '"'


def test_overrides_take_any_name_in_double_quotes(project: Project) -> None:
    for name in ("x`$(touch PWNED)`;.csv", """it's \\ "mine", é, a=(1) {b}.csv"""):
        content = place(project, name)
        override = f"local.file={quoted(f'data/incoming/{name}')}"
        project.dvc("exp", "run", "source", "-S", "dataset=local", "-S", override)
        assert project.params()["local"]["file"] == f"data/incoming/{name}"
        assert copied(project) == content, name
    assert not was_executed(project)


def test_the_lines_of_the_card_are_right_in_a_shell(project: Project) -> None:
    lines = re.findall(r"^    (dvc exp run .* -S .*local\.file=\\?\".*)$", CARD, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        override = shlex.split(line)[-1]
        path = override.removeprefix("local.file=").strip('"')
        content = place(project, Path(path).name)
        project.run("sh", "-c", line.replace("dvc exp run", "dvc exp run source"))
        assert copied(project) == content
    assert not was_executed(project)
