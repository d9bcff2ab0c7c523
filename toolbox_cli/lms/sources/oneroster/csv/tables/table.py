"""One CSV file, read in batches of columns: the work on a row is done in C wherever it can be.

A million rows must cost little more than to take them apart. So nothing is done by row that can be done by column, and
what is wrong is looked for only in a batch that has shown that something is.
"""

import codecs
import csv
import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate, islice
from operator import itemgetter
from typing import BinaryIO, Final

from toolbox_cli.lms.sources.oneroster.csv.tables.columns import Header, Layout, read_header
from toolbox_cli.lms.sources.oneroster.csv.tables.faults import UnreadableFileError, of_file, of_row
from toolbox_cli.lms.sources.records import Fault

BATCH: Final = 1_000
"""Rows; more of them no longer fit into the processor's cache."""
_LINE: Final = 1024 * 1024
"""Characters that are taken at once; a line that is longer comes apart, and is refused for that."""
_DELIMITERS: Final = ",;\t|"

Column = Sequence[str]


class Batch:
    """Some rows of a file, by column.

    Attributes:
        columns: as the layout lists them, trimmed, NFC, without NUL; a column that the file lacks is empty. Columns
            of words are as they stand in the file.
        faults: of rows that are not among them, and of fields that had to be cleaned.
        lost: how many rows could not be read at all.
    """

    def __init__(self, file: str, columns: Sequence[Column], lines: Sequence[int], size: int) -> None:
        self.file, self.columns, self.size = file, columns, size
        self._lines = lines
        self.faults: list[Fault] = []
        self.lost = 0

    def line(self, index: int) -> int:
        """Give the line, from 1, in which a row begins."""
        return self._lines[index]

    def lose(self, fault: Fault) -> None:
        """Count a row that may be any of those that are held."""
        self.faults.append(fault)
        self.lost += 1


