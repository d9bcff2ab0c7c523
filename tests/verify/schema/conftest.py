from pathlib import Path

import pytest

from tests.support.school import target
from tests.support.servers import Server
from toolbox_cli.db.expected.expected import Workshop


@pytest.fixture(scope="session")
def workshop(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """What the models stand for, built once a process and version."""
    memory: Path = tmp_path_factory.mktemp("memory")
    return Workshop(target(server.maintenance), memory)
