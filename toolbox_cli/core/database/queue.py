"""Whether a role sees the queue, whose functions name no schema: behind a pooler it must see it by itself."""

from typing import Any

import psycopg

from toolbox_cli.core.settings import RECORDS


def has_queue(connection: psycopg.Connection[Any]) -> bool:
    """Say whether the database has the queue."""
    return connection.execute("SELECT to_regclass(%s)", (f"{RECORDS}.procrastinate_jobs",)).fetchone() != (None,)


def sees_queue(connection: psycopg.Connection[Any]) -> bool:
    """Say whether the queue is found without its schema's name."""
    return connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone() != (None,)


def sight(connection: psycopg.Connection[Any]) -> str:
    """Give the statement that lets our role see the queue."""
    row = connection.execute("SELECT quote_ident(current_user), current_setting('search_path')").fetchone()
    role, path = row or ("", "")
    return f"ALTER ROLE {role} SET search_path = {', '.join(part for part in (path, RECORDS) if part)}"
