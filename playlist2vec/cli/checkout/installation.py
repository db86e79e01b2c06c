"""Checks of an installation: Python, packages and extras of this project, and programs."""

import platform
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import playlist2vec
from playlist2vec.cli.checkout.checks import Check
from playlist2vec.recommend.player import PLAYERS

OLDEST, NEWEST = (3, 11), (3, 13)
"""Supported versions of Python, as in pyproject.toml."""
SHOWN = ("dvc", "numpy", "gensim")
"""Packages that are always reported; further packages are reported only if missing."""
EXTRAS = {
    "audio": "pipelines/audio: `make audio`, `playlist2vec add`, --cold",
    "two-tower": "pipelines/two_tower: `make two-tower`, `playlist2vec listen`",
    "soundcloud": "pipelines/soundcloud and `playlist2vec scrape`",
    "serve": "`playlist2vec serve`",
    "blocks": "train.trainer = blocks: training on every core",
    "docs": "`make docs`: the pages as a site",
    "dask": "engine.name = dask, and grids on a cluster",
    "listenbrainz": "ListenBrainz' spark dumps, which hold Parquet",
    "notebook": "docs/course.ipynb",
    "ssh": "sharing by SSH",
    "s3": "sharing by S3",
    "gs": "sharing by Google Cloud Storage",
    "azure": "sharing by Azure",
    "dev": "`make lint`, `make test`",
}
"""Extras of pyproject.toml by purpose."""
PROGRAMS = {
    ("git",): "experiments, `compare`, `make share`, models of other repositories",
    ("make",): "`make repro` and the other targets; `make help` lists them",
    tuple(player.name for player in PLAYERS): "`playlist2vec radio` aloud",
    ("sshd",): "`make test-all`: sharing by SSH is tried with it",
    ("chromium", "chromium-browser", "google-chrome"): "`make test-all`: pages are tried in it",
}
"""Alternative names of programs, and the purpose of a program."""
NEEDED_IN_CHECKOUT = ("git", "make")
APT = {"sshd": "openssh-server"}
"""Debian packages with a different name than the program."""


def check_installation(*, checkout: bool) -> Iterator[Check]:
    """Yield the checks of an installation. `checkout`: True if stages are run as well."""
    yield _python()
    yield Check(
        "Python", "playlist2vec", f"{playlist2vec.__version__} in {_place()}", "this command"
    )
    wanted = required()
    yield from _packages(wanted.get("", []), checkout=checkout)
    yield from _extras(wanted, checkout=checkout)
    for names, use in PROGRAMS.items():
        yield _program(names, use, needed=checkout and names[0] in NEEDED_IN_CHECKOUT)


def required() -> dict[str, list[str]]:
    """Return the packages required by this project, by extra; an empty text for "always".

    Read from the installed metadata, or else from the pyproject.toml beside the library; empty if
    neither is there.
    """
    try:
        lines = requires("playlist2vec") or []
    except PackageNotFoundError:
        lines = _of_checkout()
    found: dict[str, list[str]] = {}
    for line in lines:
        extra = re.search(r"""extra == ['"]([\w.-]+)['"]""", line)
        # DVC's extras for storage are separate packages: dvc[ssh] needs dvc-ssh.
        if name := re.match(r"([\w.-]+)(?:\[(\w+)\])?", line):
            package = f"dvc-{name[2]}" if name[1] == "dvc" and name[2] else name[1]
            found.setdefault(extra[1] if extra else "", []).append(package)
    return found


def _of_checkout() -> list[str]:
    """Return the requirements of the pyproject.toml beside the library in the form of metadata."""
    try:
        text = (Path(playlist2vec.__file__).parent.parent / "pyproject.toml").read_text("utf-8")
        project = tomllib.loads(text)["project"]
    except (OSError, ValueError, KeyError):
        return []
    extras = project.get("optional-dependencies", {})
    optional = [f"{line}; extra == '{name}'" for name, lines in extras.items() for line in lines]
    return [*project.get("dependencies", []), *optional]


def _place() -> str:
    return str(Path(playlist2vec.__file__).parent.parent)


def _python() -> Check:
    found = platform.python_version()
    right = OLDEST <= sys.version_info[:2] <= NEWEST
    oldest, newest = (".".join(map(str, each)) for each in (OLDEST, NEWEST))
    use = f"all commands; {oldest} to {newest}"
    if right:
        return Check("Python", "Python", f"{found} ({sys.executable})", use, needed=True)
    advice = f"Python {found} is here: install another, then make PYTHON=python{newest} setup"
    return Check("Python", "Python", "", use, advice, needed=True)


def _packages(names: list[str], *, checkout: bool) -> Iterator[Check]:
    """Yield checks of packages that are always needed: those of SHOWN, and missing packages."""
    advice = "make setup" if checkout else "pip install --force-reinstall playlist2vec"
    found = {name: _version(name) for name in [*SHOWN, *names]}
    for name, installed in found.items():
        if name in SHOWN or not installed:
            yield Check(
                "Python", name, installed, "all commands", "" if installed else advice, needed=True
            )
    there = sum(map(bool, found.values()))
    if names:
        yield Check("Python", "packages", f"{there} of {len(found)}", "all commands")


def _extras(wanted: dict[str, list[str]], *, checkout: bool) -> Iterator[Check]:
    """Yield checks of the extras; an extra is found if all packages are installed."""
    for extra, use in EXTRAS.items():
        names = wanted.get(extra, [])
        if not names:
            continue
        lacking = [name for name in names if not _version(name)]
        how = f"make setup EXTRAS={extra}" if checkout else f"pip install 'playlist2vec[{extra}]'"
        if lacking:
            yield Check("Extras", extra, "", use, f"{how}  (lacks {', '.join(lacking)})")
        else:
            yield Check("Extras", extra, _versions(names), use)


def _versions(names: list[str]) -> str:
    """Return packages with their versions: the first three, and the number of the rest."""
    first = ", ".join(f"{name} {_version(name)}" for name in names[:3])
    return first + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _program(names: tuple[str, ...], use: str, *, needed: bool) -> Check:
    """Return the check of a program: the first installed alternative."""
    # Folders of servers are not on the PATH of every user.
    more = ":/usr/sbin:/usr/local/sbin"
    paths = [
        path for name in names if (path := shutil.which(name) or shutil.which(name, path=more))
    ]
    package = APT.get(names[0], names[0])
    advice = "" if paths else f"sudo apt-get install {package}, or as your system installs programs"
    label = " or ".join(names[:2]) if not paths else Path(paths[0]).name
    return Check("Programs", label, paths[0] if paths else "", use, advice, needed)
