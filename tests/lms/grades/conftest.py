from typing import Any

import psycopg
import pytest

from tests.lms.grades.school import School


@pytest.fixture
def school(toolboxai_connection: psycopg.Connection[Any]) -> School:
    return School(toolboxai_connection)
