from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from tests.verify.shapes import case, finding
from toolbox_cli.core.findings import Severity
from toolbox_cli.verify.cases import Case, Outcome
from toolbox_cli.verify.formats.junit import as_junit


def read(*cases: Case) -> ElementTree.Element:
    return ElementTree.fromstring(as_junit(cases))  # noqa: S314  our own


def test_one_testcase_a_case() -> None:
    root = read(
        case(),
        case(finding(), finding(severity=Severity.WARNING, code="column-renamed")),
        case(outcome=Outcome.SKIPPED, detail="no right to read", part="data"),
        case(finding(severity=Severity.NOTE), part="data", detail="by idx"),
    )
    assert [dict(suite.attrib) for suite in root] == [
        {"name": "schema.frames", "tests": "2", "failures": "1", "errors": "0", "skipped": "0"},
        {"name": "data.frames", "tests": "2", "failures": "0", "errors": "0", "skipped": "1"},
    ]
    assert (root.attrib["tests"], root.attrib["failures"], root.attrib["skipped"]) == ("4", "1", "1")
    passed, failed, skipped, told = root.iter("testcase")
    assert passed.attrib == {"classname": "schema.frames", "name": "frames.modules: as the models have it"}
    assert list(passed) == []
    [failure] = failed
    assert (failure.tag, failure.attrib["type"]) == ("failure", "column-changed")
    assert failure.attrib["message"] == "error: column-changed: frames.modules.title: expected text, found json"
    assert "warning: column-renamed" in str(failure.text)
    assert [(one.tag, one.attrib["message"]) for one in skipped] == [("skipped", "no right to read")]
    assert [(one.tag, str(one.text).splitlines()[0]) for one in told] == [("system-out", "by idx")]


def test_the_gravest_finding_speaks_for_a_case() -> None:
    [failure] = read(case(finding(severity=Severity.NOTE, code="a"), finding(code="b"))).iter("failure")
    assert failure.attrib["type"] == "b"


def test_a_failure_without_a_finding_says_its_claim() -> None:
    [failure] = read(case(outcome=Outcome.FAILED)).iter("failure")
    assert failure.attrib["message"] == "as the models have it"


def test_nothing_is_valid_too() -> None:
    assert read().attrib["tests"] == "0"


@given(st.text())
def test_any_text_makes_valid_xml(text: str) -> None:
    [testcase] = read(case(finding(text, found=text, file=text, line=1), detail=text, claim=text)).iter("testcase")
    assert testcase.attrib["name"].count(":") >= 1
