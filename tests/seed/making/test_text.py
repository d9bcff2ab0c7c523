import datetime
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolbox_cli.seed.making.text import encode, raw

TABLE = """
CREATE TEMPORARY TABLE kept (a text, b jsonb, c text[], d bigint, e double precision, f boolean, g timestamptz, h date,
                             i jsonb[])"""

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
numbers = st.floats(allow_nan=False, allow_infinity=False).map(lambda value: value + 0.0 or 0.0)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
).filter(lambda value: isinstance(value, dict | list))
moments = st.datetimes(
    datetime.datetime(1, 1, 2), datetime.datetime(9999, 12, 30), timezones=st.just(datetime.UTC)  # noqa: DTZ001
)  # fmt: skip
rows = st.tuples(
    st.none() | texts,
    st.none() | documents,
    st.none() | st.lists(st.none() | texts, max_size=4).map(tuple),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | numbers,
    st.none() | st.booleans(),
    st.none() | moments,
    st.none() | st.dates(),
    st.none() | st.lists(documents, max_size=3).map(tuple),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(rows, max_size=5))
def test_what_is_written_is_what_the_server_reads(records_connection: psycopg.Connection[Any], made: list[Any]) -> None:
    with records_connection.transaction(force_rollback=True), records_connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone TO 'UTC'")
        cursor.execute(TABLE)
        with cursor.copy("COPY kept FROM STDIN") as copy:
            copy.write(encode(made))
        read = cursor.execute("SELECT * FROM kept").fetchall()
    wanted = [tuple(list(value) if isinstance(value, tuple) else value for value in row) for row in made]
    assert read == wanted


def test_a_document_written_once_is_the_same() -> None:
    document = {"a": 'b"\\\n\té', "c": [1, None, True]}
    assert encode([(raw(document),)]) == encode([(document,)])


def test_no_row_is_no_line() -> None:
    assert encode([]) == b""


def test_a_value_of_another_type_is_a_fault() -> None:
    with pytest.raises(KeyError):
        encode([(b"bytes",)])
