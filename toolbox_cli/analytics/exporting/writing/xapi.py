"""Statements of the Experience API 1.0.3, one a line, as a learning record store takes them."""

import json
from typing import Any, Final

import pyarrow as pa

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.exporting.writing.statements.telling import teller_of
from toolbox_cli.analytics.exporting.writing.texts import plain

_AS_JSON: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class XapiBody:
    """One statement a row."""

    def __init__(self, sink: Any, dataset: Dataset) -> None:
        self._sink = sink
        self._tell = teller_of(dataset)

    def write(self, batch: pa.RecordBatch) -> None:
        """Write statements."""
        lines = [_AS_JSON(self._tell(row)) for row in plain(batch).to_pylist()]
        self._sink.write("".join(f"{line}\n" for line in lines).encode())

    def close(self) -> None:
        """Do nothing: no line is held back."""


def begin(sink: Any, schema: pa.Schema, dataset: Dataset) -> XapiBody:  # noqa: ARG001  as all forms are begun
    """Begin a file.

    Raises:
        UsageError: rows of this dataset are nothing that somebody did.
    """
    return XapiBody(sink, dataset)
