"""Workers on the machines of a Dask cluster. Bytes travel with the tasks: no machine needs the files."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from typing import Any

from llmlint import __version__
from llmlint.catalog import Catalog
from llmlint.errors import ConfigError
from llmlint.workers import Workers, other_version

SCHEME = "dask://"
# Seconds for a scheduler to answer, and for its first worker to arrive.
_PATIENCE = 30
# How many times as many batches are under way as there are workers at the start: others may join.
_HEADROOM = 2


def on_cluster(catalog: Catalog, address: str) -> Workers:
    """The workers of the scheduler at ``dask://HOST:PORT``. Raises ConfigError where there are none, and for workers
    with another version of llmlint."""
    if not address.startswith(SCHEME):
        raise ConfigError("", f"the executor is {address!r}, not of the form {SCHEME}HOST:PORT")
    try:
        import distributed
    except ImportError:
        raise ConfigError("", f"{address} needs the extra llmlint[dask]") from None
    try:
        client = distributed.Client(f"tcp://{address.removeprefix(SCHEME)}", timeout=_PATIENCE, set_as_default=False)
        client.wait_for_workers(1, timeout=_PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise ConfigError(address, f"no worker can be reached there: {error}") from None
    for version in client.run(eval, "__import__('llmlint').__version__", on_error="return").values():
        if version != __version__:
            client.close()
            raise ConfigError(address, other_version(__version__, version if isinstance(version, str) else None))
    threads = sum(client.nthreads().values())
    deaths = (distributed.KilledWorker,)
    return Workers(catalog, threads * _HEADROOM, lambda _: _Borrowed(client), deaths, worth=0)


class _Borrowed(Executor):
    """The workers of a cluster, which go on when a run ends."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)

    def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = self._executor.submit(function, *arguments, **named)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let go of the cluster, unless its workers are only to be waited for."""
        if cancel_futures:
            self._client.close()
