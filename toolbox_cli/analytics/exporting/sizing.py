"""Guesses how large an export's files will be, by writing the first rows of it to nowhere."""

import io
from typing import Final

from toolbox_cli.analytics.exporting.running import Job
from toolbox_cli.analytics.exporting.writing.writer import open_writer
from toolbox_cli.analytics.extracting.extract import Snapshot

SAMPLE: Final = 10_000
"""Rows that are written for it."""


def size_guessed(snapshot: Snapshot, job: Job, rows: int) -> int | None:
    """Guess the bytes of the files that rows of an export make, in its form, masked and compressed.

    Args:
        snapshot: to be read from.
        job: what is exported.
        rows: that will be written.

    Returns:
        Bytes; None of tables of cells, which are no rows of the dataset.
    """
    if job.earlier is not None:
        return None
    reading = job.reading
    writer = open_writer(job.form, io.BytesIO(), job.schema, reading.dataset)
    try:
        for raw in snapshot.batches(reading.statement().limit(SAMPLE), repeating=reading.repeating):
            writer.write(job.mask(raw))
    finally:
        written = writer.close()
    return round(rows * written.size_bytes / written.rows) if rows and written.rows else 0
