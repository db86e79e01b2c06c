"""The files by which shells complete the command, loaded by these shells."""

import subprocess
from pathlib import Path

import pytest

from playlist2vec.cli.completion import SHELLS, script_for
from tests.conftest import needed

BASH = """\
source {file}
COMP_WORDS=(playlist2vec {words}); COMP_CWORD={place}
_shtab_playlist2vec
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def completed(tmp_path: Path, *words: str) -> list[str]:
    """What bash offers in place of the last word."""
    file = tmp_path / "completion"
    file.write_text(script_for("bash"), encoding="utf-8")
    script = BASH.format(
        file=file, words=" ".join(word or "''" for word in words), place=len(words)
    )
    done = subprocess.run(
        [needed("bash"), "--norc", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_commands_options_and_values(tmp_path: Path) -> None:
    assert completed(tmp_path, "su") == ["submit", "suggest-params"]
    assert completed(tmp_path, "find", "--fo") == ["--format"]
    similarities = ["cosine", "euclidean", "dot", "log_odds", "log_odds_symmetric"]
    assert completed(tmp_path, "next", "--similarity", "") == similarities
    assert completed(tmp_path, "completion", "") == list(SHELLS)
    assert completed(tmp_path, "radio", "--add") == []


def test_bash_completes_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "list.m3u").touch()
    (tmp_path / "lists").mkdir()
    assert sorted(completed(tmp_path, "complete", "li")) == ["list.m3u", "lists"]
    assert sorted(completed(tmp_path, "find", "--output", "li")) == ["list.m3u", "lists"]
    assert completed(tmp_path, "find", "--from", "li") == ["lists"]


@pytest.mark.thorough
@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_can_read_its_file(shell: str, tmp_path: Path) -> None:
    file = tmp_path / "completion"
    file.write_text(script_for(shell), encoding="utf-8")
    subprocess.run([needed(shell), "-n", str(file)], check=True)


@pytest.mark.thorough
def test_fish_completes(tmp_path: Path) -> None:
    file = tmp_path / "completion"
    file.write_text(script_for("fish"), encoding="utf-8")
    ask = f"source {file}; complete --do-complete 'playlist2vec su'"
    done = subprocess.run([needed("fish"), "-c", ask], capture_output=True, text=True, check=True)
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == [
        "submit",
        "suggest-params",
    ]
