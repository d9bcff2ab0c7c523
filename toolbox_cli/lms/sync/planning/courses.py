"""Plan courses: the sections that people are in."""

from collections.abc import Mapping
from typing import Any

import psycopg

from toolbox_cli.lms.sync.planning.faults import tell
from toolbox_cli.lms.sync.planning.texts import statements


def plan_courses(connection: psycopg.Connection[Any], values: Mapping[str, Any]) -> None:
    """Plan them.

    Effects: fills `plan_lms_courses`; makes `known_course`.
    """
    queries = statements("courses")
    connection.execute(queries["apart"].encode(), values)
    connection.execute(queries["fresh"].encode(), values)
    tell(connection, "course", queries["found"])
    connection.execute(queries["kept"].encode(), values)
    connection.execute(queries["unsaid"].encode(), values)
    connection.execute(queries["gone"].encode(), values)
    connection.execute(queries["known"].encode(), values)
    connection.execute("ANALYZE known_course")
