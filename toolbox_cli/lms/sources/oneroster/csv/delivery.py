"""What a district delivered: the manifest, and which file holds what."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import BinaryIO, Final, NamedTuple

from toolbox_cli.core.archives.archive import Archive
from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.sources.oneroster.csv.tables.columns import Layout
from toolbox_cli.lms.sources.oneroster.csv.tables.faults import FILE_KINDS, UnreadableFileError, of_file
from toolbox_cli.lms.sources.oneroster.csv.tables.table import Table
from toolbox_cli.lms.sources.records import Fault

_MANIFEST: Final = Layout("manifest", ("propertyName", "value"), ("propertyName", "value"))


class Mode(StrEnum):
    """What the rows of a file are; see the package's docstring."""

    BULK = "bulk"
    DELTA = "delta"
    ABSENT = "absent"
    UNSAID = "unsaid"


class Manifest(NamedTuple):
    """What a delivery says of itself.

    Attributes:
        modes: by the file's name in lower case, without `.csv`.
    """

    version: str | None
    system: str | None
    modes: Mapping[str, Mode]
    faults: tuple[Fault, ...]


class Delivery:
    """A folder or zip of OneRoster files.

    Raises:
        ArchiveError: the archive can't be read.
    """

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._names = {name.casefold(): name for name in archive.entries}
        self.manifest = self._read_manifest()

    def has(self, file: str) -> bool:
        return f"{file}.csv".casefold() in self._names

    def mode(self, file: str) -> Mode:
        """Give what a file's rows are; a file that nothing is said of and that isn't there is absent."""
        said = self.manifest.modes.get(file.casefold(), Mode.UNSAID)
        return said if said is not Mode.UNSAID or self.has(file) else Mode.ABSENT

    def opened(self, file: str) -> Callable[[], BinaryIO]:
        """Give what opens a file.

        Raises:
            UnreadableFileError: it is not there, though the manifest says so.
        """
        name = self._names.get(f"{file}.csv".casefold())
        if name is None:
            message = f"is missing, though the manifest says that it is there ({self.mode(file)})."
            raise UnreadableFileError(of_file("file-missing", file, message, remedy="Send the whole delivery again."))
        return partial(self.archive.open, name)

    def _read_manifest(self) -> Manifest:
        if not self.has("manifest"):
            message = "is not there: nothing is removed because it is missing in these files."
            return Manifest(None, None, {}, (of_file("no-manifest", "manifest", message),))
        try:
            return _manifest(Table(_MANIFEST, self.opened("manifest")))
        except UnreadableFileError as error:
            return Manifest(None, None, {}, (error.fault,))


def _manifest(table: Table) -> Manifest:
    try:
        batch = next(table.batches(), None)
    finally:
        table.close()
    names, values = batch.columns if batch else ((), ())
    said: dict[str, str] = {}
    modes: dict[str, Mode] = {}
    faults = [*table.header.faults, *(batch.faults if batch else ())]
    known = {file.casefold(): file for file in FILE_KINDS}
    for name, value in zip(names, values, strict=True):
        key, word = name.casefold(), value.casefold()
        if key in said and said[key] != word:
            faults.append(of_file("manifest", "manifest", f"says two things of {name[:60]}."))
            word = ""
        said[key] = word
        file = key.removeprefix("file.")
        if file != key:
            modes[file] = Mode(word) if word in {Mode.BULK, Mode.DELTA, Mode.ABSENT} else Mode.UNSAID
            if modes[file] is Mode.UNSAID and file in known:
                faults.append(_unsaid(known[file]))
    system = next(
        (value for name, value in zip(names, values, strict=True) if name.casefold() == "source.systemname"), ""
    )
    return Manifest(said.get("oneroster.version") or None, system or None, modes, tuple(faults))


def _unsaid(file: str) -> Fault:
    message = (
        f"does not say whether {file}.csv is bulk, delta or absent: nothing is removed because it is missing there."
    )
    return of_file("manifest", "manifest", message, field=f"file.{file}", severity=Severity.WARNING)
