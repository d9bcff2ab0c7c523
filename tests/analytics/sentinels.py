"""A marker in every personal column of every table, and a search for it, and for hashes of it, in whatever came out."""

import base64
import datetime
import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from psycopg import sql
from sqlalchemy import ARRAY, Column, Enum, String, Table, Uuid
from sqlalchemy.dialects.postgresql import INET, JSONB

from tests.models.toolboxai.rows import insert
from tests.support.servers import Database
from toolbox_cli.core.settings import PLATFORMS
from toolbox_cli.models import metadata_of
from toolbox_cli.models.privacy import Privacy

MARK: Final = "zqsentinel"
ADDRESS: Final = "198.51.100."
_SHORTEST: Final = 8
"""Shorter values are words and numbers that stand for themselves elsewhere too; so do words in small letters."""

_NOBODY: Final = {str(uuid.UUID(int=1)), "toolbox-reference"}
"""What the smallest rows have in every place for a key, and the account of what comes with the platform."""

_ANY_ROW: Final = "toolboxai.lms_sync_changes.row_id"
"""Holds keys of courses too; those of people stand in columns of their own."""


@dataclass(frozen=True)
class Planted:
    """What must not come out.

    Attributes:
        columns: schema.table.column of each column that a marker stands in.
        values: every value of every identifying and secret column, as text.
        moments: every moment that says something of a person, to the microsecond.
    """

    columns: frozenset[str]
    values: frozenset[str]
    moments: frozenset[str]


def plant(database: Database) -> Planted:
    """Write markers into the personal columns of each third row, past all triggers, where no rule forbids it."""
    planted = set()
    with database.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        for platform in PLATFORMS:
            for table in metadata_of(platform).sorted_tables:
                named = sql.Identifier(str(table.schema), table.name)
                connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(named))
                if platform == "toolboxai" and not connection.execute(sql.SQL("TABLE {}").format(named)).fetchone():
                    connection.execute("SET search_path TO toolboxai")
                    insert(connection, table.name)
        for column in _personal():
            marked = any(_mark(connection, column, marker) for marker in _markers(column, len(planted)))
            planted |= {_name(column)} if marked else set()
        values = frozenset(_values(connection)) - _NOBODY
        moments = frozenset(_moments(connection))
    return Planted(frozenset(planted), values, moments)


def personal_words() -> set[str]:
    """Name the personal columns that can hold a marker as far as their type goes."""
    return {_name(column) for column in _personal() if _markers(column, 0)}


def _personal() -> Iterator[Column[Any]]:
    for platform in PLATFORMS:
        for table in metadata_of(platform).sorted_tables:
            for column in table.columns:
                if column.info["privacy"] is not Privacy.NONE:
                    yield column


def _name(column: Column[Any]) -> str:
    return f"{column.table.fullname}.{column.name}"


def _markers(column: Column[Any], number: int) -> list[sql.Composable]:
    """Give expressions over `n`, the row's number, of which a CHECK may allow one; none where the type has no words."""
    if column.foreign_keys or isinstance(column.type, Enum):
        return []
    mark = sql.SQL("{} || n").format(sql.Literal(f"{MARK}{number}x"))
    name = sql.Identifier(column.table.name, column.name)
    forms: tuple[str, ...] = ()
    match column.type:
        case INET():
            return [sql.SQL("({} || n % 250)::inet").format(sql.Literal(ADDRESS))]
        case JSONB():
            forms = ("jsonb_build_object('mark', {})", "jsonb_build_array({})")
        case ARRAY(item_type=JSONB()):
            forms = ("ARRAY[jsonb_build_object('mark', {})]",)
        case ARRAY(item_type=String()):
            forms = ("ARRAY[{}]",)
        case String(length=length) if length is None or length >= len(MARK) + 8:
            in_path = sql.SQL("CASE WHEN {0} LIKE '/%' THEN '/api/users/' || {1} ELSE {1} END").format(name, mark)
            others = ("{} || '@school.example'", "'https://' || {} || '.example/'")
            return [in_path, *(sql.SQL(form).format(mark) for form in others)]
    return [sql.SQL(form).format(mark) for form in forms]


def _mark(connection: psycopg.Connection[Any], column: Column[Any], marker: sql.Composable) -> bool:
    table: Table = column.table  # type: ignore[assignment]
    statement = sql.SQL(
        "UPDATE {table} SET {column} = {marker} FROM (SELECT tableoid AS t, ctid AS c, row_number() OVER () AS n FROM"
        " {table}) AS numbered WHERE {table}.tableoid = t AND {table}.ctid = c AND n % 3 = 1"
    ).format(table=sql.Identifier(str(table.schema), table.name), column=sql.Identifier(column.name), marker=marker)
    try:
        with connection.transaction():
            return connection.execute(statement).rowcount > 0
    except (psycopg.errors.CheckViolation, psycopg.errors.StringDataRightTruncation):
        return False


