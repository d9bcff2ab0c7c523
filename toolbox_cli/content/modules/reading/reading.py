"""Paths of a command line, read as modules."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from toolbox_cli.content.faults.registry import finding
from toolbox_cli.content.modules.reading.file import Read
from toolbox_cli.content.modules.reading.folders import module_files, tag_lists
from toolbox_cli.content.modules.reading.pool import read_modules
from toolbox_cli.content.modules.reading.together import Beside, faults_together
from toolbox_cli.core.documents import read_document
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.progress import Bars

Known = Callable[[Sequence[Path]], Sequence[Read | None]]
"""Gives what is known of files without reading them; None for those that have to be read."""


@dataclass(frozen=True, slots=True)
class Library:
    """What some paths hold.

    Attributes:
        reads: each file with its own faults.
        tags: folder to the tags that modules in it may have.
        faults: of the paths themselves.
    """

    reads: tuple[Read, ...]
    tags: dict[Path, frozenset[str]]
    faults: tuple[Finding, ...] = ()

    def findings(self, beside: Beside | None) -> list[Finding]:
        """Give every fault: of files by themselves, together, and beside what a database holds, if one was asked."""
        own = [fault for read in self.reads for fault in read.faults]
        return [*self.faults, *own, *faults_together(self.reads, beside, self.tags)]

    def with_reads(self, more: Iterable[Read], faults: Iterable[Finding] = ()) -> "Library":
        """Add what came from elsewhere."""
        return replace(self, reads=(*self.reads, *more), faults=(*self.faults, *faults))

    def without(self, slugs: Container[str | None]) -> "Library":
        """Leave some modules out."""
        return replace(self, reads=tuple(read for read in self.reads if read.slug not in slugs))


def read_library(
    paths: Sequence[Path], known: Known | None = None, processes: int | None = None, shown: Bars | None = None
) -> Library:
    """Read every module at some paths.

    Args:
        paths: files and folders.
        known: tells of files that need not be read.
        processes: as `read_modules` has it.
        shown: shows how many are read.

    Raises:
        InputError: a path is not there, or a file of another kind.
    """
    listed = {path: module_files(path) for path in paths}
    faults = [finding("M007", str(path), "no file in it is a module", file=path)
              for path, files in listed.items() if not files]  # fmt: skip
    files = [*dict.fromkeys(file for found in listed.values() for file in found)]
    told = known(files) if known else [None] * len(files)
    unread = [file for file, read in zip(files, told, strict=True) if read is None]
    reading = _counted(read_modules(unread, processes), len(unread), shown or Bars())
    reads = tuple(next(reading) if read is None else read for read in told)
    tags = {}
    for file in dict.fromkeys(file for path in paths for file in tag_lists(path)):
        tags[file.parent] = _tags(file, faults)
    return Library(reads, tags, tuple(faults))


def _counted(reading: Iterator[Read], total: int, shown: Bars) -> Iterator[Read]:
    for number, read in enumerate(reading):
        if number == 0:  # a bar is drawn by a thread, and processes that start beside one start more slowly
            shown.add("Files", "files", total)
        shown.advance("files", 1)
        yield read


def failed(findings: Iterable[Finding]) -> bool:
    """Say whether something keeps an import from being written."""
    return any(one.severity is Severity.ERROR for one in findings)


def _tags(file: Path, faults: list[Finding]) -> frozenset[str]:
    try:
        content = read_document(file).content
    except InputError as error:
        faults.append(finding("M001", file.name, error.message, file=file))
        return frozenset()
    listed = content.get("tags") if isinstance(content, dict) else None
    if not isinstance(listed, list) or not all(isinstance(tag, str) for tag in listed):
        faults.append(finding("M003", file.name, "it is no list of tags: tags: [one, another]", file=file))
        return frozenset()
    return frozenset(listed)
