"""Song embeddings from playlists, in pure functions and small types."""

from typing import TYPE_CHECKING

__version__: str

if not TYPE_CHECKING:  # a type checker would accept any name as a str

    def __getattr__(name: str) -> str:
        """Look up `__version__` only on request, for a faster start."""
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
