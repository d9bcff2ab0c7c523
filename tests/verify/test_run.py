import datetime
from pathlib import Path

import pytest

from tests.verify.shapes import case, finding
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.findings import Severity
from toolbox_cli.verify.baseline import Accepted, Baseline
from toolbox_cli.verify.cases import Outcome
from toolbox_cli.verify.parts import PARTS, Ways
from toolbox_cli.verify.run import Policy, judged, parts_of

TODAY = datetime.date(2026, 11, 20)
POLICY = Policy(TODAY)

NOTE, WARNING, ERROR = (case(finding(severity=severity)) for severity in Severity)


def accepting(path: str, code: str = "column-changed", days: int = 0) -> Policy:
    expires = TODAY + datetime.timedelta(days=days)
    return Policy(TODAY, baseline=Baseline(Path("known.yaml"), (Accepted(path, code, "ada", "Old.", expires, 7),)))


@pytest.mark.parametrize(
    ("policy", "failing"),
    [
        (POLICY, [ERROR]),
        (Policy(TODAY, Severity.WARNING), [WARNING, ERROR]),
        (Policy(TODAY, strict=True), [WARNING, ERROR]),
    ],
)
def test_severity_decides(policy: Policy, failing: list[object]) -> None:
    for one in (NOTE, WARNING, ERROR):
        verdict = judged([one], policy)
        assert verdict.exit == (Exit.FINDINGS if one in failing else Exit.DONE)
        assert verdict.ok == (one not in failing)


def test_a_case_may_fail_without_a_finding() -> None:
    assert not judged([case(outcome=Outcome.FAILED)], POLICY).ok
    assert judged([case(outcome=Outcome.SKIPPED), case(finding(severity=Severity.NOTE))], Policy(TODAY, strict=True)).ok


def test_a_skipped_case_fails_by_its_findings() -> None:
    assert not judged([case(finding(), outcome=Outcome.SKIPPED)], POLICY).ok


def test_only_what_is_not_ours_is_graver_in_a_strict_run() -> None:
    unmanaged = case(finding(severity=Severity.NOTE, code="table-unmanaged"))
    assert judged([unmanaged], POLICY).ok
    verdict = judged([unmanaged, NOTE], Policy(TODAY, strict=True))
    assert [one.severity for one in verdict.findings] == [Severity.ERROR, Severity.NOTE]


def test_ignored_findings_are_gone_and_counted() -> None:
    verdict = judged([ERROR, WARNING], Policy(TODAY, Severity.WARNING, ignore=("frames.modules.*",)))
    assert (verdict.ok, verdict.findings, verdict.ignored) == (True, (), 2)
    assert {one.outcome for one in verdict.cases} == {Outcome.PASSED}
    assert not judged([ERROR], Policy(TODAY, ignore=("frames.MODULES.*", "modules"))).ok


def test_an_entry_accepts_one_code_of_one_object() -> None:
    verdict = judged([ERROR], accepting("frames.modules.title"))
    assert (verdict.ok, verdict.accepted) == (True, 1)
    assert [one.severity for one in verdict.findings] == [Severity.NOTE]
    for policy in (accepting("frames.modules.title", "column-missing"), accepting("frames.modules")):
        verdict = judged([ERROR], policy)
        assert not verdict.ok
        assert [one.code for one in verdict.findings] == ["column-changed", "baseline-unused"]


def test_an_expired_entry_accepts_nothing_and_fails() -> None:
    verdict = judged([ERROR], accepting("frames.modules.title", days=-1))
    assert [(one.code, one.file, one.line) for one in verdict.findings] == [
        ("column-changed", None, None),
        ("baseline-expired", "known.yaml", 7),
    ]
    assert judged([], accepting("frames.modules.title", days=-1)).ok  # it is unused, which matters more


def test_the_gravest_comes_first() -> None:
    assert [one.severity for one in judged([NOTE, WARNING, ERROR], POLICY).findings] == [*reversed(Severity)]


def test_all_is_every_part() -> None:
    assert parts_of("all", Ways()) == tuple(PARTS) == ("schema", "constraints", "indexes", "data")
    assert parts_of("data", Ways()) == ("data",)
