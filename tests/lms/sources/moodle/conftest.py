from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.lms.doubles.moodle import TOKEN, MoodleDouble
from tests.lms.doubles.roster import district
from tests.lms.sources.systems import System, ticking
from tests.support.clocks import Stopped
from tests.support.web import Trouble, Web
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.lms.sources.moodle.source import Moodle
from toolbox_cli.lms.sources.moodle.webservice import opened

LIST = "core_user_get_users"
ROLL = "core_enrol_get_enrolled_users"


@dataclass
class MoodleSystem(System):
    """All calls go to one address, so troubles are told by function; people have one page."""

    def rows(self, change: Any) -> Trouble:
        """Change the rows of people, which guest and administrator stand before."""
        return super().rows(lambda rows: [*change(rows[2:]), *rows[:2]])

    def trouble_with_users(self, trouble: Trouble, *, page: int = 1, times: float = 1) -> None:
        self.double.trouble(trouble, LIST, times=times)

    def trouble_with_course(self, course: str, trouble: Trouble, *, page: int = 1, times: float = 1) -> None:
        self.double.trouble(trouble, ROLL, course=course, nth=page, times=times)

    def trouble_with_grades(self, trouble: Trouble, *, times: float = 1) -> None:
        self.double.trouble(trouble, "mod_assign_save_grades?", times=times)


@pytest.fixture
def system(web: Web, limits: Limits) -> Iterator[MoodleSystem]:
    stopped = Stopped()
    double = MoodleDouble(web, district(id_from=10))
    double.page_rows = 4
    source: Any = Moodle(opened(web.url, limits=limits, clock=ticking(stopped)), TOKEN)
    yield MoodleSystem(
        web, double, source, stopped,
        users_path="", enrollments_path="", rows_at="users", user_id_at="id", grade_method="POST", grade_path="",
    )  # fmt: skip
    source.close()
