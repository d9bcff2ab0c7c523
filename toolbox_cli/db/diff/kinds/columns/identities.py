"""What gives a column its numbers: identities, and the sequences behind them."""

from collections.abc import Iterator

from toolbox_cli.core.database.catalog import Fields, Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.text import literal, temporary_name
from toolbox_cli.db.diff.sides.both import Both, alter
from toolbox_cli.db.diff.statement import Phase, Step


def clause(both: Both, key: Key) -> str:
    """Write an identity as a column's definition takes it."""
    made = f"GENERATED {both.wanted[key]['identity'].upper()} AS IDENTITY"
    found = sequence_of(both, key)
    return f"{made} (SEQUENCE NAME {quote(found[0].name)} {numbers(found[1])})" if found else made


def sequence_of(both: Both, column: Key) -> tuple[Key, Fields] | None:
    """Find the sequence that belongs to a column, as it should be."""
    for key, fields in both.wanted.items():
        if key.kind == "sequence" and (fields["table"], fields["column"]) == (column.table, column.name):
            return key, fields
    return None


def numbers(fields: Fields) -> str:
    """Write a sequence's options; its type apart, which an identity has from its column."""
    cycle = "CYCLE" if fields["cycle"] else "NO CYCLE"
    return (
        f"INCREMENT BY {fields['increment']} MINVALUE {fields['minimum']} MAXVALUE {fields['maximum']} "
        f"START WITH {fields['start']} CACHE {fields['cache']} {cycle}"
    )


def continued(sequence: Key, fields: Fields) -> Step:
    """Let a new sequence go on behind the numbers that its column holds."""
    bound, start, step = ("max" if fields["increment"] > 0 else "min"), fields["start"], fields["increment"]
    following = f"coalesce({bound}({quote(fields['column'])}) + {step}, {start})"
    count = f"pg_catalog.setval({literal(quote(sequence.name))}, {following}, false)"
    hazard = "Goes on behind the highest number that is there; numbers of rows that are gone may come again."
    return Step(Phase.COLUMNS, f"SELECT {count} FROM {quote(fields['table'])}", hazard)  # noqa: S608  quoted names


def added_to_partitions(both: Both, key: Key, hazard: str) -> Iterator[Step]:
    """Add an identity to a partitioned table: number its rows first by a sequence that goes again."""
    fields, column = both.wanted[key], quote(key.name)
    interim = quote(temporary_name(key))
    number = f"DEFAULT nextval({literal(interim)})"
    yield Step(Phase.COLUMNS, f"CREATE SEQUENCE {interim}", hazard, apart=True)
    yield Step(Phase.COLUMNS, f"{alter(key.table)} ADD COLUMN {column} {fields['type']} {number} NOT NULL")
    yield Step(Phase.COLUMNS, f"{alter(key.table)} ALTER COLUMN {column} DROP DEFAULT")
    yield Step(Phase.COLUMNS, f"DROP SEQUENCE {interim}")
    yield Step(Phase.COLUMNS, f"{alter(key.table)} ALTER COLUMN {column} ADD {clause(both, key)}")
    if found := sequence_of(both, key):
        yield continued(*found)


def changed(both: Both, key: Key) -> Iterator[Step]:
    wanted, held = both.wanted[key], both.held[key]
    place = f"{alter(key.table)} ALTER COLUMN {quote(key.name)}"
    if wanted["identity"] and held["identity"]:
        yield Step(Phase.COLUMNS, f"{place} SET GENERATED {wanted['identity'].upper()}")
    elif wanted["identity"]:
        yield from _to_identity(both, key, place)
    else:
        yield from _from_identity(both, key, place)


def _to_identity(both: Both, key: Key, place: str) -> Iterator[Step]:
    found = sequence_of(both, key)
    if both.held[key]["default"]:
        yield Step(Phase.CHECKS, f"{place} DROP DEFAULT")
    if found and found[0] in both.held:
        yield Step(Phase.CHECKS, f"DROP SEQUENCE {quote(found[0].name)}")
    yield Step(Phase.CHECKS, f"{place} ADD {clause(both, key)}")
    if found:
        step = continued(*found)
        yield Step(Phase.CHECKS, step.sql, step.hazard)


def _from_identity(both: Both, key: Key, place: str) -> Iterator[Step]:
    yield Step(Phase.COLUMNS, f"{place} DROP IDENTITY")
    if found := sequence_of(both, key):
        yield Step(Phase.COLUMNS, created(*found))
        yield Step(Phase.COLUMNS, owned(*found))
        yield continued(*found)
    if default := both.wanted[key]["default"]:
        yield Step(Phase.COLUMNS, f"{place} SET DEFAULT {default}")


def created(key: Key, fields: Fields) -> str:
    unlogged = "UNLOGGED " if fields["persistence"] == "unlogged" else ""
    return f"CREATE {unlogged}SEQUENCE {quote(key.name)} AS {fields['type']} {numbers(fields)}"


def owned(key: Key, fields: Fields) -> str:
    owner = f"{quote(fields['table'])}.{quote(fields['column'])}" if fields["table"] else "NONE"
    return f"ALTER SEQUENCE {quote(key.name)} OWNED BY {owner}"
