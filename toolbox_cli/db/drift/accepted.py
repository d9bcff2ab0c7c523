"""Differences that somebody has accepted: by name, with an owner, a reason and a day on which they come up again."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml

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
    reader = _Reader(file, word, [])
    try:
        entries = tuple(reader.entries(yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{file}:{line}: not valid YAML: {error.problem or 'broken'}.") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(f"{file} can't be read: {reason}.") from None
    if reader.faults:
        raise InputError(f"{file} is not a usable {word}.", remedy=f"Each entry has {_KEYS}.", findings=reader.faults)
    return AcceptedList(file, entries, word)


_KEYS: Final = ", ".join(KEYS)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads entries; what is wrong with them goes to `faults`."""

    file: Path
    word: str
    faults: list[Finding]

    def entries(self, root: yaml.Node | None) -> Iterator[Accepted]:
        if root is None:
            return
        if not isinstance(root, yaml.SequenceNode):
            self._fault(root, self.word, "a list of entries", "something else")
            return
        known: dict[tuple[str, str], int] = {}
        for node in root.value:
            entry = self._entry(node)
            if entry is None:
                continue
            if (first := known.setdefault((entry.object, entry.code), entry.line)) != entry.line:
                self._fault(node, entry.object, "one entry", f"a second one; the first is in line {first}")
            yield entry

    def _entry(self, node: yaml.Node) -> Accepted | None:
        loader = yaml.SafeLoader("")
        fields: Any = loader.construct_object(node, deep=True)
        if not isinstance(fields, dict):
            self._fault(node, "entry", f"the keys {_KEYS}", "something else")
            return None
        before = len(self.faults)
        for name in KEYS:
            value = fields.get(name)
            if name in TEXTS and not (isinstance(value, str) and value.strip()):
                self._fault(node, name, "a text", _shown(value))
            if name == "expires" and not isinstance(value, datetime.date):
                self._fault(node, name, "a day, such as 2030-12-31", _shown(value))
        for name in fields.keys() - set(KEYS):
            self._fault(node, str(name), f"one of {_KEYS}", "an unknown key")
        if len(self.faults) > before:
            return None
        expires = fields["expires"]
        day = expires.date() if isinstance(expires, datetime.datetime) else expires
        return Accepted(**{name: fields[name] for name in TEXTS}, expires=day, line=node.start_mark.line + 1)

    def _fault(self, node: yaml.Node, name: str, expected: str, found: str) -> None:
        line = node.start_mark.line + 1
        code = f"bad-{self.word}"
        self.faults.append(Finding(code, Severity.ERROR, name, None, expected, found, str(self.file), line))


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(value)
