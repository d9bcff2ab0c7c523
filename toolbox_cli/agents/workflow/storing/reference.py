"""Objectives and templates that a database lacks: written as the reference data has them, under the same keys."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from psycopg import sql

from toolbox_cli import __version__
from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.workflow.storing.inserting import Connection, insert_missing
from toolbox_cli.content.reference.base import OWNER, Made, Ref
from toolbox_cli.content.reference.keys import reference_uuid
from toolbox_cli.content.reference.owners import OWNERS
from toolbox_cli.core.settings import RECORDS

_PLATFORM: Final = "toolboxai"
_TIMES: Final = frozenset({"created_at", "updated_at"})
_OWNER: Final = "SELECT id FROM users WHERE username = %s"
_REMEMBER: Final = """
INSERT INTO {records} (platform, table_name, stable_key, written, tool_version)
SELECT %(platform)s, %(name)s, %(key)s,
    (SELECT jsonb_object_agg(h.key, h.value) FROM jsonb_each(to_jsonb(t)) AS h WHERE h.key = ANY (%(columns)s)),
    %(version)s
FROM {table} AS t WHERE t.id = %(id)s ON CONFLICT DO NOTHING"""
"""So that a later loading of reference data knows the row as its own."""


def objective_key(objective: str) -> str:
    """Give the key of an objective's row."""
    return str(reference_uuid("learning_objectives", objective))


def template_key(template: str) -> str:
    """Give the key of a template's row."""
    return str(reference_uuid("roblox_templates", template))


def bring_objectives(connection: Connection, keys: Iterable[str], library: Library) -> None:
    """Write the objectives that are not there.

    Effects: writes learning_objectives and the record of reference rows; never commits.
    """
    held = {key: library.objectives[key] for key in sorted(keys)}
    _bring(connection, "learning_objectives", {key: next(one.rows(key)) for key, one in held.items()})


def bring_templates(connection: Connection, keys: Iterable[str], library: Library) -> None:
    """Write the templates that are not there; and the account that owns them.

    Effects: writes users, roblox_templates and the record of reference rows; never commits.
    """
    held = {key: library.templates[key] for key in sorted(keys)}
    _bring(connection, "roblox_templates", {key: next(one.rows(key)) for key, one in held.items()})


def _bring(connection: Connection, table: str, made: Mapping[str, Made]) -> None:
    for key in _missing(connection, table, made):
        _write(connection, made[key])


def _missing(connection: Connection, table: str, made: Mapping[str, Made]) -> Iterator[str]:
    keys = {str(reference_uuid(table, key)): key for key in made}
    query = sql.SQL("SELECT id::text FROM {} WHERE id = ANY (%s::uuid[])").format(sql.Identifier(table))
    here = {key for (key,) in connection.execute(query, (list(keys),))}
    yield from (name for key, name in keys.items() if key not in here)


def _write(connection: Connection, made: Made) -> str:
    """Write a row of reference data, and remember it as a loading does; gives its key."""
    key = str(reference_uuid(made.table, made.key))
    values = {name: _value(connection, value) for name, value in made.values.items()}
    if insert_missing(connection, made.table, [{"id": key, **values}]):
        query = sql.SQL(_REMEMBER).format(
            records=sql.Identifier(RECORDS, "reference_rows"), table=sql.Identifier(made.table)
        )
        columns = [name for name in values if name not in _TIMES]
        told = {"platform": _PLATFORM, "name": made.table, "key": made.key, "columns": columns, "id": key}
        connection.execute(query, {**told, "version": __version__})
    return key


def _value(connection: Connection, value: Any) -> Any:
    """Put the owner's key in place of a reference to it: no other stands in these rows."""
    if not isinstance(value, Ref):
        return value
    found = connection.execute(_OWNER, (OWNER,)).fetchone()
    return str(found[0]) if found else _write(connection, OWNERS[_PLATFORM])
