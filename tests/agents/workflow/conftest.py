"""A workflow that was approved and stored."""

import pytest

from tests.agents.workflow.running import approved
from tests.agents.workflow.stored import Connection, put, store_all


@pytest.fixture
def stored(toolboxai_connection: Connection) -> Connection:
    store_all(toolboxai_connection, approved(), put(toolboxai_connection, approved()))
    return toolboxai_connection
