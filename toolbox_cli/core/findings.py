"""One finding about data or schema: the shape every report and every refusal shares."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

_MARK: Final = "Value error, "
"""What pydantic puts before sentences that are not its own."""


def said(error: Mapping[str, Any]) -> str:
    """Give what one of pydantic's errors says, a sentence of ours as it was written.

    Example:
        >>> said({"msg": "Value error, it ends before it begins"})
        'it ends before it begins'
    """
    return str(error["msg"]).removeprefix(_MARK)


class Severity(StrEnum):
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, and what to do about it.

    Attributes:
        code: stable, kebab-case name of the kind of finding; scripts match on it.
        severity: `error` fails a run, `warning` and `note` do not.
        object: `schema.table.name`, or the name of what was looked at.
        field: the differing attribute, column or key.
        expected: what should be there, as text.
        found: what is there, as text; never a secret, never personal data in the clear.
        file: the input's file, where there is one.
        line: 1-based line of `file`.
        remedy: what the reader does next, as a sentence or a command.
        column: 1-based column of `line`, where it is known.
    """

    code: str
    severity: Severity
    object: str
    field: str | None = None
    expected: str | None = None
    found: str | None = None
    file: str | None = None
    line: int | None = None
    remedy: str | None = None
    column: int | None = None

    def as_item(self) -> "dict[str, Any]":
        """Give the finding as the JSON envelope's item: every key, in declared order."""
        return asdict(self)
