"""A Dask cluster that is there already, as one more executor."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gdviz.core.refused import Refused
from gdviz.session.sweep.crews import Crew

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE = 10  # seconds


@contextmanager
def dask(address: str) -> Iterator[Crew]:
    """Lend the workers of a Dask scheduler, such as ``tcp://host:8786``.

    Raises
    ------
    Refused
        If Dask is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
        from distributed.comm import connect  # noqa: PLC0415
        from distributed.security import Security  # noqa: PLC0415
    except ImportError as fault:
        raise Refused(
            "a Dask cluster needs the package distributed; "
            "install it with: pip install 'gdviz[dask]'."
        ) from fault

    async def knock() -> None:
        keys = Security().get_connection_args("client")
        (await connect(address, timeout=_PATIENCE, **keys)).abort()

    try:
        asyncio.run(knock())  # a client that cannot connect takes long to be let go
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as fault:
        raise Refused(
            f"no Dask scheduler answers at {address}; start one with: dask scheduler."
        ) from fault
    try:
        yield Crew(client.get_executor, _places(client))
    finally:
        client.close(timeout=_PATIENCE)


def _places(client: object) -> int:
    """Return how many pieces of work are handed out at once."""
    threads: dict[str, int] = client.ncores()  # type: ignore[attr-defined]
    return max(2, 2 * sum(threads.values()))
