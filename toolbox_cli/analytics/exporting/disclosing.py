"""The record of an export in `toolbox.disclosures`: who let which data out, to whom, and why.

Source: 34 CFR 99.32 (FERPA): each disclosure is recorded with who received the data and the interest they had in it.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.types.json import Jsonb

from toolbox_cli import __version__
from toolbox_cli.core.database.audit import os_user
from toolbox_cli.core.database.transaction import upgraded
from toolbox_cli.core.settings import Environment

_WRITE: Final = """
INSERT INTO toolbox.disclosures (os_user, environment, privacy, recipient, basis, period, key_id, datasets, selection,
                                 row_count, form, destination, tool_version)
VALUES (%(os_user)s, %(environment)s, %(privacy)s, %(recipient)s, %(basis)s, %(period)s, %(key_id)s, %(datasets)s,
        %(selection)s, %(row_count)s, %(form)s, %(destination)s, %(tool_version)s)"""


@dataclass(frozen=True, slots=True)
class File:
    """A file that was written: its rows, and the SHA-256 of its bytes."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Released:
    """What left of one dataset.

    Attributes:
        dataset: its name.
        version: of its schema.
        columns: those that were written, in the files' order.
        files: by path below the destination; for an increment, those that are new.
    """

    dataset: str
    version: int
    columns: tuple[str, ...]
    files: Mapping[str, File]

    @property
    def rows(self) -> int:
        """Of all its files."""
        return sum(file.rows for file in self.files.values())


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One export.

    Attributes:
        privacy: pseudonymous, aggregate or identified.
        form: parquet, csv and so on.
        destination: folder or address; what is secret in it is left out of the record.
        released: a dataset each.
        environment: what kind of installation it ran in.
        selection: what decided the rows, such as since, until and incremental.
        recipient: who gets it.
        basis: why it may be given away.
        period: that pseudonyms stay the same for.
        key_id: of the pseudonyms' key, where that is kept.
        rows: of a file that datasets make together; None where each has files of its own.
    """

    privacy: str
    form: str
    destination: str
    released: tuple[Released, ...]
    environment: Environment
    selection: Mapping[str, Any] = field(default_factory=dict)
    recipient: str | None = None
    basis: str | None = None
    period: str | None = None
    key_id: uuid.UUID | None = None
    rows: int | None = None

    @property
    def row_count(self) -> int:
        """Rows of all that left."""
        return sum(one.rows for one in self.released) if self.rows is None else self.rows


def record(connection: psycopg.Connection[Any], disclosure: Disclosure) -> None:
    """Write an export down; commit it before the files can be taken for whole.

    Raises:
        RefusedError: the database has no place for records of exports; the transaction can only be rolled back.
        CheckViolation: identified data without a basis, or from production without a recipient.

    Effects: one INSERT; never commits, and nobody may change it afterwards.
    """
    with upgraded():
        connection.execute(_WRITE, _row(disclosure))


def without_secrets(destination: str) -> str:
    """Leave out of an address who signs in, and its query, which may hold keys."""
    if "://" not in destination:
        return destination
    parts = urlsplit(destination)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _row(disclosure: Disclosure) -> dict[str, Any]:
    return {
        "os_user": os_user(),
        "environment": disclosure.environment.value,
        "privacy": str(disclosure.privacy),
        "recipient": disclosure.recipient,
        "basis": disclosure.basis,
        "period": disclosure.period,
        "key_id": disclosure.key_id,
        "datasets": Jsonb({one.dataset: _released(one) for one in disclosure.released}),
        "selection": Jsonb(dict(disclosure.selection)),
        "row_count": disclosure.row_count,
        "form": disclosure.form,
        "destination": without_secrets(disclosure.destination),
        "tool_version": __version__,
    }


def _released(one: Released) -> dict[str, Any]:
    files = {path: {"rows": file.rows, "sha256": file.sha256} for path, file in one.files.items()}
    return {"version": one.version, "columns": list(one.columns), "rows": one.rows, "files": files}
