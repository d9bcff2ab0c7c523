"""Differences that somebody has accepted: by name, with an owner, a reason and a day on which they come up again."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from toolbox_cli.core.documents import Document, read_document
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding, Severity

TEXTS: Final = ("object", "code", "owner", "reason")
KEYS: Final = (*TEXTS, "expires")


@dataclass(frozen=True, slots=True)
class Accepted:
    """One entry.

    Attributes:
        object: as the finding names it.
        code: of the finding.
        expires: the last day on which it holds.
        line: 1-based, in the file.
    """

    object: str
    code: str
    owner: str
    reason: str
    expires: datetime.date
    line: int


@dataclass(frozen=True, slots=True)
class AcceptedList:
    """All that one file accepts.

    Attributes:
        word: what the file is, for codes of findings.
    """

    file: Path
    entries: tuple[Accepted, ...]
    word: str = "baseline"

    def accepting(self, finding: Finding, today: datetime.date) -> Accepted | None:
        """Give the entry that accepts a finding, if one does and still holds."""
        named = (one for one in self.entries if (one.object, one.code) == (finding.object, finding.code))
        return next((one for one in named if one.expires >= today), None)

    def stale(self, entry: Accepted, findings: Iterable[Finding], today: datetime.date) -> Finding | None:
        """Tell of an entry that has expired, which is an error, or that nothing matches, which is a note.

        Args:
            entry: one of ours.
            findings: all that were found.
            today: in UTC.
        """
        if (entry.object, entry.code) not in {(finding.object, finding.code) for finding in findings}:
            told = self._finding("unused", Severity.NOTE, entry, "such a finding", "none")
            return replace(told, remedy=f"Remove it from {self.file.name}.")
        if entry.expires < today:
            told = self._finding("expired", Severity.ERROR, entry, "an end to it", f"expired on {entry.expires}")
            return replace(told, remedy=f"Ask {entry.owner}: mend it, or accept it until a later day.")
        return None

    def _finding(self, what: str, severity: Severity, entry: Accepted, expected: str, found: str) -> Finding:
        code = f"{self.word}-{what}"
        return Finding(code, severity, entry.object, entry.code, expected, found, str(self.file), entry.line)


def read_accepted(file: Path, word: str) -> AcceptedList:
    """Read a file of accepted findings.

    Args:
        file: YAML, a list of entries.
        word: what it is meant to be, for messages and codes.

    Raises:
        InputError: with all the faults of the file at once.
    """
    document = read_document(file)
    code = f"bad-{word}"
    faults = document.twice_findings(code)
    given = [] if document.content is None else document.content
    if not isinstance(given, list):
        faults.append(document.finding(code, [], "something else", object=word, expected="a list of entries"))
        given = []
    entries = [_entry(document, number, fields, code, faults) for number, fields in enumerate(given)]
    whole = tuple(entry for entry in entries if entry)
    faults += _twice(document, entries, code)
    if faults:
        raise InputError(f"{file} is not a usable {word}.", remedy=f"Each entry has {_KEYS}.", findings=faults)
    return AcceptedList(file, whole, word)


_KEYS: Final = ", ".join(KEYS)


def _entry(document: Document, number: int, fields: Any, code: str, faults: list[Finding]) -> Accepted | None:
    def fault(name: str, expected: str, found: str, *, at_key: bool = False) -> None:
        told = {"object": name, "expected": expected}
        faults.append(document.finding(code, [number, name], found, at_key=at_key, **told))

    if not isinstance(fields, dict):
        faults.append(document.finding(code, [number], "something else", object="entry", expected=f"the keys {_KEYS}"))
        return None
    before = len(faults)
    for name in TEXTS:
        value = fields.get(name)
        if not (isinstance(value, str) and value.strip()):
            fault(name, "a text", _shown(value))
    day = _day(fields.get("expires"))
    if day is None:
        fault("expires", "a day, such as 2030-12-31", _shown(fields.get("expires")))
    for name in fields.keys() - set(KEYS):
        fault(str(name), f"one of {_KEYS}", "an unknown key", at_key=True)
    if day is None or len(faults) > before:
        return None
    return Accepted(**{name: fields[name] for name in TEXTS}, expires=day, line=document.place([number]).line)


def _twice(document: Document, entries: Iterable[Accepted | None], code: str) -> Iterator[Finding]:
    known: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(entries):
        if entry and (first := known.setdefault((entry.object, entry.code), entry.line)) != entry.line:
            found = f"a second one; the first is in line {first}"
            yield document.finding(code, [number], found, object=entry.object, expected="one entry")


def _day(value: Any) -> datetime.date | None:
    """Read a day; of a moment, the day that it is on."""
    try:
        return datetime.datetime.fromisoformat(value).date()
    except (TypeError, ValueError):
        return None


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(value)
