"""Shapes of rules that the platforms don't have, or of which they have but one."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import CIDR, INET, INT4RANGE, JSONB, MACADDR, REAL, TSTZRANGE, ExcludeConstraint
from sqlalchemy.types import UserDefinedType

from tests.support.servers import Database, Server
from tests.verify.constraints.proving import Connection, findings, proved_small, small_models
from toolbox_cli.models.base import Trigger, programs
from toolbox_cli.verify.cases import Case, Outcome


class Point(UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self) -> str:
        return "point"


@pytest.fixture(scope="module")
def small(server: Server) -> Iterator[Database]:
    with server.temporary() as made:
        yield made


@pytest.fixture(scope="module")
def connection(small: Database) -> Iterator[Connection]:
    with small.connect() as made:
        yield made


def states(cases: list[Case]) -> dict[str, str]:
    """Give "outcome, or the findings' codes" by rule."""
    return {
        case.object.removeprefix("small."): ", ".join(one.code for one in case.findings) or case.outcome.value
        for case in cases
    }


def details(cases: list[Case]) -> dict[str, str | None]:
    return {case.object.removeprefix("small."): case.detail for case in cases}


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("size >= 0 OR size < 0", "always true"),
        ("size > -5", "whatever breaks it breaks another"),
        ("size >= 7 AND size < 7", "always false"),
    ],
)
def test_a_rule_without_a_witness_is_a_warning(connection: Connection, rule: str, why: str) -> None:
    models = small_models(
        Column("size", Integer), CheckConstraint("size >= 0", name="size"), CheckConstraint(rule, name="odd")
    )
    cases = proved_small(connection, models)
    if why == "always false":
        assert findings(cases) == ["no-witness thing.thing_odd_check", "no-witness thing.thing_size_check"]
        return
    assert findings(cases) == ["no-witness thing.thing_odd_check"]
    assert why in str(details(cases)["thing.thing_odd_check"])


CODE = "code ~ '^[A-Z]{3}-[0-9]{4}/x$'"


@pytest.mark.parametrize("where", ["nowhere", "column", "constraint"])
def test_an_example_helps_where_no_witness_is_found(connection: Connection, where: str) -> None:
    on_column = {"example": "ABC-1234/x"} if where == "column" else {}
    on_rule = {"example": [{"code": "ABC-1234/x"}, {"code": "ABC"}]} if where == "constraint" else {}
    models = small_models(
        Column("code", Text, nullable=False, info=on_column), CheckConstraint(CODE, name="code", info=on_rule)
    )
    told = states(proved_small(connection, models))["thing.thing_code_check"]
    assert told == ("no-witness" if where == "nowhere" else "passed")


def test_an_example_helps_where_a_type_is_unknown(connection: Connection) -> None:
    cases = proved_small(connection, small_models(Column("spot", Point, nullable=False)))
    assert {case.outcome for case in cases} == {Outcome.SKIPPED}
    assert "no value is known for spot" in str(cases[0].detail)
    shown = small_models(Column("spot", Point, nullable=False, info={"example": ["(1,2)", "(3,4)"]}))
    assert {case.outcome for case in proved_small(connection, shown)} == {Outcome.PASSED}


def test_every_type_has_its_values(connection: Connection) -> None:
    kinds = [
        SmallInteger, Integer, BigInteger, Numeric, Numeric(4, 1), Double, REAL, Boolean, String(3), String, Text, Date,
        DateTime, DateTime(timezone=True), Time, Interval, Uuid, LargeBinary, JSON, JSONB, INET, CIDR, MACADDR,
        INT4RANGE, TSTZRANGE, ARRAY(Text), ARRAY(Integer), ARRAY(JSONB), Enum("one", "two", name="kind"),
    ]  # fmt: skip
    columns = [Column(f"c{number}", kind, nullable=False) for number, kind in enumerate(kinds)]
    models = small_models(*columns, Column("twice", Integer, Computed("c1 * 2")))
    cases = proved_small(connection, models)
    assert {case.outcome for case in cases} == {Outcome.PASSED}
    assert findings(proved_small(connection, models, "ALTER TABLE small.thing ALTER c22 DROP NOT NULL")) == [
        "constraint-accepts thing.c22"
    ]


def test_a_computed_expression_that_fails_spoils_only_its_own_values(connection: Connection) -> None:
    models = small_models(Column("size", Integer), CheckConstraint("10 / size > 1", name="size"))
    assert states(proved_small(connection, models))["thing.thing_size_check"] == "passed"


PARTIAL = Index("one_open", "owner", unique=True, postgresql_where=text("state = 'open'"))
EXPRESSED = Index("one_name", func.lower(text("name")), unique=True)
RANGES = ExcludeConstraint(("during", "&&"), name="no_overlap", using="gist")


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("SELECT", []),
        ("DROP INDEX one_open", ["constraint-accepts thing.one_open"]),
        ("DROP INDEX one_open; CREATE UNIQUE INDEX one_open ON thing (owner)",
         ["constraint-too-strict thing.one_open"]),
        ("DROP INDEX one_open; CREATE UNIQUE INDEX one_open ON thing (owner) WHERE state = 'shut'",
         ["constraint-accepts thing.one_open"]),
        ("DROP INDEX one_name", ["constraint-accepts thing.one_name"]),
        ("ALTER TABLE thing DROP CONSTRAINT no_overlap", ["constraint-accepts thing.no_overlap"]),
        ("ALTER TABLE thing DROP CONSTRAINT later; ALTER TABLE thing ADD CONSTRAINT later UNIQUE (place)",
         ["constraint-acts-otherwise thing.later"]),
        ("ALTER TABLE thing DROP CONSTRAINT alone; ALTER TABLE thing ADD CONSTRAINT alone UNIQUE (code)",
         ["constraint-accepts thing.alone"]),
    ],
)  # fmt: skip
def test_keys_of_every_kind(connection: Connection, statement: str, found: list[str]) -> None:
    models = small_models(
        Column("owner", Integer, nullable=False),
        Column("state", Text),
        CheckConstraint("state IN ('open', 'shut')", name="state"),
        Column("name", Text, nullable=False),
        Column("during", INT4RANGE, nullable=False),
        Column("place", Integer),
        Column("code", Text),
        Index("one_open", "owner", unique=True, postgresql_where=text("state = 'open'")),
        Index("one_name", func.lower(text("name")), unique=True),
        ExcludeConstraint(("during", "&&"), name="no_overlap", using="gist"),
        UniqueConstraint("place", name="later", deferrable=True, initially="DEFERRED"),
        UniqueConstraint("code", name="alone", postgresql_nulls_not_distinct=True),
    )
    assert findings(proved_small(connection, models, statement)) == found


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ("ON DELETE SET NULL ON UPDATE CASCADE", []),
        ("ON DELETE SET NULL", ["constraint-too-strict thing.to_part"]),
        ("ON UPDATE CASCADE", ["constraint-too-strict thing.to_part"]),
        ("ON DELETE CASCADE ON UPDATE CASCADE", ["constraint-acts-otherwise thing.to_part"]),
        ("ON DELETE SET NULL ON UPDATE SET NULL", ["constraint-acts-otherwise thing.to_part"]),
        ("ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE", ["constraint-accepts thing.to_part"]),
    ],
)
def test_a_foreign_key_of_several_columns(connection: Connection, rest: str, found: list[str]) -> None:
    models = small_models(
        Column("shelf", Integer),
        Column("number", Integer),
        ForeignKeyConstraint(
            ["shelf", "number"], ["small.part.shelf", "small.part.number"],
            name="to_part", ondelete="SET NULL", onupdate="CASCADE",
        ),
        part=[
            Column("shelf", Integer, nullable=False),
            Column("number", Integer, nullable=False),
            UniqueConstraint("shelf", "number"),
        ],
    )  # fmt: skip
    change = f"""
