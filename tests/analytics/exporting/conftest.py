"""A server for each process of the run: what still runs anywhere on a server decides what exports may go on from."""

import os
from pathlib import Path

import pytest

from tests.conftest import NEWEST, RUN_FOLDER
from tests.support import servers
from tests.support.servers import Server


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Server:
    folder: Path = request.config.stash[RUN_FOLDER] / os.environ.get("PYTEST_XDIST_WORKER", "main")
    folder.mkdir(mode=0o711, exist_ok=True)
    return servers.server_of(getattr(request, "param", NEWEST), folder)
