"""Run the parts of a verification over the databases, and judge what they found."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

import psycopg

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, UnreachableError, UsageError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.settings import PLATFORMS, RECORDS, Settings
from toolbox_cli.db.expected.expected import Workshop
from toolbox_cli.verify.cases import Case, Outcome
from toolbox_cli.verify.parts import PARTS, Subject, Ways
from toolbox_cli.verify.places import places_of

if TYPE_CHECKING:
    from toolbox_cli.verify.baseline import Accepted, Baseline  # imports YAML, which most runs don't need

PURPOSE: Final = "toolbox verify"

_GRAVITY: Final = (Severity.NOTE, Severity.WARNING, Severity.ERROR)


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
    baseline: "Baseline | None" = None


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


def parts_of(what: str, ways: Ways) -> tuple[str, ...]:
    """Name the parts that a word stands for: itself, or all that are of use.

    Raises:
        UsageError: that part can't be compared with another database.
    """
    if ways.against is None:
        return tuple(PARTS) if what == "all" else (what,)
    if what not in {"all", "schema"}:
        raise UsageError(
            f"Two databases can't be compared by their {what}.", remedy="Leave out --against, or verify the schema."
        )
    return ("schema",)


def verify(
    targets: Iterable[Target],
    parts: Sequence[str],
    settings: Settings,
    workshop: Workshop,
    policy: Policy,
    ways: Ways = Ways(),  # noqa: B008  frozen
) -> Verdict:
    """Verify databases; what can't be looked at is a finding, and the rest is looked at all the same.

    Args:
        targets: the databases.
        parts: names in `PARTS`.
        settings: the configuration.
        workshop: where what the models stand for is built and kept.
        policy: what counts.
        ways: how to go about it.

    Raises:
        ToolboxError: something else than a database kept it from being verified.
    """
    cases: list[Case] = []
    facts: dict[str, dict[str, Mapping[str, Any]]] = {}
    worst = Exit.DONE
    for target in targets:
        with _Course(target, worst) as course, _connected(target, ways.against) as (connection, other):
            subject = Subject(target, connection, settings, workshop, ways, other)
            for part in parts:
                with course.part(part):
                    checked = PARTS[part](subject)
                    course.cases += [_placed(case) for case in checked.cases]
                    facts.setdefault(target.label, {})[part] = checked.facts
        cases += course.cases
        worst = course.worst
    return replace(judged(cases, policy), facts=facts, worst=worst)


class _Course:
    """Goes on where a database, or a part of what is to be seen of it, can't be looked at; and remembers that."""

    def __init__(self, target: Target, worst: Exit) -> None:
        self.target, self.worst = target, worst
        self.cases: list[Case] = []

    def __enter__(self) -> "_Course":
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        return self._kept("database", error)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Look at one part."""
        try:
            yield
        except (UnreachableError, RefusedError) as error:
            self._kept(name, error)

    def _kept(self, part: str, error: BaseException | None) -> bool:
        if not isinstance(error, UnreachableError | RefusedError):
            return False
        code = "unreachable" if isinstance(error, UnreachableError) else "refused"
        label = self.target.label
        found = Finding(code, Severity.ERROR, label, None, "an answer", error.message, remedy=error.remedy)
        self.cases.append(Case(part, "", label, "can be looked at", Outcome.FAILED, (found,)))
        self.worst = max(self.worst, error.exit_code)
        return True


@contextmanager
def _connected(
    target: Target, against: Target | None
) -> Iterator[tuple[psycopg.Connection[Any], psycopg.Connection[Any] | None]]:
    with connect(target, purpose=PURPOSE) as connection:
        if against is None:
            yield connection, None
            return
        with connect(against, purpose=PURPOSE) as other:
            yield connection, other


def _placed(case: Case) -> Case:
    """Say where the models have what a finding is about, where its part has not said it."""
    if not any(finding.file is None for finding in case.findings) or case.platform not in (RECORDS, *PLATFORMS):
        return case
    place = places_of(case.platform).named(case.object)
    found = (one if one.file else replace(one, file=place.file, line=place.line) for one in case.findings)
    return replace(case, findings=tuple(found))


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


def _ignored(finding: Finding, policy: Policy) -> bool:
    return any(fnmatchcase(finding.object, pattern) for pattern in policy.ignore)


def _graver(finding: Finding, policy: Policy) -> Finding:
    """Take what others have put there for an error, where that was asked for."""
    if policy.strict and finding.code.endswith("-unmanaged"):
        return replace(finding, severity=Severity.ERROR)
    return finding


def _accepted(finding: Finding, policy: Policy) -> Finding:
    entry = _entry(finding, policy)
    if entry is None:
        return finding
    told = f"Accepted by {entry.owner} until {entry.expires}: {entry.reason}"
    return replace(finding, severity=Severity.NOTE, remedy=told)


def _entry(finding: Finding, policy: Policy) -> "Accepted | None":
    return policy.baseline.accepting(finding, policy.today) if policy.baseline else None


def _with_findings(case: Case, findings: tuple[Finding, ...], policy: Policy) -> Case:
    """Give a case its findings, and the outcome that follows from them."""
    limit = _GRAVITY.index(Severity.WARNING if policy.strict else policy.fail_on)
    if any(_GRAVITY.index(finding.severity) >= limit for finding in findings):
        return replace(case, findings=findings, outcome=Outcome.FAILED)
    if case.findings and case.outcome is Outcome.FAILED:
        return replace(case, findings=findings, outcome=Outcome.PASSED)
    return replace(case, findings=findings)
