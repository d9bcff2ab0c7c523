"""OneRoster CSV files as a source."""

import datetime
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from toolbox_cli.core.archives.faults import ArchiveError
from toolbox_cli.core.archives.limits import Limits
from toolbox_cli.core.archives.opening import USUAL, open_archive
from toolbox_cli.core.findings import Severity
from toolbox_cli.core.garbage import seldom_collected
from toolbox_cli.lms.sources.errors import RefusedGradeError, SourceError
from toolbox_cli.lms.sources.oneroster.csv.delivery import Delivery, Mode
from toolbox_cli.lms.sources.oneroster.csv.readers.assignments import Assignments
from toolbox_cli.lms.sources.oneroster.csv.readers.courses import Around, Courses
from toolbox_cli.lms.sources.oneroster.csv.readers.enrollments import Enrollments
from toolbox_cli.lms.sources.oneroster.csv.readers.lookups import (
    RoleBook,
    read_catalogue,
    read_categories,
    read_orgs,
    read_roles,
    read_sessions,
)
from toolbox_cli.lms.sources.oneroster.csv.readers.reading import Reader
from toolbox_cli.lms.sources.oneroster.csv.readers.users import Users
from toolbox_cli.lms.sources.oneroster.csv.tables.columns import CLASSES, ENROLLMENTS, LINE_ITEMS, USERS, Layout
from toolbox_cli.lms.sources.oneroster.csv.tables.faults import UnreadableFileError, of_file
from toolbox_cli.lms.sources.oneroster.csv.tables.table import Table
from toolbox_cli.lms.sources.records import (
    Broken,
    Complete,
    Course,
    Event,
    Fault,
    Grade,
    Kind,
    Page,
    Pushed,
    Record,
    Role,
    Scope,
)
from toolbox_cli.lms.sources.source import Knows, Tried

PAGE: Final = 1_000
"""Records or faults of a page, roughly; with more alive at once, collecting garbage takes its time."""

_LAYOUTS: Final = (CLASSES, USERS, ENROLLMENTS, LINE_ITEMS)


class _Make(Protocol):
    """Reads what a file refers to, and gives its reader with the faults of that."""

    def __call__(self, delivery: Delivery, *, delta: bool) -> tuple[Reader, list[Fault]]: ...


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


