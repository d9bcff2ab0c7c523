"""Whether a role sees the queue, whose functions name no schema: behind a pooler it must see it by itself."""

from typing import Any

import psycopg

from toolbox_cli.core.settings import RECORDS


def has_queue(connection: psycopg.Connection[Any]) -> bool:
    """Say whether the database has the queue."""
    return connection.execute("SELECT to_regclass(%s)", (f"{RECORDS}.procrastinate_jobs",)).fetchone() != (None,)


def sees_queue(connection: psycopg.Connection[Any]) -> bool:
    """Say whether the queue is found without its schema's name, and no other program's of the same make."""
    found = connection.execute(
        "SELECT to_regclass('procrastinate_jobs') = to_regclass(%s)", (f"{RECORDS}.procrastinate_jobs",)
    )
    return found.fetchone() == (True,)


def sight(connection: psycopg.Connection[Any]) -> str:
    """Give the statement that lets our role see the queue."""
    row = connection.execute("""
        SELECT quote_ident(current_user), quote_ident(current_database()), current_setting('search_path'),
            to_regclass('procrastinate_jobs') IS NOT NULL""").fetchone()
    role, database, path, others = row or ("", "", "", False)
    seen = [part for part in path.split(", ") if part not in {"", RECORDS}]
    whole = ", ".join([RECORDS, *seen] if others else [*seen, RECORDS])
    return f"ALTER ROLE {role} IN DATABASE {database} SET search_path = {whole}"
