"""Clients whose time stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from tests.support.clocks import Stopped
from tests.support.web import Web
from toolbox_cli.core.http.client import Client
from toolbox_cli.core.http.limits import Limits

QUICK: Final = Limits(connect_s=5, read_s=5, total_s=5, wait_initial_s=1, wait_max_s=8)
USERS: Final = {"users": [{"id": 1}]}


@contextmanager
def connected(web: Web, auth: Any = None, *, path: str = "", **more: Any) -> Iterator[tuple[Client, Stopped]]:
    """Give a client of the server, and its clock; what names a limit changes that limit."""
    limits = {name: more.pop(name) for name in list(more) if name in Limits.__dataclass_fields__}
    stopped = Stopped()
    more.setdefault("clock", stopped.clock)
    with Client(web.url + path, auth, limits=replace(QUICK, **limits), **more) as client:
        yield client, stopped