class CsvSource:
    """A folder or zip file of OneRoster 1.1 or 1.2.

    Nothing is read before it is asked for, and `since` has no meaning: what a delivery holds is what it holds.

    Args:
        path: the folder or the zip file.
        limits: what a delivery may hold at most.
        roles: further words for roles, by `words.plain` word; None leaves one out.
        zone: of moments that have none.
        today: when 1.2's roles are held or not.
    """

    knows = Knows(standing=False, tombstones=True, grades=False)
    cannot = (
        "Files go one way: grades can't be sent back.",
        "Bulk files hold no removals: who is missing in one is gone, which the limits of the integration guard.",
        "Whether an enrollment is active is known by its dates alone.",
    )

    def __init__(  # noqa: PLR0913  a source has as many settings
        self,
        path: Path,
        *,
        limits: Limits = USUAL,
        roles: Mapping[str, Role | None] | None = None,
        zone: datetime.tzinfo = datetime.UTC,
        today: Callable[[], datetime.date] = _today,
    ) -> None:
        self._path, self._limits, self._zone, self._today = path, limits, zone, today
        self._more_roles = roles or {}
        self._delivery: Delivery | None = None

    def test(self) -> Tried:
        """Read the manifest, and the first line of each file."""
        with _trusted():
            delivery = self._opened()
            notes = [fault.message for fault in delivery.manifest.faults]
            for layout in _LAYOUTS:
                mode = delivery.mode(layout.file)
                notes.append(f"{layout.file}.csv: {mode}.")
                if mode is not Mode.ABSENT:
                    notes += [fault.message for fault in _tried(delivery, layout)]
            return Tried(delivery.manifest.version, tuple(notes))

    def courses(self, since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read classes.csv, and what it refers to."""

        def reader(delivery: Delivery, *, delta: bool) -> tuple[Reader, list[Fault]]:
            around = Around(read_orgs(delivery), read_sessions(delivery), read_catalogue(delivery))
            faults = [*delivery.manifest.faults, *(fault for lookup in around for fault in lookup.faults)]
            return Courses(delta=delta, around=around), faults

        return self._events(Scope(Kind.COURSE), CLASSES.file, reader)

    def users(self, courses: Iterable[Course] = (), since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read users.csv; where there is a roles.csv, that says what they are."""

        def reader(delivery: Delivery, *, delta: bool) -> tuple[Reader, list[Fault]]:
            book = self._role_book(delivery)
            return Users(delta=delta, roles=self._more_roles, book=book), book.faults if book else []

        return self._events(Scope(Kind.USER), USERS.file, reader)

    def enrollments(self, courses: Iterable[Course] = (), since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read enrollments.csv."""

        def reader(delivery: Delivery, *, delta: bool) -> tuple[Reader, list[Fault]]:
            return Enrollments(delta=delta, roles=self._more_roles), []

        return self._events(Scope(Kind.ENROLLMENT), ENROLLMENTS.file, reader)

    def assignments(self, courses: Iterable[Course] = (), since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read lineItems.csv."""

        def reader(delivery: Delivery, *, delta: bool) -> tuple[Reader, list[Fault]]:
            categories = read_categories(delivery)
            return Assignments(delta=delta, categories=categories, zone=self._zone), categories.faults

        return self._events(Scope(Kind.ASSIGNMENT), LINE_ITEMS.file, reader)

    def push_grade(self, grade: Grade) -> Pushed:
        """Refuse: files go one way."""
        raise RefusedGradeError("Files go one way: OneRoster CSV takes no grades.")

    def close(self) -> None:
        if self._delivery is not None:
            self._delivery.archive.close()
            self._delivery = None

    def _opened(self) -> Delivery:
        if self._delivery is None:
            archive = open_archive(self._path, self._limits)
            try:
                self._delivery = Delivery(archive)
            except BaseException:
                archive.close()
                raise
        return self._delivery

    def _role_book(self, delivery: Delivery) -> RoleBook | None:
        if delivery.mode("roles") is Mode.ABSENT:
            return RoleBook() if _without_roles(delivery) else None
        return read_roles(delivery, self._more_roles, self._today())

    def _events(self, scope: Scope, file: str, make: _Make) -> Iterator[Event]:
        with _trusted():
            delivery = self._opened()
            mode = delivery.mode(file)
            if mode is Mode.ABSENT:
                if delivery.has(file):
                    yield Page(scope, (), (_unread(file),))
                return
            try:
                yield from self._read(delivery, scope, mode, make)
            except UnreadableFileError as error:
                yield Broken(scope, error.fault)

    def _read(self, delivery: Delivery, scope: Scope, mode: Mode, make: _Make) -> Iterator[Event]:
        reader, faults = make(delivery, delta=mode is Mode.DELTA)
        table = Table(reader.layout, delivery.opened(reader.layout.file), _needed(delivery, reader.layout.file))
        try:
            with seldom_collected():
                lost = yield from _pages(scope, table, reader, [*faults, *table.header.faults])
        finally:
            table.close()
        if mode is not Mode.BULK:
            return
        if not table.rows and not lost:
            yield Page(scope, (), (_no_rows(reader.layout.file),))
        yield Broken(scope, _lossy(reader.layout.file, lost)) if lost else Complete(scope)


def _pages(scope: Scope, table: Table, reader: Reader, faults: list[Fault]) -> Generator[Event, None, int]:
    """Give pages of some batches each; the last has what concerned many records alike.

    Returns:
        How many rows could not be read.
    """
    records: list[Record] = []
    lost = 0
    for batch in table.batches():
        read = reader.read(batch)
        records += read.records
        faults += read.faults
        lost += read.lost
        if len(records) >= PAGE or len(faults) >= PAGE:
            yield Page(scope, tuple(records), tuple(faults))
            records, faults = [], []
    faults += reader.summary()
    if records or faults:
        yield Page(scope, tuple(records), tuple(faults))
    return lost


def _needed(delivery: Delivery, file: str) -> tuple[str, ...]:
    """Name the columns that this delivery can't be read without."""
    needed: tuple[str, ...] = ("status",) if delivery.mode(file) is Mode.DELTA else ()
    if file == USERS.file and delivery.mode("roles") is Mode.ABSENT and not _without_roles(delivery):
        needed += ("role",)
    return needed


def _without_roles(delivery: Delivery) -> bool:
    """Tell whether people may come without roles: in a delta of 1.2, where theirs did not change."""
    version = delivery.manifest.version or ""
    return version.startswith("1.2") and delivery.mode(USERS.file) is Mode.DELTA


def _tried(delivery: Delivery, layout: Layout) -> tuple[Fault, ...]:
    try:
        table = Table(layout, delivery.opened(layout.file), _needed(delivery, layout.file))
    except UnreadableFileError as error:
        return (error.fault,)
    table.close()
    return table.header.faults


@contextmanager
def _trusted() -> Iterator[None]:
    """Turn what is wrong with the archive into what is wrong with the source: nothing of it can be relied on."""
    try:
        yield
    except ArchiveError as error:
        raise SourceError(error.message, remedy=error.remedy, findings=error.findings) from None


def _unread(file: str) -> Fault:
    return of_file(
        "file-unread", file, "is there, but absent by the manifest: it is not read.", severity=Severity.WARNING
    )


def _no_rows(file: str) -> Fault:
    message = "has a first line and no rows, and is bulk by the manifest: it says that nothing is there."
    remedy = "Look whether the export failed."
    return of_file("file-without-rows", file, message, remedy=remedy, severity=Severity.WARNING)


def _lossy(file: str, lost: int) -> Fault:
    message = f"has {lost:,} rows that can't be read: nothing is removed because it is missing there."
    return of_file("incomplete", file, message, remedy="Correct those rows in the system that exports them.")
