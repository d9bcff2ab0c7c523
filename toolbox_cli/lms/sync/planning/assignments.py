"""Plan assignments: what is graded in the courses."""

from collections.abc import Mapping
from typing import Any

import psycopg

from toolbox_cli.lms.sync.planning.faults import tell
from toolbox_cli.lms.sync.planning.texts import statements


def plan_assignments(connection: psycopg.Connection[Any], values: Mapping[str, Any]) -> None:
    """Plan them.

    Effects: fills `plan_lms_assignments`; needs `known_course`.
    """
    queries = statements("assignments")
    connection.execute(queries["apart"].encode(), values)
    connection.execute(queries["fresh"].encode(), values)
    tell(connection, "assignment", queries["found"])
    connection.execute(queries["kept"].encode(), values)
    connection.execute(queries["gone"].encode(), values)
