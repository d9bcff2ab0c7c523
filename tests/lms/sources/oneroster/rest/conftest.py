from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.lms.doubles.oneroster import TOKEN, OneRosterDouble
from tests.lms.doubles.roster import district
from tests.lms.sources.oneroster.rest.connecting import Server, connect
from tests.support.web import Web
from toolbox_cli.core.http.auth import Bearer
from toolbox_cli.core.http.limits import Limits


@pytest.fixture
def connected(limits: Limits) -> Iterator[Callable[..., Server]]:
    """Give sources of doubles, which are closed in the end."""
    made: list[Server] = []

    def open_one(*args: Any, **more: Any) -> Server:
        made.append(connect(*args, limits=limits, **more))
        return made[-1]

    yield open_one
    for one in made:
        one.source.close()


@pytest.fixture
def opened(web: Web, connected: Callable[..., Server]) -> Callable[..., Server]:
    """Give servers by roster, version and what else a source takes; two courses of five students usually."""

    def server(version: Any = "1.2", *, roster: Any = None, **more: Any) -> Server:
        return connected(OneRosterDouble(web, roster or district(), version=version), Bearer(TOKEN), **more)

    return server


@pytest.fixture
def server(opened: Callable[..., Server]) -> Server:
    """A server of 1.2 with pages of four rows."""
    made = opened()
    made.double.page_rows = 4
    return made
