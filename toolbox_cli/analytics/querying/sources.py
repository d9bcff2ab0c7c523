"""What a query can read: exported datasets in a folder or an object store."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import dataset

from toolbox_cli.analytics.exporting.manifest import Manifest, read_manifest
from toolbox_cli.analytics.exporting.stores.store import MANIFEST
from toolbox_cli.analytics.exporting.writing.writer import Form
from toolbox_cli.analytics.querying.locked import View, text
from toolbox_cli.core.errors import InputError

MONTH: Final = "month"
"""The column that the folders' names make."""

GONE: Final = "Where files of an export are gone, export it again, without --incremental."

_SQL_TYPES: Final = {
    "string": "VARCHAR", "int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN",
    "timestamp[us, tz=UTC]": "TIMESTAMPTZ", "date32[day]": "DATE",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A dataset that was exported.

    Attributes:
        folder: where its files are, from which the manifest names them.
    """

    manifest: Manifest
    folder: str

    @property
    def name(self) -> str:
        """Of the dataset."""
        return self.manifest.dataset

    @property
    def files(self) -> tuple[str, ...]:
        """Paths of all files."""
        return tuple(f"{self.folder}/{part.path}" for part in self.manifest.files)

    @property
    def columns(self) -> dict[str, str]:
        """Types in SQL, by name."""
        return {column["name"]: _sql_type(column["type"]) for column in self.manifest.terms.columns}

    @property
    def partitioned(self) -> bool:
        """Whether folders are named after months."""
        return self.manifest.terms.partition == MONTH


def in_folder(folder: Path) -> list[Found]:
    """Find the exported datasets of a folder, or the one that the folder is.

    A link to a generation is followed once, so that an export in the meantime does not change what is read.

    Raises:
        InputError: there are none, or a manifest can't be read.
    """
    try:
        places = [folder] if (folder / MANIFEST).is_file() else sorted(folder.iterdir())
        found = [_found(place) for place in places if not place.name.startswith(".")]
    except OSError as error:
        raise InputError(f"{folder} can't be read: {error.strerror}.") from None
    return some([one for one in found if one], str(folder))


def some(found: list[Found], where: str) -> list[Found]:
    """Give what was found.

    Raises:
        InputError: it is nothing.
    """
    if not found:
        raise InputError(
            f"There is no exported dataset in {where}.",
            remedy=f"Export some with: toolbox analytics export DATASET --to {where}",
        )
    return found


def view_of(found: Found, files: Any = None) -> View:
    """Give the view of an exported dataset.

    Args:
        found: the dataset.
        files: pyarrow's file system that it is on; None for this machine's.

    Raises:
        InputError: its form is none that queries read.
    """
    form = Form(found.manifest.terms.form)
    if not found.files:
        return View(found.name, f"(SELECT {_nothing(found)} LIMIT 0)")
    if form is Form.ARROW or (form is Form.PARQUET and files is not None):
        return View(found.name, rows=_scanned(found, files))
    if form is Form.PARQUET:
        return _view(found, "read_parquet", "union_by_name = true")
    if form is Form.JSONL and files is None:
        columns = ", ".join(f"{text(name)}: {text(held)}" for name, held in _json_columns(found).items())
        return _view(found, "read_json", f"format = 'newline_delimited', columns = {{{columns}}}")
    raise InputError(
        f"{found.name} was exported as {form}, which queries don't read there.",
        remedy="Export it as parquet or arrow; as jsonl, into a folder.",
    )


def _found(place: Path) -> Found | None:
    generation = place.resolve()
    file = generation / MANIFEST
    if not file.is_file():
        return None
    manifest = read_manifest(file.read_bytes(), str(place))
    return None if manifest is None else Found(manifest, str(generation))


def _view(found: Found, function: str, options: str) -> View:
    listed = ", ".join(map(text, found.files))
    hive = "hive_partitioning = true, hive_types_autocast = false" if found.partitioned else "hive_partitioning = false"
    return View(found.name, f"{function}([{listed}], {options}, {hive})", tuple(map(Path, found.files)))


def _json_columns(found: Found) -> dict[str, str]:
    return found.columns | ({MONTH: "VARCHAR"} if found.partitioned else {})


def _scanned(found: Found, files: Any) -> Any:
    form = "ipc" if found.manifest.terms.form == Form.ARROW else "parquet"
    months = dataset.partitioning(pa.schema([(MONTH, pa.string())]), flavor="hive") if found.partitioned else None
    try:
        return dataset.dataset(
            [*found.files], format=form, filesystem=files, partitioning=months, partition_base_dir=found.folder
        )
    except FileNotFoundError as error:
        raise InputError(f"A file of the datasets can't be read: {error}", remedy=GONE) from None


def _nothing(found: Found) -> str:
    return ", ".join(f'NULL::{held} AS "{name}"' for name, held in _json_columns(found).items())


def _sql_type(kind: str) -> str:
    return _SQL_TYPES.get(kind) or kind.replace("decimal128", "DECIMAL")
