"""Exceptions of DVC and of the storage clients that DVC uses."""

import sys

CLIENTS = {
    "aiohttp": ("ClientError",),
    "asyncssh": ("Error", "KeyImportError"),
    "azure.core.exceptions": ("AzureError",),
    "botocore.exceptions": ("BotoCoreError", "ClientError"),
    "gcsfs.retry": ("HttpError",),
    "google.auth.exceptions": ("GoogleAuthError",),
}
"""Exceptions of the storage clients beside OSError, by module."""


def foreseen() -> tuple[type[BaseException], ...]:
    """Return the exceptions of DVC and of all storage clients that are imported."""
    from dvc.exceptions import DvcException
    from dvc.fs import AuthError, ConfigError

    loaded = [
        getattr(sys.modules[module], name)
        for module in CLIENTS
        if module in sys.modules
        for name in CLIENTS[module]
    ]
    return (OSError, EOFError, ImportError, DvcException, AuthError, ConfigError, *loaded)
