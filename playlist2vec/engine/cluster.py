"""Connection to a running Dask cluster: its scheduler, its workers, and functions sent to them."""

import asyncio
import logging
import pickle
import time
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

from playlist2vec.base.errors import DataError

PATIENCE = 10.0
"""Seconds within which a scheduler must answer and have a worker."""
FORSAKEN = 60.0
"""Seconds without any worker after which the cluster is given up."""


def connect(address: str, named: str) -> Any:
    """Return a Dask client of the scheduler at `address`, with at least one worker.

    `named`: the user's name for the address, for errors. Raises DataError within about ten seconds
    where nothing answers, where no worker is connected, or where the versions of Python or Dask
    differ.
    """
    try:
        import dask
        from distributed import Client
    except ImportError:
        raise DataError(
            f"{named} = {address}: Dask is not installed: expected `make setup EXTRAS=dask`, or "
            "`pip install --constraint constraints.txt --editable '.[dask]'`"
        ) from None
    # What they say of lost connections is said here, in one line.
    for name in ("distributed", "distributed.client", "tornado", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    settings = {
        "distributed.comm.timeouts.connect": f"{PATIENCE - 1:.0f}s",
        # An argument that many items share travels once, whatever its size.
        "distributed.admin.large-graph-warning-threshold": "1TB",
    }
    dask.config.set(settings)
    try:
        # The client itself would wait for ever for a server that takes connections and says
        # nothing.
        asyncio.run(asyncio.wait_for(_greet(address), PATIENCE))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise DataError(
            f"{named} = {address}: no scheduler of Dask answers ({_reason(error)}): expected the "
            "address that `dask scheduler` prints, such as tcp://host:8786"
        ) from None
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        client.close()
        raise DataError(
            f"{named} = {address}: nobody works there: expected `dask worker {address}` on at "
            "least one machine"
        ) from None
    return client


async def _greet(address: str) -> None:
    from distributed import Security
    from distributed.core import rpc

    async with rpc(address, connection_args=Security().get_connection_args("client")) as scheduler:
        await scheduler.identity()


def threads(client: Any) -> int:
    """Return the number of tasks that the cluster can run at the same time, now."""
    return sum(client.nthreads().values())


class Shipped:
    """A function that travels by value, with everything it uses of the given modules.

    The receiver needs none of these modules installed.
    """

    def __init__(self, function: Callable[..., Any], *modules: ModuleType) -> None:
        import cloudpickle

        for module in modules:
            cloudpickle.register_pickle_by_value(module)
        try:
            self.content = cloudpickle.dumps(function)
        finally:
            for module in modules:
                cloudpickle.unregister_pickle_by_value(module)
        self.__name__ = function.__name__

    def __reduce__(self) -> tuple[Any, ...]:
        return pickle.loads, (self.content,)

    def __call__(self, *arguments: Any) -> Any:
        """Raise NotImplementedError: only the unpickled function is called."""
        raise NotImplementedError


def result_of(client: Any, future: Any, what: str) -> Any:
    """Return the result of a future; wait for as long as the cluster has a worker.

    `what`: the task in words, for errors. Raises DataError, one line each, where the scheduler is
    gone, where no worker was connected for a minute, and where the task ended every worker, or
    every process, that ran it.
    """
    from distributed import CancelledError, KilledWorker

    alone = time.monotonic()
    while True:
        try:
            return future.result(timeout=5)
        except TimeoutError:
            if client.status == "running" and threads(client):
                alone = time.monotonic()
            elif time.monotonic() - alone > FORSAKEN:
                raise DataError(
                    f"{what}: no worker has been there for {FORSAKEN:.0f} seconds: expected "
                    "workers that stay; the same command begins again"
                ) from None
        except KilledWorker as error:
            raise DataError(
                f"{what}: {error.allowed_failures + 1} workers ended while they were at it, the "
                f"last {error.last_worker.address}: expected more memory for each, or fewer "
                "threads; their logs say why"
            ) from None
        except ChildProcessError as error:
            raise DataError(
                f"{what}: it was tried several times, at last by {error}: expected more memory for "
                "each worker, or fewer threads; its log says why"
            ) from None
        except (CancelledError, OSError) as error:
            raise DataError(
                f"{what}: the scheduler has gone ({_reason(error)}): expected one that stays; the "
                "same command begins again"
            ) from None


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
