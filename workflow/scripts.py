"""`python -m workflow.scripts`: mend the scripts of .venv in a folder whose name a shell misreads.

pip and venv write the folder's name between double quotes into scripts, and do not escape what a
shell reads there. DVC runs queued experiments through its script, so without this they would fail.
`make setup` does it after each installation.
"""

import shlex
from pathlib import Path

MISREAD = '"\\$`'
"""What a shell takes for something else between double quotes."""
BEGINNING = "#!/bin/sh\n'''exec' \""
"""How pip begins a script whose Python has a blank in its path: for sh, and a string for Python."""
MENDED = """\
#!/bin/sh
'''exec' "$(dirname -- "$(readlink -f -- "$0")")/python" "$0" "$@"
"""
"""The same, with the Python that lies beside the script."""


def mend(folder: Path) -> list[str]:
    """Return the names of the scripts that were mended in `folder`, an environment's bin/."""
    if not any(sign in str(folder.resolve()) for sign in MISREAD):
        return []
    mended = []
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        better = _activation(text, folder) if path.name == "activate" else _script(text)
        if better != text:
            path.write_bytes(better.encode("utf-8", "surrogateescape"))
            mended.append(path.name)
    return mended


def _script(text: str) -> str:
    if not text.startswith(BEGINNING):
        return text
    return MENDED + text.split("\n", 2)[2]


def _activation(text: str, folder: Path) -> str:
    """Return the script that is sourced; newer versions of Python write it well themselves."""
    own = f"VIRTUAL_ENV={shlex.quote(str(folder.resolve().parent))}"
    lines = text.split("\n")
    return "\n".join(own if line.startswith('VIRTUAL_ENV="/') else line for line in lines)


if __name__ == "__main__":
    mend(Path(".venv/bin"))
