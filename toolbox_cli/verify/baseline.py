"""Drift that somebody has accepted: by name, with an owner, a reason and a day on which it is asked about again."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml

from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.verify.cases import Case, Outcome

PART: Final = "baseline"
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
class Baseline:
    """All that is accepted."""

    file: Path
    entries: tuple[Accepted, ...]

    def accepting(self, finding: Finding, today: datetime.date) -> Accepted | None:
        """Give the entry that accepts a finding, if one does and still holds."""
        named = (one for one in self.entries if (one.object, one.code) == (finding.object, finding.code))
        return next((one for one in named if one.expires >= today), None)

    def cases(self, findings: Sequence[Finding], today: datetime.date) -> Iterator[Case]:
        """Look at each entry: one that has expired is an error, one that nothing matches is a note.

        Args:
            findings: all that were found.
            today: in UTC.
        """
        seen = {(finding.object, finding.code) for finding in findings}
        for entry in self.entries:
            found: tuple[Finding, ...] = ()
            if (entry.object, entry.code) not in seen:
                told = self._finding("baseline-unused", Severity.NOTE, entry, "such a finding", "none")
                found = (replace(told, remedy=f"Remove it from {self.file.name}."),)
            elif entry.expires < today:
                told = self._finding(
                    "baseline-expired", Severity.ERROR, entry, "an end to it", f"expired on {entry.expires}"
                )
                found = (replace(told, remedy=f"Ask {entry.owner}: mend it, or accept it until a later day."),)
            failed = any(finding.severity is Severity.ERROR for finding in found)
            yield Case(
                PART, "", entry.object, f"{entry.code} is accepted by {entry.owner}",
                Outcome.FAILED if failed else Outcome.PASSED, found, entry.reason,
            )  # fmt: skip

    def _finding(self, code: str, severity: Severity, entry: Accepted, expected: str, found: str) -> Finding:
        return Finding(code, severity, entry.object, entry.code, expected, found, str(self.file), entry.line)


def read_baseline(file: Path) -> Baseline:
    """Read a file of accepted findings.

    Raises:
        InputError: with all the faults of the file at once.
    """
    faults: list[Finding] = []
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        entries = tuple(_entries(file, root, faults))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{file}:{line}: not valid YAML: {error.problem or 'broken'}.") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(f"{file} can't be read: {reason}.") from None
    if faults:
        raise InputError(f"{file} is not a usable baseline.", remedy=f"Each entry has {_KEYS}.", findings=faults)
    return Baseline(file, entries)


_KEYS: Final = ", ".join(KEYS)


def _entries(file: Path, root: yaml.Node | None, faults: list[Finding]) -> Iterator[Accepted]:
    if root is None:
        return
    if not isinstance(root, yaml.SequenceNode):
        faults.append(_fault(file, root, "baseline", "a list of entries", "something else"))
        return
    known: dict[tuple[str, str], int] = {}
    for node in root.value:
        entry = _entry(file, node, faults)
        if entry is None:
            continue
        if (first := known.setdefault((entry.object, entry.code), entry.line)) != entry.line:
            faults.append(_fault(file, node, entry.object, "one entry", f"a second one; the first is in line {first}"))
        yield entry


def _entry(file: Path, node: yaml.Node, faults: list[Finding]) -> Accepted | None:
    """Read one entry; what is wrong with it goes to `faults`."""
    loader = yaml.SafeLoader("")
    fields: Any = loader.construct_object(node, deep=True)
    if not isinstance(fields, dict):
        faults.append(_fault(file, node, "entry", f"the keys {_KEYS}", "something else"))
        return None
    before = len(faults)
    for name in KEYS:
        value = fields.get(name)
        if name in TEXTS and not (isinstance(value, str) and value.strip()):
            faults.append(_fault(file, node, name, "a text", _shown(value)))
        if name == "expires" and not isinstance(value, datetime.date):
            faults.append(_fault(file, node, name, "a day, such as 2030-12-31", _shown(value)))
    for name in fields.keys() - set(KEYS):
        faults.append(_fault(file, node, str(name), f"one of {_KEYS}", "an unknown key"))
    if len(faults) > before:
        return None
    expires = fields["expires"]
    day = expires.date() if isinstance(expires, datetime.datetime) else expires
    return Accepted(**{name: fields[name] for name in TEXTS}, expires=day, line=node.start_mark.line + 1)


def _fault(file: Path, node: yaml.Node, name: str, expected: str, found: str) -> Finding:
    line = node.start_mark.line + 1
    return Finding("bad-baseline", Severity.ERROR, name, None, expected, found, str(file), line)


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(value)