ALTER TABLE thing DROP CONSTRAINT to_part;
ALTER TABLE thing ADD CONSTRAINT to_part FOREIGN KEY (shelf, number) REFERENCES part (shelf, number) {rest}"""
    assert findings(proved_small(connection, models, change)) == found


def test_one_row_a_parent_and_keys_that_nobody_may_set(connection: Connection) -> None:
    models = small_models(
        owner=[Column("name", Text, nullable=False)],
        profile=[Column("owner_id", ForeignKey("small.owner.id"), nullable=False, unique=True)],
        picture=[Column("profile_id", ForeignKey("small.profile.id", ondelete="CASCADE"), nullable=False, unique=True)],
        note=[
            Column("number", BigInteger, Identity(always=True), nullable=False),
            Column("picture_id", ForeignKey("small.picture.id"), nullable=False),
        ],
    )
    assert {case.outcome for case in proved_small(connection, models)} == {Outcome.PASSED}


def test_a_trigger_that_nobody_has_described_is_said_so(connection: Connection) -> None:
    models = small_models(Column("size", Integer))
    body = (
        "CREATE TRIGGER keep BEFORE INSERT ON thing FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    )
    programs(models).triggers.append(Trigger("keep", "thing", body.replace("INSERT", "UPDATE")))
    assert details(proved_small(connection, models))["thing.keep"] == "nobody has written down what it must do"


def test_what_refuses_a_parent_is_not_laid_to_its_children(connection: Connection) -> None:
    models = small_models(
        owner=[Column("name", Text)],
        profile=[Column("owner_id", ForeignKey("small.owner.id"), nullable=False)],
    )
    cases = proved_small(connection, models, "ALTER TABLE owner ADD CONSTRAINT never CHECK (false)")
    assert findings(cases) == ["unknown-rule owner.never"]
    assert details(cases)["profile.profile_pkey"] == "owner has no row to refer to"
    assert {case.outcome for case in cases} == {Outcome.SKIPPED, Outcome.FAILED}


@given(
    bounds=st.tuples(st.integers(-50, 50), st.integers(-50, 50)),
    comparison=st.sampled_from([">", ">=", "<", "<=", "="]),
)
def test_every_moved_bound_is_found(connection: Connection, bounds: tuple[int, int], comparison: str) -> None:
    declared, live = bounds
    models = small_models(Column("size", Integer), CheckConstraint(f"size {comparison} {declared}", name="size"))
    change = f"""
ALTER TABLE thing DROP CONSTRAINT thing_size_check;
ALTER TABLE thing ADD CONSTRAINT thing_size_check CHECK (size {comparison} {live})"""
    assert bool(findings(proved_small(connection, models, change))) == (declared != live)
