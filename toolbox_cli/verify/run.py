"""Run the parts of a verification over the databases, and judge what they found."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from importlib import import_module
from typing import Any, Final

import psycopg

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, UnreachableError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.settings import Settings
from toolbox_cli.db.expected.expected import Workshop
from toolbox_cli.verify.baseline import Accepted, Baseline
from toolbox_cli.verify.cases import Case, Checked, Outcome

PURPOSE: Final = "toolbox verify"

PARTS: Final[Mapping[str, str]] = {
    "schema": "toolbox_cli.verify.schema.part:check",
}
"""Part to `module:function`, imported when it is run: most of them need SQLAlchemy, and the schema does not."""

_GRAVITY: Final = (Severity.NOTE, Severity.WARNING, Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Subject:
    """One database that is verified.

    Attributes:
        connection: idle and in autocommit.
        workshop: where what the models stand for is built and kept.
        against: another database that says how it should be, in place of the models.
    """

    target: Target
    connection: psycopg.Connection[Any]
    settings: Settings
    workshop: Workshop
    against: psycopg.Connection[Any] | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What counts.

    Attributes:
        fail_on: the least severity that fails a run.
        strict: objects of others count as errors.
        ignore: patterns of objects whose findings are left out, as a shell writes them.
        baseline: findings that somebody has accepted.
        today: in UTC.
    """

    today: datetime.date
    fail_on: Severity = Severity.ERROR
    strict: bool = False
    ignore: Sequence[str] = ()
    baseline: Baseline | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a verification.

    Attributes:
        facts: what else is worth telling: database, then part and platform.
        ignored: findings that a pattern left out.
        accepted: findings that the baseline accepts; they are notes.
        worst: what kept a database from being looked at.
    """

    cases: tuple[Case, ...]
    facts: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    ignored: int = 0
    accepted: int = 0
    worst: Exit = Exit.DONE

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, the gravest first."""
        listed = (finding for case in self.cases for finding in case.findings)
        return tuple(sorted(listed, key=lambda finding: -_GRAVITY.index(finding.severity)))

    @property
    def ok(self) -> bool:
        return self.worst is Exit.DONE and not any(case.outcome is Outcome.FAILED for case in self.cases)

    @property
    def exit(self) -> Exit:
        return max(self.worst, Exit.DONE if self.ok else Exit.FINDINGS)


def parts_of(what: str) -> tuple[str, ...]:
    """Name the parts that a word stands for: itself, or `all`."""
    return tuple(PARTS) if what == "all" else (what,)


def verify(
    targets: Iterable[Target],
    parts: Sequence[str],
    settings: Settings,
    workshop: Workshop,
    policy: Policy,
    *,
    against: Target | None = None,
) -> Verdict:
    """Verify databases; that one can't be reached is a finding, and the others are looked at all the same.

    Args:
        targets: the databases.
        parts: names in `PARTS`.
        settings: the configuration.
        workshop: where what the models stand for is built and kept.
        policy: what counts.
        against: another database to compare with, in place of the models.

    Raises:
        ToolboxError: something else than the database kept it from being verified.
    """
    checks = {part: _load(PARTS[part]) for part in parts}
    cases: list[Case] = []
    facts: dict[str, dict[str, Mapping[str, Any]]] = {}
    worst = Exit.DONE
    for target in targets:
        try:
            with connect(target, purpose=PURPOSE) as connection, _Other(against) as other:
                subject = Subject(target, connection, settings, workshop, other)
                for part, check in checks.items():
                    checked = check(subject)
                    cases += checked.cases
                    facts.setdefault(target.label, {})[part] = checked.facts
        except (UnreachableError, RefusedError) as error:
            cases.append(_not_looked_at(target, error))
            worst = max(worst, error.exit_code)
    return replace(judged(cases, policy), facts=facts, worst=worst)


def judged(cases: Iterable[Case], policy: Policy) -> Verdict:
    """Apply what counts to what was found."""
    made: list[Case] = []
    ignored = accepted = 0
    listed = list(cases)
    for case in listed:
        kept = [finding for finding in case.findings if not _ignored(finding, policy)]
        told = [_accepted(_graver(finding, policy), policy) for finding in kept]
        ignored += len(case.findings) - len(kept)
        accepted += sum(_entry(finding, policy) is not None for finding in kept)
        made.append(_with_findings(case, tuple(told), policy))
    if policy.baseline:
        found = [finding for case in listed for finding in case.findings]
        made += policy.baseline.cases(found, policy.today)
    return Verdict(tuple(made), ignored=ignored, accepted=accepted)


def _load(name: str) -> Callable[[Subject], Checked]:
    module, _, function = name.partition(":")
    found: Callable[[Subject], Checked] = getattr(import_module(module), function)
    return found


class _Other:
    """The connection to another database, where there is one to compare with."""

    def __init__(self, target: Target | None) -> None:
        self.target = target
        self.connection: psycopg.Connection[Any] | None = None

    def __enter__(self) -> psycopg.Connection[Any] | None:
        self.connection = connect(self.target, purpose=PURPOSE) if self.target else None
        return self.connection

    def __exit__(self, *_: object) -> None:
        if self.connection:
            self.connection.close()


def _not_looked_at(target: Target, error: UnreachableError | RefusedError) -> Case:
    code = "unreachable" if isinstance(error, UnreachableError) else "refused"
    found = Finding(code, Severity.ERROR, target.label, None, "an answer", error.message, remedy=error.remedy)
    return Case("database", "", target.label, "the database can be looked at", Outcome.FAILED, (found,))


def _ignored(finding: Finding, policy: Policy) -> bool:
    return any(fnmatchcase(finding.object, pattern) for pattern in policy.ignore)


def _graver(finding: Finding, policy: Policy) -> Finding:
    """Take what others have put there for an error, where that was asked for."""
    if policy.strict and finding.code.startswith("unmanaged-"):
        return replace(finding, severity=Severity.ERROR)
    return finding


def _accepted(finding: Finding, policy: Policy) -> Finding:
    entry = _entry(finding, policy)
    if entry is None:
        return finding
    told = f"Accepted by {entry.owner} until {entry.expires}: {entry.reason}"
    return replace(finding, severity=Severity.NOTE, remedy=told)


def _entry(finding: Finding, policy: Policy) -> Accepted | None:
    return policy.baseline.accepting(finding, policy.today) if policy.baseline else None


def _with_findings(case: Case, findings: tuple[Finding, ...], policy: Policy) -> Case:
    """Give a case its findings, and the outcome that follows from them."""
    limit = _GRAVITY.index(Severity.WARNING if policy.strict else policy.fail_on)
    if any(_GRAVITY.index(finding.severity) >= limit for finding in findings):
        return replace(case, findings=findings, outcome=Outcome.FAILED)
    if case.findings and case.outcome is Outcome.FAILED:
        return replace(case, findings=findings, outcome=Outcome.PASSED)
    return replace(case, findings=findings)
