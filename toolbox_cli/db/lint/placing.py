"""Remarks as findings: with file and line, and with what somebody has accepted."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.shipped import shipped
from toolbox_cli.db.lint.allowing import FORM, Allow, allows, unused
from toolbox_cli.db.lint.reading import Reading
from toolbox_cli.db.lint.rules.remark import Remark
from toolbox_cli.db.lint.source.places import Source, Written
from toolbox_cli.db.revisions.lineage.history import Revision

OURS: Final = "toolbox"
SQUAWK: Final = "squawk"


@dataclass(frozen=True, slots=True)
class Linted:
    """One finding, and what it is about.

    Attributes:
        by: `toolbox` or `squawk`.
        statement: in one line.
        rows: about how many rows of the target are concerned; None where none are, or nobody knows.
        takes: moments, seconds, minutes or hours; None likewise.
        accepted: a comment accepts it.
    """

    finding: Finding
    revision: Revision
    by: str
    statement: str
    rows: int | None = None
    takes: str | None = None
    accepted: bool = False


class Placing:
    """Places what was found in one revision."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.allows = tuple(allows(reading.parts))
        path = reading.revision.path
        root = shipped("migrations").parent
        self.file = (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
        self._written: dict[int, Written] = {}

    def placed(
        self, ours: Sequence[Remark], theirs: Sequence[Remark], fired: Collection[tuple[str, int]]
    ) -> Iterator[Linted]:
        """Give remarks as findings, in the order of their lines, and then what is to be said of the comments.

        Args:
            ours: of our own rules.
            theirs: of squawk's.
            fired: rule and statement of all that was found, or would be on larger tables.
        """
        found = [self._linted(remark, by) for by, given in ((OURS, ours), (SQUAWK, theirs)) for remark in given]
        yield from sorted(found, key=lambda one: one.finding.line or 0)
        for allow in self.allows:
            yield from self._about(allow, fired)

    def _linted(self, remark: Remark, by: str) -> Linted:
        part = self.reading.parts[remark.part]
        start = part.statement.start + remark.start
        line = self._text(part.chunk).at(start, part.statement.start + remark.end)
        allow = next((one for one in self.allows if one.accepts(remark.rule, remark.part)), None)
        finding = Finding(
            remark.rule, Severity.NOTE if allow else remark.severity,
            ".".join(filter(None, (self.reading.schema, remark.about))), remark.column, remark.expected, remark.found,
            self.file, line, f"Accepted: {allow.reason}" if allow else remark.remedy,
        )  # fmt: skip
        weight = remark.weight
        takes = weight.takes.name.lower() if weight and weight.takes and weight.duration_s else None
        rows = weight.rows if weight else None
        return Linted(finding, self.reading.revision, by, " ".join(part.text.split()), rows, takes, bool(allow))

    def _about(self, allow: Allow, fired: Collection[tuple[str, int]]) -> Iterator[Linted]:
        """Say what is wrong with a comment that accepts findings, or means to."""
        if not allow.reason or not allow.rules:
            what = "no reason" if allow.rules else "no rule"
            yield self._told(allow, "allow-unclear", Severity.WARNING, FORM, what, f"Write {FORM}, with both.")
            return
        for rule in unused(allow, fired):
            yield self._told(allow, "allow-unused", Severity.NOTE, f"a finding of {rule}", "none", "Remove it.")

    def _told(  # noqa: PLR0913  the fields of a finding
        self, allow: Allow, code: str, severity: Severity, expected: str, found: str, remedy: str
    ) -> Linted:
        line = self._text(allow.chunk).comment(allow.start)
        finding = Finding(
            code, severity, self.reading.schema, None, expected, found, self.file, line, remedy
        )  # fmt: skip
        statement = " ".join(self.reading.parts[allow.part].text.split())
        return Linted(finding, self.reading.revision, OURS, statement)

    @cached_property
    def _source(self) -> Source:
        return Source(self.reading.revision.path.read_text(encoding="utf-8"))

    def _text(self, chunk: int) -> Written:
        if chunk not in self._written:
            written = self.reading.chunks[chunk]
            self._written[chunk] = self._source.written(written.text, written.caller)
        return self._written[chunk]
