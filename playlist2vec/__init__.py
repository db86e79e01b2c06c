"""Song embeddings from playlists: pure functions and small types; every module says what it holds."""

from typing import TYPE_CHECKING

__version__: str

if not TYPE_CHECKING:  # a type checker would take every wrong name for a str

    def __getattr__(name: str) -> str:
        """Look the version up only when it is asked for: whoever does not ask starts faster."""
        if name != "__version__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("playlist2vec")
        except PackageNotFoundError:
            return _version_of_checkout()


def _version_of_checkout() -> str:
    """Return the version in the pyproject.toml beside the library, for a checkout not installed."""
    import tomllib
    from pathlib import Path

    try:
        project = Path(__file__).parent.parent / "pyproject.toml"
        content = tomllib.loads(project.read_text("utf-8"))
        return str(content["project"]["version"])
    except (OSError, ValueError, KeyError):
        return "unknown"
