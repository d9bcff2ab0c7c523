"""What writes batches in one form to a stream, hashed and counted on the way."""

import hashlib
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

import pyarrow as pa

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.exporting.choices import SUFFIXES, Form

__all__ = ["SUFFIXES", "Body", "Form", "Written", "Writer", "open_writer"]


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written.

    Attributes:
        sha256: of all its bytes, in hexadecimal.
    """

    rows: int
    size_bytes: int
    sha256: str


class Body(Protocol):
    """What one form makes of batches; the module of each form has `begin(sink, schema, dataset) -> Body`."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Write rows; may hold some back until more come, up to a few MiB."""

    def close(self) -> None:
        """Write what was held back and what ends a file; the stream stays open."""


class Writer(Protocol):
    """Writes one file."""

    @property
    def rows(self) -> int:
        """Rows written so far."""

    @property
    def size_bytes(self) -> int:
        """Bytes that have reached the stream so far."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Write rows of exactly the schema that the file was begun with; text may come as dictionaries."""

    def close(self) -> Written:
        """End the file and its stream."""


def open_writer(form: Form, stream: BinaryIO, schema: pa.Schema, dataset: Dataset) -> Writer:
    """Begin a file.

    Args:
        form: what it becomes.
        stream: where it goes; owned and closed by the writer. Of its methods, `write` and `close` alone are used.
        schema: of every batch that will come.
        dataset: what the rows are of; the form may take its key, time and names from it.
    """
    module = importlib.import_module(f"toolbox_cli.analytics.exporting.writing.{form.value}")
    begin: Callable[[Any, pa.Schema, Dataset], Body] = module.begin
    return _Hashing(begin, stream, schema, dataset)


class Hashed:
    """A stream that counts and hashes what passes; what `begin` of a form writes to."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.size_bytes = 0

    def write(self, data: Any) -> int:
        """Pass bytes, or anything that has a buffer, on."""
        self._hash.update(data)
        self._stream.write(data)
        size = memoryview(data).nbytes
        self.size_bytes += size
        return size

    def flush(self) -> None:
        """Do nothing: the stream is flushed when it is closed."""

    def close(self) -> None:
        """Do nothing: a body may close what it was given, and the file's end is the writer's to say."""

    def hexdigest(self) -> str:
        """Give the hash of what has passed."""
        return self._hash.hexdigest()


class _Hashing:
    def __init__(
        self, begin: Callable[[Any, pa.Schema, Dataset], Body], stream: BinaryIO, schema: pa.Schema, dataset: Dataset
    ) -> None:
        self._stream = stream
        self._sink = Hashed(stream)
        self._body = begin(self._sink, schema, dataset)
        self.rows = 0

    @property
    def size_bytes(self) -> int:
        return self._sink.size_bytes

    def write(self, batch: pa.RecordBatch) -> None:
        self._body.write(batch)
        self.rows += batch.num_rows

    def close(self) -> Written:
        self._body.close()
        self._stream.close()
        return Written(self.rows, self._sink.size_bytes, self._sink.hexdigest())
