"""Which rows broke a rule: how many, and a few by their keys, never by more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import sql
from sqlalchemy import Table

from toolbox_cli.models.privacy import Privacy

MOST: Final = 5
_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Broken:
    """Rows that broke a rule.

    Attributes:
        rows: how many.
        samples: keys of the first few, in the order of the keys; hashes where a key is a person's.
    """

    rows: int
    samples: tuple[str, ...]

    @property
    def told(self) -> str:
        """Say it for people."""
        counted = f"{self.rows} {'row' if self.rows == 1 else 'rows'}"
        more = ", …" if self.rows > len(self.samples) else ""
        return f"{counted}: {', '.join(self.samples)}{more}"


def sampled(query: sql.Composable, table: Table, key: Sequence[str]) -> sql.Composed:
    """Make the query that gives `Broken` from one that gives keys.

    A key of a person is shown by the first digits of its SHA-256, enough to find the row again, as
    `left(encode(sha256(convert_to(id::text, 'UTF8')), 'hex'), 12)`, and of no use to who can't read the table.

    Args:
        query: gives the columns of `key`.
        table: of the models, which say how personal a column is.
        key: columns of `table`.
    """
    shown = [_shown(name, table) for name in key]
    return sql.SQL("SELECT count(*) OVER (), concat_ws('/', {}) FROM ({}) AS broken ORDER BY {} LIMIT {}").format(
        sql.SQL(", ").join(shown), query, sql.SQL(", ").join(map(sql.Identifier, key)), sql.Literal(MOST)
    )


def broken_of(rows: Sequence[tuple[Any, ...]]) -> Broken | None:
    """Read what the query gave; None if no row broke the rule."""
    return Broken(int(rows[0][0]), tuple(str(sample) for _, sample in rows)) if rows else None


def _shown(name: str, table: Table) -> sql.Composed:
    told = sql.SQL("{}::text").format(sql.Identifier(name))
    if table.columns[name].info["privacy"] is Privacy.NONE:
        return told
    digest = sql.SQL("left(encode(sha256(convert_to({}, 'UTF8')), 'hex'), {})").format(told, sql.Literal(_DIGITS))
    return sql.SQL("'#' || {}").format(digest)
