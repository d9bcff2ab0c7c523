"""The datasets as they stand now, masked, in a folder that nobody else can open and that goes with the query."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.datasets.homes import homes
from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.exporting.planning import Reading
from toolbox_cli.analytics.exporting.writing.writer import Form, open_writer
from toolbox_cli.analytics.extracting.extract import Snapshot, snapshot
from toolbox_cli.analytics.masking.applying import masked_schema, masker
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.analytics.masking.pseudonyms import Pseudonyms
from toolbox_cli.analytics.querying.locked import COMPUTED, View, text
from toolbox_cli.core.progress import status
from toolbox_cli.core.runtime import Runtime


def mentioned(sql: str) -> tuple[Dataset, ...]:
    """Give the datasets that a query may read; some that it does not, too."""
    text = sql.lower().replace("-", "_")
    if COMPUTED.search(sql):
        return tuple(DATASETS.values())
    return tuple(dataset for name, dataset in DATASETS.items() if name.replace("-", "_") in text)


@contextmanager
def live(runtime: Runtime, sql: str) -> Iterator[list[View]]:
    """Take a snapshot of the datasets that a query may read, under pseudonyms of a key that is kept nowhere.

    The others are there without rows, so that a query can look for them.

    Raises:
        UnreachableError: a database can't be reached.
        RefusedError: it lacks tables.
        MissingExtraError: the extra `analytics` is not installed.
    """
    wanted, keys = mentioned(sql), Pseudonyms(secrets.token_bytes(32))
    with TemporaryDirectory(prefix="toolbox-live-") as folder, status(runtime, "Reading the datasets") as say:
        views = []
        for target, held in homes(runtime, wanted):
            with snapshot(target) as opened:
                views += [_taken(opened, dataset, keys, Path(folder), say) for dataset in held]
        yield views + _without_rows([dataset for dataset in DATASETS.values() if dataset not in wanted])


def _taken(opened: Snapshot, dataset: Dataset, keys: Pseudonyms, folder: Path, say: Callable[[str], None]) -> View:
    say(f"Reading {dataset.name}")
    reading, file = Reading(dataset, Mode.PSEUDONYMOUS), folder / f"{dataset.name}.parquet"
    mask = masker(dataset, reading.mode, keys)
    with file.open("wb") as stream:
        writer = open_writer(Form.PARQUET, stream, masked_schema(dataset, reading.mode), dataset)
        try:
            for batch in opened.batches(reading.statement(), repeating=reading.repeating):
                writer.write(mask(batch))
        finally:
            writer.close()  # else its library complains of the closed stream
    return View(dataset.name, f"read_parquet({text(str(file))})", (file,))


def _without_rows(datasets: Sequence[Dataset]) -> list[View]:
    return [View(dataset.name, rows=masked_schema(dataset, Mode.PSEUDONYMOUS).empty_table()) for dataset in datasets]
