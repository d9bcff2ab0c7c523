"""How constraints, indexes and statistics are created where nobody waits: a new table, or one that is locked anyway."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.database.catalog import Fields, Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.text import comment
from toolbox_cli.db.diff.sides.both import Both, alter

_KINDS: Final = {"d": "ndistinct", "f": "dependencies", "m": "mcv"}


def created(both: Both, key: Key) -> Iterator[str]:
    """Create one object with its comment and settings."""
    fields = both.wanted[key]
    if key.kind == "constraint":
        if fields["type"] != "constraint trigger":
            yield f"{alter(key.table)} ADD CONSTRAINT {quote(key.name)} {fields['definition']}{state(fields)}"
            yield from remark(both, key)
    elif key.kind == "index":
        yield index(both, key)
        yield from settings(both, key)
    else:
        yield _statistics(key, fields)
        if fields["target"] is not None:
            yield f"ALTER STATISTICS {quote(key.name)} SET STATISTICS {fields['target']}"
        yield from remark(both, key)


def state(fields: Fields) -> str:
    """Write what the definition leaves out of a constraint that holds less than it says."""
    if not fields["enforced"]:
        return " NOT ENFORCED"
    return "" if fields["validated"] else " NOT VALID"


def index(both: Both, key: Key, *, how: str = "", name: str | None = None, only: str = "") -> str:
    """Write CREATE INDEX, also for the index of a key.

    Args:
        both: both sides.
        key: of the index, or of the constraint that stands on it.
        how: "CONCURRENTLY ".
        name: another than its own.
        only: "ONLY ", which leaves the partitions to others.
    """
    fields = both.wanted[key]
    unique = "UNIQUE " if key.kind == "constraint" or fields["unique"] else ""
    definition = fields["index"] if key.kind == "constraint" else fields["definition"]
    return f"CREATE {unique}INDEX {how}{quote(name or key.name)} ON {only}{quote(key.table)} {definition}"


def settings(both: Both, key: Key) -> Iterator[str]:
    """Give an index what CREATE doesn't."""
    fields = both.wanted[key]
    if fields["clustered"]:
        yield f"{alter(key.table)} CLUSTER ON {quote(key.name)}"
    if fields["replica_identity"]:
        yield f"{alter(key.table)} REPLICA IDENTITY USING INDEX {quote(key.name)}"
    yield from remark(both, key)


def remark(both: Both, key: Key) -> Iterator[str]:
    """Give an object its comment, if it should have one."""
    if both.wanted[key]["comment"]:
        yield told(both, key)


def told(both: Both, key: Key) -> str:
    place = f"{key.kind.upper()} {quote(key.name)}"
    if key.kind == "constraint":
        place += f" ON {quote(key.table)}"
    return comment(place, both.wanted[key]["comment"])


def _statistics(key: Key, fields: Fields) -> str:
    kinds = [_KINDS[kind] for kind in fields["kinds"] if kind in _KINDS]
    listed = f" ({', '.join(kinds)})" if kinds else ""
    return f"CREATE STATISTICS {quote(key.name)}{listed} ON {fields['columns']} FROM {quote(key.table)}"
