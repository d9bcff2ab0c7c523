"""What the models of today don't have and those of tomorrow may."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from toolbox_cli.db.declared.reading import table_of
from toolbox_cli.db.declared.tables import Table
from toolbox_cli.models.base import NAMING, Function, Programs, Trigger
from toolbox_cli.models.privacy import Privacy

KIND = sa.Enum("x", "y", name="kind")


def column(name: str, kind: Any, *more: Any, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, info={"privacy": Privacy.NONE}, comment="Something.", **options)


def declared(*parts: Any, made: Programs | None = None) -> Table:
    metadata = sa.MetaData(schema="place", naming_convention=dict(NAMING))
    other = sa.Table(
        "other", metadata, sa.Column("x", sa.Integer, primary_key=True), sa.Column("y", sa.Integer, primary_key=True)
    )
    assert other.schema == "place"
    table = sa.Table("t", metadata, column("id", sa.Integer, primary_key=True), *parts)
    return table_of(table, "toolbox_cli.models.place.file", made or Programs())


@pytest.mark.parametrize(("first", "second", "optional"), [(0, 0, False), (0, 1, True), (1, 1, True)])
def test_a_reference_of_two_columns_is_optional_when_one_is(first: int, second: int, optional: bool) -> None:
    (found,) = declared(
        column("a", sa.Integer, nullable=bool(first)),
        column("b", sa.Integer, nullable=bool(second)),
        sa.ForeignKeyConstraint(["a", "b"], ["place.other.x", "place.other.y"], onupdate="CASCADE"),
    ).references
    assert (found.columns, found.target, found.target_columns) == (("a", "b"), "other", ("x", "y"))
    assert (found.optional, found.on_update, found.on_delete) == (optional, "CASCADE", "NO ACTION")


@pytest.mark.parametrize(
    ("rule", "single"),
    [
        (sa.UniqueConstraint("a", "b"), True),
        (sa.UniqueConstraint("a"), True),
        (sa.UniqueConstraint("a", "b", "id"), False),
        (sa.Index("i", "b", "a", unique=True), True),
        (sa.Index("i", "a", "b"), False),
        (sa.Index("i", "a", "b", unique=True, postgresql_where=sa.text("a > 0")), False),
        (sa.Index("i", sa.text("abs(a)"), unique=True), False),
    ],
)
def test_a_reference_is_single_when_its_columns_stand_once(rule: Any, single: bool) -> None:
    (found,) = declared(
        column("a", sa.Integer),
        column("b", sa.Integer),
        sa.ForeignKeyConstraint(["a", "b"], ["place.other.x", "place.other.y"]),
        rule,
    ).references
    assert found.single is single


def test_types_defaults_and_numbers() -> None:
    found = declared(
        column("kinds", ARRAY(KIND)),
        column("kind", KIND, server_default="x"),
        column("number", sa.BigInteger, sa.Identity()),
        column("always", sa.Integer, sa.Identity(always=True)),
        column("price", sa.Numeric(8, 2), server_default=sa.text("0.5")),
        column("at", sa.DateTime(timezone=True)),
        column("day", sa.DateTime()),
        column("long", sa.Interval),
    )
    assert {one.name: (one.type, one.default or one.generated) for one in found.columns} == {
        "id": ("integer", "serial"),
        "kinds": ("kind[]", None),
        "kind": ("kind", "'x'"),
        "number": ("bigint", "identity by default"),
        "always": ("integer", "identity always"),
        "price": ("numeric(8,2)", "0.5"),
        "at": ("timestamptz", None),
        "day": ("timestamp without time zone", None),
        "long": ("interval", None),
    }
    assert found.columns[2].labels == ("x", "y")


def test_a_trigger_says_what_its_function_does() -> None:
    made = Programs(
        functions=[Function("keep", "...", "Keeps it.")],
        triggers=[
            Trigger(
                "k",
                "t",
                "CREATE TRIGGER k AFTER INSERT OR DELETE ON t FOR EACH ROW\nWHEN (f(NEW.a)) EXECUTE FUNCTION keep()",
            )
        ],
    )
    (found,) = declared(made=made).triggers
    assert (found.fires, found.condition, found.function, found.purpose) == (
        "AFTER INSERT, DELETE, each row",
        "f(NEW.a)",
        "keep",
        "Keeps it.",
    )


def test_a_trigger_that_is_written_otherwise_is_no_silent_gap() -> None:
    made = Programs(
        triggers=[Trigger("k", "t", "CREATE CONSTRAINT TRIGGER k AFTER INSERT ON t EXECUTE FUNCTION keep()")]
    )
    with pytest.raises(ValueError, match=r"t\.k: not a trigger"):
        declared(made=made)
