from collections.abc import Iterator

import pytest
from sqlalchemy import CheckConstraint, Column, Connection, Enum, Integer, MetaData, String, Table, text

from tests.support.servers import Database
from toolbox_cli.core.database.build import build_schema, schema_sql
from toolbox_cli.models.base import Function, platform_metadata, programs

SIGNS = "100 % of 'it', 5%% more, %s and %(name)s"


@pytest.fixture
def connection(empty_database: Database) -> Iterator[Connection]:
    with empty_database.engine().connect() as made:
        yield made


@pytest.fixture
def metadata() -> MetaData:
    made = platform_metadata("school")
    Table(
        "lesson",
        made,
        Column("id", Integer, primary_key=True, comment=SIGNS),
        Column("title", String(200), server_default=SIGNS),
        Column("mood", Enum("calm", "100 %", name="mood", metadata=made)),
        CheckConstraint("title LIKE '%%' OR id % 2 = 0", name="signs"),
    )
    quoted = SIGNS.replace("'", "''")
    programs(made).functions.append(
        Function("signs", f"CREATE FUNCTION signs() RETURNS text LANGUAGE sql AS $$SELECT '{quoted}'$$")
    )
    return made


@pytest.mark.parametrize("schema", [None, "college", 'Pre "school" 1%'])
def test_a_percent_sign_is_a_percent_sign(connection: Connection, metadata: MetaData, schema: str | None) -> None:
    build_schema(connection, metadata, schema)
    comment, default = connection.execute(
        text(
            "SELECT col_description('lesson'::regclass, 1), pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adnum = 2"
        )
    ).one()
    assert comment == SIGNS
    assert default == "'" + SIGNS.replace("'", "''") + "'::character varying"
    assert connection.scalar(text("SELECT signs()")) == SIGNS
    assert connection.scalar(text("SELECT enum_last(NULL::mood)::text")) == "100 %"
    read = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'lesson'::regclass AND contype = 'c'"
    assert "~~ '%%'::text" in (definition := connection.scalar(text(read)) or "")
    assert "(id % 2) = 0" in definition


def test_the_same_models_are_always_the_same_statements(metadata: MetaData) -> None:
    assert schema_sql(metadata, "school") == schema_sql(metadata)
