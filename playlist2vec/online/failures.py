"""What DVC and the libraries that speak to servers for it raise."""

import sys

CLIENTS = {
    "aiohttp": ("ClientError",),
    "asyncssh": ("Error", "KeyImportError"),
    "azure.core.exceptions": ("AzureError",),
    "botocore.exceptions": ("BotoCoreError", "ClientError"),
    "gcsfs.retry": ("HttpError",),
    "google.auth.exceptions": ("GoogleAuthError",),
}
"""What those libraries raise beside OSError, by module."""


def foreseen() -> tuple[type[BaseException], ...]:
    """The exceptions of DVC and of those libraries for servers that are loaded."""
    from dvc.exceptions import DvcException
    from dvc.fs import AuthError, ConfigError

    loaded = [
        getattr(sys.modules[module], name)
        for module in CLIENTS
        if module in sys.modules
        for name in CLIENTS[module]
    ]
    return (OSError, EOFError, ImportError, DvcException, AuthError, ConfigError, *loaded)
