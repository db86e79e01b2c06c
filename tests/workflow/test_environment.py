"""Environments in folders whose names a shell, or DVC, misreads."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from workflow.environment import mend_scripts, write_utf8

CODE = "# -*- coding: utf-8 -*-\nimport sys\nprint(sys.argv[1:], sys.executable)\n"


def environment(folder: Path) -> Path:
    """An environment's bin/ with a script as pip writes it there."""
    venv.create(folder / ".venv", symlinks=True, with_pip=False)
    programs = folder / ".venv/bin"
    start = f"#!/bin/sh\n'''exec' \"{programs}/python\" \"$0\" \"$@\"\n' '''\n"
    (programs / "tool").write_text(start + CODE, encoding="utf-8")
    (programs / "tool").chmod(0o755)
    return programs


def said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout or done.stderr


@pytest.mark.parametrize("name", ['my "lists" é', "it's $HOME `x` \\"])
def test_scripts_run_where_a_shell_misreads_the_folder(tmp_path: Path, name: str) -> None:
    programs = environment(tmp_path / name)
    tool = programs / "tool"
    assert "['a b', '']" not in said(str(tool), "a b", "")
    assert set(mend_scripts(programs)) >= {"tool"}
    expected = f"['a b', ''] {programs}/python\n"
    assert said(str(tool), "a b", "") == expected
    (tmp_path / "link").symlink_to(tool)
    assert said(str(tmp_path / "link"), "a b", "") == expected
    assert said("bash", "-c", '. "$0"/activate && tool "a b" ""', str(programs)) == expected
    assert said(sys.executable, str(tool)).startswith("[] ")
    assert tool.stat().st_mode & 0o111
    assert mend_scripts(programs) == []


def test_scripts_elsewhere_stay_as_they_are(tmp_path: Path) -> None:
    programs = environment(tmp_path / "my lists é")
    before = {path.name: path.read_bytes() for path in programs.iterdir()}
    assert mend_scripts(programs) == []
    assert {path.name: path.read_bytes() for path in programs.iterdir()} == before
    assert said(str(programs / "tool")).startswith("[] ")


def test_programs_that_are_no_text_are_left_alone(tmp_path: Path) -> None:
    programs = tmp_path / 'a"b'
    programs.mkdir()
    (programs / "ruff").write_bytes(bytes(range(256)))
    (programs / "folder").mkdir()
    assert mend_scripts(programs) == []
    assert (programs / "ruff").read_bytes() == bytes(range(256))


def test_configuration_is_written_in_utf8_where_the_folder_needs_it(tmp_path: Path) -> None:
    def written(name: str) -> str:
        packages = tmp_path / name
        packages.mkdir()
        assert write_utf8(packages) == (name == "é")
        code = (
            f"import io, site, sys; sys.path.append({sysconfig.get_path('purelib')!r})\n"
            f"site.addsitedir({str(packages)!r})\n"
            "from configobj import ConfigObj\n"
            "file = io.BytesIO(); ConfigObj({'cache': {'dir': 'é'}}, "
            "list_values=False).write(file)\n"
            "print(file.getvalue().decode())"
        )
        return said(sys.executable, "-S", "-c", code)

    assert written("é").split() == ["[cache]", "dir", "=", "é"]
    assert "UnicodeEncodeError" in written("e")
