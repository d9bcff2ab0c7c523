"""What the syncs of a class's part of a system changed, row by row."""

import datetime
from collections.abc import Mapping
from typing import Any, Final

from toolbox_cli.seed.domains.classes.roster import CLASSES_A_SCHOOL
from toolbox_cli.seed.domains.lms.nights import Night
from toolbox_cli.seed.making.keys import dashed
from toolbox_cli.seed.making.text import Row

CHANGE_COLUMNS: Final = (
    "run_id", "number", "row_id", "applied", "table_name", "action", "external_id", "before", "after",
)  # fmt: skip

_CHANGES_A_CLASS: Final = 10_000_000


class Journal:
    """The changes of one class; numbers of different classes of a school lie apart.

    Attributes:
        rows: of `lms_sync_changes`.
    """

    def __init__(self, block: int) -> None:
        self._first = block % CLASSES_A_SCHOOL * _CHANGES_A_CLASS + 1
        self.rows: list[Row] = []

    def inserted(self, night: Night, table: str, key: str, external: str | None) -> None:
        """Note that a sync made a row."""
        self.rows.append((night.key, self._number(), key, True, table, "insert", external, None, None))

    def changed(
        self, night: Night, table: str, action: str, external: str | None, before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Note that a sync changed a row, or was to change it while it is held."""
        self.rows.append(
            (night.key, self._number(), before["id"], night.applied, table, action, external, _document(before),
             _document(after))
        )  # fmt: skip

    def _number(self) -> int:
        return self._first + len(self.rows)


def _document(row: Mapping[str, Any]) -> dict[str, Any]:
    """Write a row as the server does."""
    return {name: _value(name, value) for name, value in row.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    is_key = name in {"id", "user_id", "sync_hash"} or name.startswith("lms_") or name == "merged_into_id"
    return dashed(value) if is_key and value is not None else value