def _values(connection: psycopg.Connection[Any]) -> Iterator[str]:
    """Give what identifies people or opens something, keys of people among it."""
    for column in _personal():
        if column.info["privacy"] in (Privacy.IDENTIFIER, Privacy.SECRET) and _wordy(column):
            values = _distinct(connection, column) if _name(column) != _ANY_ROW else []
            yield from (
                value for value in values if len(value) >= _SHORTEST and not (value.isalpha() and value.islower())
            )


def _moments(connection: psycopg.Connection[Any]) -> set[str]:
    """Give moments that are no whole hour, which is what they are cut to, and at which nothing impersonal happened."""
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for platform in PLATFORMS:
        for table in metadata_of(platform).sorted_tables:
            for column in table.columns:
                if column.type.python_type is datetime.datetime:
                    told[column.info["privacy"] is Privacy.NONE].update(_distinct(connection, column))
    return {value for value in told[False] - told[True] if not value.endswith(":00:00.000000")}


def _wordy(column: Column[Any]) -> bool:
    return isinstance(column.type, (String, Uuid, INET)) and not isinstance(column.type, Enum)


def _distinct(connection: psycopg.Connection[Any], column: Column[Any]) -> list[str]:
    table: Table = column.table  # type: ignore[assignment]
    read = sql.Identifier(column.name)
    shown = sql.SQL("to_char({}, 'YYYY-MM-DD HH24:MI:SS.US')") if column.type.python_type is datetime.datetime else (
        sql.SQL("host({})") if isinstance(column.type, INET) else sql.SQL("{}::text")
    )  # fmt: skip
    statement = sql.SQL("SELECT DISTINCT {} FROM {} WHERE {} IS NOT NULL").format(
        shown.format(read), sql.Identifier(str(table.schema), table.name), read
    )
    return [value for (value,) in connection.execute(statement)]


def hashes(value: str) -> Iterator[str]:
    """Give what anybody could make of a value without a key."""
    for salted in (value, value.upper(), value.replace("-", "")):
        for name in ("md5", "sha1", "sha256", "sha512", "blake2b"):
            digest = hashlib.new(name, salted.encode()).digest()
            for cut in {len(digest), 16}:
                yield digest[:cut].hex()
                yield base64.b32encode(digest[:cut]).decode().rstrip("=").lower()
                yield base64.b64encode(digest[:cut]).decode().rstrip("=")
                yield base64.urlsafe_b64encode(digest[:cut]).decode().rstrip("=")


def words_of(path: Path) -> Iterator[str]:
    """Give all that a reader of a file can get out of it: its bytes, and what a program decodes of them."""
    yield str(path)
    data = path.read_bytes()
    yield data.decode("utf-8", "replace")
    if path.suffix == ".parquet":
        with pq.ParquetFile(path) as file:
            yield from _cells(file.read())
            yield str(file.metadata.metadata)
    elif path.suffix in {".arrow", ".arrows"}:
        with pa.memory_map(str(path)) as source:
            opened = pa.ipc.open_file(source) if data.startswith(b"ARROW1") else pa.ipc.open_stream(source)
            yield from _cells(opened.read_all())


def _cells(table: pa.Table) -> Iterator[str]:
    for column in table.columns:
        yield "\n".join(map(str, column.unique().to_pylist()))


_TOKEN: Final = re.compile(r"[A-Za-z0-9@._+/=:-]{8,}")
_PART: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9+/_-]{8,}")
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)")


def found(texts: Iterable[str], planted: Planted) -> set[str]:
    """Give what of the planted stands in texts, plainly or hashed."""
    forbidden = set(planted.values)
    forbidden.update(hashed for value in planted.values for hashed in hashes(value))
    seen: set[str] = set()
    for text in texts:
        seen.update(part for part in (MARK, ADDRESS) if part in text)
        for pattern in (_TOKEN, _PART):
            seen.update(forbidden.intersection(pattern.findall(text)))
        seen.update(planted.moments.intersection(map(_exact, _MOMENT.findall(text))))
    return seen


def _exact(moment: tuple[str, str]) -> str:
    day, time = moment
    clock, _, fraction = time.partition(".")
    return f"{day} {clock}.{fraction:0<6.6}"
