"""`python -m workflow.environment`: mend .venv in a folder whose name other programs misread.

`make setup` runs it after every installation. Otherwise DVC's queue fails in such a folder:
- pip and venv write the folder's name between double quotes into scripts and do not escape the
  characters special to a shell; DVC runs queued experiments through its script.
- DVC writes the folder's name into a configuration file in ASCII only.
"""

import shlex
import sysconfig
from pathlib import Path

MISREAD = '"\\$`'
"""Characters with a special meaning to a shell between double quotes."""
BEGINNING = "#!/bin/sh\n'''exec' \""
"""The start of a pip script whose Python has a blank in its path: code for sh, a string for Python.
"""
MENDED = """\
#!/bin/sh
'''exec' "$(dirname -- "$(readlink -f -- "$0")")/python" "$0" "$@"
"""
"""The same start, with the Python that lies beside the script."""
UTF8 = """\
import configobj, functools; configobj.ConfigObj.__init__ = \
functools.partialmethod(configobj.ConfigObj.__init__, default_encoding="utf-8")
"""
"""A line that Python runs at its start, so that DVC writes its configuration files in UTF-8."""


def mend_scripts(folder: Path) -> list[str]:
    """Mend the scripts in `folder`, the bin/ of an environment; return the names of mended ones."""
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
    """Return the `activate` script with the folder quoted, as newer versions of Python do."""
    own = f"VIRTUAL_ENV={shlex.quote(str(folder.resolve().parent))}"
    lines = text.split("\n")
    return "\n".join(own if line.startswith('VIRTUAL_ENV="/') else line for line in lines)


def write_utf8(packages: Path) -> bool:
    """Have DVC write UTF-8 if the path of `packages` is not ASCII; return True if so.

    `packages`: the folder of the environment's packages.
    """
    if str(packages.resolve()).isascii():
        return False
    (packages / "configobj_utf8.pth").write_text(UTF8, encoding="utf-8")
    return True


if __name__ == "__main__":
    mend_scripts(Path(".venv/bin"))
    write_utf8(Path(sysconfig.get_path("purelib")))
