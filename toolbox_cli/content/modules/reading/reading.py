"""Paths of a command line, read as modules."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from toolbox_cli.content.faults.registry import finding, placed
from toolbox_cli.content.modules.reading.file import Read, document_of
from toolbox_cli.content.modules.reading.folders import module_files, tag_lists
from toolbox_cli.content.modules.reading.pool import read_modules
from toolbox_cli.content.modules.reading.together import Beside, faults_together
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.progress import Bars

Known = Callable[[Sequence[Path]], Sequence[Read | None]]
"""Gives what is known of files without reading them; None for those that have to be read."""


@dataclass(frozen=True, slots=True)
class Library:
    """What some paths hold.

    Attributes:
        reads: each file with its own faults.
        tags: folder, from the root, to the tags that modules in it may have.
        faults: of the paths themselves.
    """

    reads: tuple[Read, ...]
    tags: dict[Path, frozenset[str]]
    faults: tuple[Finding, ...] = ()

    def findings(self, beside: Beside | None) -> list[Finding]:
        """Give every fault: of files by themselves, together, and beside what a database holds, if one was asked."""
        return [*self.own_faults(), *faults_together(self.reads, beside, self.tags)]

    def own_faults(self) -> list[Finding]:
        """Give the faults of paths, and of files by themselves."""
        return [*self.faults, *(fault for read in self.reads for fault in read.faults)]

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
    faults: list[Finding] = []
    listed = {path: module_files(path, faults) for path in paths}
    faults += [finding("M007", str(path), "no file in it is a module", file=path)
               for path, files in listed.items() if not files]  # fmt: skip
    once: dict[Path, Path] = {}
    for file in (file for found in listed.values() for file in found):
        once.setdefault(file.resolve(), file)
    files = [*once.values()]
    told = known(files) if known else [None] * len(files)
    unread = [file for file, read in zip(files, told, strict=True) if read is None]
    reading = _counted(read_modules(unread, processes), len(unread), shown or Bars())
    reads = tuple(next(reading) if read is None else read for read in told)
    lists = {file.absolute() for path in paths for file in tag_lists(path)}
    tags = {file.parent: found for file in sorted(lists) if (found := _tags(file, faults)) is not None}
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


def _tags(file: Path, faults: list[Finding]) -> frozenset[str] | None:
    """Read a list of tags; None where there is none to hold anything against."""
    shown = _from_here(file)
    document = document_of(shown, faults)
    if document is None:
        return None
    faults += [placed(document, "M002", one.steps, f"stands twice, first in line {one.first.line}", at_key=True)
               for one in document.twice]  # fmt: skip
    listed = document.content.get("tags")
    if not isinstance(listed, list) or not all(isinstance(tag, str) for tag in listed):
        faults.append(placed(document, "M003", ("tags",), "it is no list of tags: tags: [one, another]"))
        return None
    return frozenset(listed)


def _from_here(file: Path) -> Path:
    """Name a file as one does from where one is."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
