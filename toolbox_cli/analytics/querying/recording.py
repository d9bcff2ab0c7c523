"""The record of an answer that leaves the database as a file: it stays when the query is long forgotten."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.datasets.homes import homes
from toolbox_cli.analytics.exporting.choices import PrivacyMode
from toolbox_cli.analytics.exporting.disclosing import Disclosure, File, Released, record
from toolbox_cli.analytics.masking.applying import masked_schema
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.analytics.masking.recipients import recipient_named
from toolbox_cli.analytics.querying.answers import Answer
from toolbox_cli.analytics.querying.live import mentioned
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.runtime import Runtime

_PURPOSE: Final = "toolbox analytics query"


@dataclass(frozen=True, slots=True)
class Leaving:
    """An answer as a file.

    Attributes:
        sql: the query; kept out of the record, since words of persons may stand in it.
        most: rows at most.
        recipient: who gets it.
        basis: why it may be given away.
    """

    sql: str
    most: int
    form: str
    file: Path
    recipient: str | None = None
    basis: str | None = None


def recorded(runtime: Runtime, leaving: Leaving, answer: Answer, parts: Iterable[str]) -> Iterator[str]:
    """Pass the text of an answer on, and write it down before its end: only then is the file seen.

    Args:
        runtime: says where the databases are.
        leaving: what is written down of it.
        answer: read while its text is passed on.
        parts: of its text.

    Raises:
        RefusedError: a database has no place for the record, or the role may not write it.

    Effects: one record in each database whose datasets the query may have read; committed.
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
        yield part
    file = File(answer.rows, digest.hexdigest())
    for target, datasets in homes(runtime, mentioned(leaving.sql)):
        with connect(target, autocommit=False, purpose=_PURPOSE) as connection:
            record(connection, _disclosure(runtime, leaving, datasets, file))


def _disclosure(runtime: Runtime, leaving: Leaving, datasets: Iterable[Dataset], file: File) -> Disclosure:
    return Disclosure(
        privacy=PrivacyMode.PSEUDONYMOUS.value,
        form=leaving.form,
        destination=str(leaving.file.resolve()),
        released=tuple(_released(dataset, leaving.file.name, file) for dataset in datasets),
        environment=runtime.settings.env,
        selection={"by": "query", "limit": leaving.most},
        recipient=None if leaving.recipient is None else recipient_named(leaving.recipient),
        basis=leaving.basis,
        rows=file.rows,
    )


def _released(dataset: Dataset, name: str, file: File) -> Released:
    columns = tuple(masked_schema(dataset, Mode.PSEUDONYMOUS).names)
    return Released(dataset.name, dataset.version, columns, {name: file})
