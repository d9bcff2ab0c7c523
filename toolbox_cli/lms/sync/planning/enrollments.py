"""Plan enrollments: who is in which course, in which role. There may be a million; few are not as we hold them."""

from collections.abc import Mapping
from typing import Any, Final

import psycopg

from toolbox_cli.lms.sync.planning.faults import tell
from toolbox_cli.lms.sync.planning.texts import statements

_GONE_TABLES: Final = {"lms_course_id": "plan_lms_courses", "lms_identity_id": "plan_lms_identities"}


def plan_enrollments(connection: psycopg.Connection[Any], values: Mapping[str, Any]) -> int | None:
    """Plan them.

    Returns:
        How many there are, if they are all as we hold them.

    Effects: fills `plan_lms_enrollments`; needs `known_course` and `known_user`.
    """
    queries = statements("enrollments")
    connection.execute(queries["on_their_own"].encode())
    same = connection.execute(queries["same"].encode(), values).fetchone()
    connection.execute(queries["nothing_apart" if same else "apart"].encode(), None if same else values)
    connection.execute("ANALYZE apart_enrollment")
    connection.execute(queries["fresh"].encode(), values)
    connection.execute("ANALYZE fresh_enrollment")
    connection.execute(queries["several_keys"].encode(), values)
    connection.execute(queries["same_key"].encode(), values)
    tell(connection, "enrollment", queries["found"])
    tell(connection, "enrollment", queries["admins"])
    connection.execute(queries["kept"].encode(), values)
    connection.execute(queries["kept_out"].encode(), values)
    connection.execute("ANALYZE plan_lms_enrollments, kept_out")
    connection.execute(queries["gone"].encode(), values)
    for column, plan in _GONE_TABLES.items():
        if _any_gone(connection, plan):
            connection.execute(queries["dangling"].format(column=column, plan=plan).encode())
    tell(connection, "enrollment", queries["found_dangling"])
    if values["by_dates"]:
        connection.execute(queries["dated"].encode(), values)
    return same[0] if same else None


def _any_gone(connection: psycopg.Connection[Any], plan: str) -> bool:
    return connection.execute(f"SELECT FROM {plan} WHERE action = 'remove' LIMIT 1".encode()).rowcount > 0  # noqa: S608
