"""Whatever stands in an answer, no source fails of it: it is a fault of a record, of a list, or of the system."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lms.doubles.roster import district
from tests.lms.misbehaving.systems import SYSTEMS, System, system_of
from tests.lms.sources.gathering import everything
from tests.support.clocks import NOON
from tests.support.web import Answer, altered, serving
from toolbox_cli.core.errors import UnreachableError
from toolbox_cli.lms.sources.records import Grade, Pushed
from toolbox_cli.lms.sources.source import Source

LEFT_OUT: Final = object()
ODD: Final = (
    None, True, False, 0, -1, 1.5, 1e308, 2**63, "", " ", "\x00", "\ud800", "x" * 300, "9" * 5000, "0000-00-00",
    "9999-12-31T23:59:59-23:59", "2026-13-01", "../..", "-0", "null", [], [[]], [None], {}, {"a": {}}, {"id": {}},
)  # fmt: skip
ONLINE: Final = [name for name in SYSTEMS if name != "oneroster-csv"]


@pytest.fixture(scope="module", params=ONLINE)
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    key = rsa.generate_private_key(65537, 2048)
    with serving() as web:
        made = system_of(request.param, web, Path(tmp_path_factory.mktemp("any")), key)
        made.serve(district(courses=1, students=3, id_from=10))
        made.double.page_rows = 2
        yield made


def changed(value: Any, places: list[int], odd: Any) -> Any:
    """Put something odd where the numbers lead, from the whole answer down; or leave out what stands there."""
    if not places or not isinstance(value, dict | list) or not value:
        return None if odd is LEFT_OUT else odd
    parts = value if isinstance(value, dict) else dict(enumerate(value))
    at = list(parts)[places[0] % len(parts)]
    if odd is LEFT_OUT and len(places) == 1:
        parts = {name: part for name, part in parts.items() if name != at}
    else:
        parts = {**parts, at: changed(parts[at], places[1:], odd)}
    return parts if isinstance(value, dict) else list(parts.values())


ANYWHERE: Final = given(
    nth=st.integers(1, 24),
    places=st.lists(st.integers(0, 11), max_size=4),
    odd=st.sampled_from([*ODD, LEFT_OUT]),
)
OFTEN: Final = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@OFTEN
@ANYWHERE
def test_what_is_odd_in_an_answer_is_told(system: System, nth: int, places: list[int], odd: Any) -> None:
    with misanswering(system, nth, places, odd) as source:
        everything(source)


@OFTEN
@ANYWHERE
def test_what_is_odd_in_an_answer_to_a_grade_is_told(system: System, nth: int, places: list[int], odd: Any) -> None:
    with misanswering(system, nth % 6 + 1, places, odd) as source, contextlib.suppress(UnreachableError):
        assert source.push_grade(grade(system)) in Pushed


@contextlib.contextmanager
def misanswering(system: System, nth: int, places: list[int], odd: Any) -> Iterator[Source]:
    """Let the system say something odd once, and give its source."""

    def oddly(answer: Answer) -> Answer:
        return replace(answer, body=json.dumps(changed(answer.body, places, odd)))

    system.web.calm()
    system.web.trouble(altered(oddly), nth=nth)
    source = system.source()
    try:
        yield source
    finally:
        source.close()


def grade(system: System) -> Grade:
    """Make a grade of the assignment for the last person of its course."""
    assignment = next(iter(system.roster.assignments.values()))
    enrollment = [row for row in system.roster.enrollments.values() if row.course_id == assignment.course_id][-1]
    return Grade(
        "k1", assignment.course_id, system.assignment_id(assignment), enrollment.person_id, Decimal(40), Decimal(50),
        NOON, enrollment_id=enrollment.id,
    )  # fmt: skip
