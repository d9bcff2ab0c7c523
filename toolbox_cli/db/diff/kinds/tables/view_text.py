"""How a view is written."""

from collections.abc import Iterator

from toolbox_cli.core.database.catalog import Fields, Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.rules import plain
from toolbox_cli.db.diff.kinds.text import comment, options
from toolbox_cli.db.diff.sides.both import Both


def word(fields: Fields) -> str:
    return "MATERIALIZED VIEW" if fields["type"] == "materialized" else "VIEW"


def created(both: Both, key: Key) -> Iterator[str]:
    """Create a view with its comments; it names its columns itself."""
    fields = both.wanted[key]
    yield definition(key, fields, f"CREATE {word(fields)}")
    if fields["comment"]:
        yield comment(f"{word(fields)} {quote(key.table)}", fields["comment"])
    for index, _ in both.on(both.wanted, key.table, "index"):
        if index in both.held:
            yield from plain.created(both, index)
    for column, own in both.columns(key.table).items():
        if own["comment"]:
            yield comment(f"COLUMN {quote(key.table)}.{quote(column)}", own["comment"])


def dropped(fields: Fields, key: Key) -> str:
    return f"DROP {word(fields)} {quote(key.table)}"


def definition(key: Key, fields: Fields, create: str) -> str:
    given = f" WITH ({options(fields['options'])})" if fields["options"] else ""
    return f"{create} {quote(key.table)}{given} AS\n{fields['definition'].strip().rstrip(';')}"
