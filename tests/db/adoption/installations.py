"""Databases as somebody else built them: by the documents' own statements, or as a contract describes them."""

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from psycopg.rows import dict_row

from tests.migrations import frames_rows, pas_in_peace_rows, toolboxai_rows
from tests.support.commands import ROOT
from tests.support.servers import Database

FOLDER: Final = Path(__file__).with_name("installed")
CONTRACT: Final = ROOT / "tests/contracts/schema/pas_in_peace.json"

OTHERS: Final = """
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY);
INSERT INTO alembic_version VALUES ('3f2a9c81d7e0');
CREATE TABLE billing_accounts (id serial PRIMARY KEY, name text NOT NULL, status text DEFAULT 'open');
CREATE INDEX billing_accounts_status ON billing_accounts (status);
INSERT INTO billing_accounts (name) VALUES ('north'), ('south');
CREATE TYPE billing_kind AS ENUM ('card', 'invoice');
CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.status := NEW.status; RETURN NEW; END';
CREATE TRIGGER set_updated_at BEFORE UPDATE ON billing_accounts FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE FUNCTION double(n integer) RETURNS integer LANGUAGE sql RETURN n * 2;
"""
"""What lives beside our tables in the same schema, and is nobody's business of ours."""

SEEN: Final = {
    "toolboxai": "CREATE VIEW teachers AS SELECT id, username FROM users WHERE role = 'teacher'",
    "pas_in_peace": "CREATE VIEW published AS SELECT id, title FROM quests WHERE is_public",
    "frames": "CREATE VIEW drafts AS SELECT id, title FROM modules WHERE status = 'draft'",
}
"""Somebody's view on a table of ours."""


def installed(database: Database, *parts: str, schema: str = "public") -> Database:
    """Run statements in one schema, in one transaction."""
    database.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    with database.connect(autocommit=False) as connection:
        connection.execute(f"SET LOCAL search_path TO {schema}")
        for part in parts:
            connection.execute(part.encode())
        connection.commit()
    return database


def document(name: str) -> str:
    """Give a file of statements."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def contract_sql(
    *, checks: bool = True, indexes: bool = True, numbered: str = "serial not null", turned: bool = False
) -> str:
    """Write the database that pas_in_peace's contract describes.

    Args:
        checks: with its CHECKs, named as the server likes.
        indexes: with an index for each list of columns that no deployed index leads with.
        numbered: how keys are numbered, where the contract leaves it open.
        turned: with unique indexes for unique constraints, and the other way round.
    """
    contract = json.loads(CONTRACT.read_text())
    made = [
        f"CREATE TYPE {name} AS ENUM ({', '.join(map(_literal, labels))})" for name, labels in contract["enums"].items()
    ]
    for name, facts in contract["tables"].items():
        made.append(f"CREATE TABLE {name} ({', '.join(_lines(facts, numbered, checks=checks))})")
    for name, facts in contract["tables"].items():
        made += _keys(name, facts)
        made += _indexes(name, facts, indexes=indexes)
    return _turned(";\n".join(made)) if turned else ";\n".join(made)


def _turned(statements: str) -> str:
    made = re.sub(r"CREATE UNIQUE INDEX (\w+) ON (\w+) \(", r"ALTER TABLE \2 ADD UNIQUE (", statements)
    for number, (table, columns) in enumerate(re.findall(r"CREATE TABLE (\w+) .*?, UNIQUE \((\w+)\)", made)):
        name = f"{table}_{columns}_key" if number else ""  # as the constraint would be called, or not
        made = made.replace(f", UNIQUE ({columns})", "", 1) + f";\nCREATE UNIQUE INDEX {name} ON {table} ({columns})"
    return made


def _lines(facts: dict[str, Any], numbered: str, *, checks: bool) -> Iterator[str]:
    for column, text in facts["columns"].items():
        yield f"{column} {numbered if text.endswith(' default nextval/identity') else text}"
    yield f"PRIMARY KEY ({', '.join(facts['primary_key'])})"
    for columns in facts["unique"]:
        if not any(_unique_index(columns, name, index) for name, index in facts["deployed_index_names"].items()):
            yield f"UNIQUE ({', '.join(columns)})"
    if checks:
        yield from (f"CHECK ({check})" for check in facts["checks"])


def _unique_index(columns: list[str], name: str, index: dict[str, Any]) -> bool:
    return bool(index["unique"]) and index["columns"] == columns and name.startswith("ix_")


def _keys(table: str, facts: dict[str, Any]) -> Iterator[str]:
    for key in facts["foreign_keys"]:
        yield (
            f"ALTER TABLE {table} ADD FOREIGN KEY ({', '.join(key['columns'])}) REFERENCES {key['references']}"
            f" ON DELETE {key['on_delete']}"
        )


def _indexes(table: str, facts: dict[str, Any], *, indexes: bool) -> Iterator[str]:
    deployed = {name: index for name, index in facts["deployed_index_names"].items() if name.startswith("ix_")}
    for name, index in deployed.items():
        yield f"CREATE {'UNIQUE ' * index['unique']}INDEX {name} ON {table} ({', '.join(index['columns'])})"
    led = [index["columns"] for index in deployed.values()]
    for columns in facts["indexes"] if indexes else ():
        if not any(one[: len(columns)] == columns for one in led):
            yield f"CREATE INDEX ON {table} ({', '.join(columns)})"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


ROWS: Final = {
    "toolboxai": toolboxai_rows.ROWS.replace(":one", f"'{toolboxai_rows.ONE}'").partition(
        "INSERT INTO roblox_sessions"
    )[0],
    "pas_in_peace": pas_in_peace_rows.ROWS,
    "frames": frames_rows.ROWS,
}


def rows_of(platform: str) -> str:
    """Give rows as the platform's installations write them."""
    lines = ROWS[platform].replace("SET search_path TO toolboxai;", "")
    return re.sub(r"INSERT INTO (?:lessons|achievements) .*?;\n", "", lines)


def contents(database: Database, schema: str) -> dict[str, list[dict[str, Any]]]:
    """Read every row of a schema, partitions as their table's; a time without a zone is one of UTC."""
    with database.connect() as connection, connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute("SELECT set_config('timezone', 'UTC', false), set_config('search_path', %s, false)", (schema,))
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1"
        )
        tables = [row["relname"] for row in cursor]
        return {table: [_plain(row) for row in cursor.execute(f"SELECT * FROM {table} ORDER BY 1")] for table in tables}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value
        for name, value in row.items()
    }  # fmt: skip


def kept(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> bool:
    """Say whether every row is there with every value that it had."""
    return before == {
        table: [{name: row[name] for name in old[0]} for row in after[table]] if old else []
        for table, old in before.items()
    }  # fmt: skip