class Table:
    """One file of a delivery.

    Args:
        layout: what is read of it.
        opened: opens its bytes, anew each time.
        needed: columns that this file must have beside those that its layout needs.

    Raises:
        UnreadableFileError: it has no header that can be read.
    """

    def __init__(self, layout: Layout, opened: Callable[[], BinaryIO], needed: tuple[str, ...] = ()) -> None:
        self.layout, self._open = layout, opened
        stream = opened()
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        self.rows = 0
        try:
            first = self._first_line(stream)
            self._reader = csv.reader(self._pieces(), delimiter=_delimiter(first), strict=True)
            self.header: Header = read_header(layout, self._header_fields(), needed=needed)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._text.close()

    def batches(self) -> Iterator[Batch]:
        """Give all rows.

        Raises:
            UnreadableFileError: the file can't be read further.
        """
        while True:
            rows: list[list[str]] = []
            before = self._reader.line_num
            broken = self._fill(rows)
            if not rows and broken is None:
                return
            batch = self._batch(rows, before)
            del rows  # while others work on the batch, a thousand lists less are in the way
            if broken is not None:
                batch.lose(broken)
            self.rows += batch.size
            yield batch

    def _fill(self, rows: list[list[str]]) -> Fault | None:
        """Add rows until there are enough, the file ends, or a line's quotes are wrong."""
        before = self._reader.line_num
        try:
            rows.extend(islice(self._reader, BATCH))
        except csv.Error as error:
            line = before + sum(map(_span, rows)) + 1
            return of_file("quotes", self.layout.file, f"has a row that can't be taken apart: {error}.", line=line)
        except UnicodeDecodeError:
            raise self._not_utf_8() from None
        return None

    def _batch(self, rows: list[list[str]], before: int) -> Batch:
        width, taken = self.header.width, len(rows)
        lines: Sequence[int] = range(before + 1, before + taken + 1)
        faults: list[Fault] = []
        lost = 0
        if self._reader.line_num - before != taken:
            lines = [before + 1 + span for span in accumulate(map(_span, rows[:-1]), initial=0)] if rows else []
        if set(map(len, rows)) - {width} or "" in map(itemgetter(0), rows):
            rows, lines, faults = self._even(rows, lines)
            lost = len(faults)
        batch = Batch(self.layout.file, self._columns(rows), lines, len(rows))
        batch.faults, batch.lost = faults, lost
        if rows:
            self._clean(batch)
        return batch

    def _even(self, rows: list[list[str]], lines: Sequence[int]) -> tuple[list[list[str]], list[int], list[Fault]]:
        """Keep the rows that have as many fields as the header, and further ones if they are empty."""
        width = self.header.width
        kept, places, faults = [], [], []
        for row, line in zip(rows, lines, strict=True):
            if not any(field.strip() for field in row):  # a line of nothing, or of nothing but delimiters
                continue
            if len(row) >= width and not any(row[width:]):
                kept.append(row[:width])
                places.append(line)
            else:
                message = f"has a row of {len(row)} fields where the header has {width}."
                faults.append(of_file("row", self.layout.file, message, line=line))
        return kept, places, faults

    def _columns(self, rows: list[list[str]]) -> list[Column]:
        nothing = ("",) * len(rows)
        whole = list(zip(*rows, strict=True)) or [()] * self.header.width
        return [nothing if place is None else whole[place] for place in self.header.positions]

    def _clean(self, batch: Batch) -> None:
        columns = list(batch.columns)
        for place, column in enumerate(columns):
            if self.layout.columns[place] in self.layout.words:
                continue
            together = "".join(column)
            if not (together.isascii() and together.isprintable() and " " not in together):
                columns[place] = list(map(str.strip, column))
            if not unicodedata.is_normalized("NFC", together):
                columns[place] = [unicodedata.normalize("NFC", value) for value in columns[place]]
            if "\0" in together:
                columns[place] = self._without_nul(batch, place, columns[place])
        batch.columns = columns

    def _without_nul(self, batch: Batch, place: int, column: Column) -> Column:
        name, ids = self.layout.columns[place], batch.columns[0]
        for index, value in enumerate(column):
            if "\0" in value:
                message = f"There are NUL characters in {name}, which are left out."
                batch.faults.append(
                    of_row(
                        "nul", batch.file, batch.line(index), ids[index].replace("\0", "") or None, message, field=name
                    )
                )
        return [value.replace("\0", "").strip() for value in column]

    def _pieces(self) -> Iterator[str]:
        return iter(partial(self._text.readline, _LINE), "")

    def _header_fields(self) -> list[str]:
        try:
            fields = next(self._reader, [])
        except csv.Error as error:
            raise UnreadableFileError(
                of_file("header-unreadable", self.layout.file, f"has a first line that can't be read: {error}.", line=1)
            ) from None
        except UnicodeDecodeError:
            raise self._not_utf_8() from None
        if not any(field.strip() for field in fields):
            raise UnreadableFileError(
                of_file("file-empty", self.layout.file, "has no first line with the columns' names.", line=1)
            )
        return fields

    def _first_line(self, stream: BinaryIO) -> str:
        head: bytes = stream.peek(_LINE)[:4096]  # type: ignore[attr-defined]  # archives give BufferedReader
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise UnreadableFileError(
                of_file("not-utf-8", self.layout.file, "is UTF-16.", remedy="Save it as UTF-8.", line=1)
            )
        return head.decode("utf-8", "replace").replace("\r", "\n").lstrip("\ufeff").partition("\n")[0]

    def _not_utf_8(self) -> UnreadableFileError:
        with self._open() as stream:
            line = _first_not_utf_8(stream)
        return UnreadableFileError(
            of_file("not-utf-8", self.layout.file, "is not UTF-8 here.", line=line, remedy="Save it as UTF-8.")
        )


def _first_not_utf_8(stream: BinaryIO) -> int:
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    while True:
        piece = stream.read(_LINE)
        try:
            line += decoder.decode(piece, final=not piece).count("\n")
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
        if not piece:
            return line


def _delimiter(first_line: str) -> str:
    return max(_DELIMITERS, key=first_line.count)


def _span(row: Sequence[str]) -> int:
    """Count the lines that a row stands on."""
    if not any("\n" in field or "\r" in field for field in row):
        return 1
    return 1 + sum(field.count("\n") + field.count("\r") - field.count("\r\n") for field in row)
