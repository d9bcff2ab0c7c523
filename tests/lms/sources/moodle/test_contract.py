"""What every source keeps, where Moodle's lists allow it to be broken at all."""

from typing import Any

import pytest

from tests.lms.sources.contract import SourceContract
from tests.lms.sources.gathering import gather
from tests.lms.sources.moodle.moving import changed_page, leaves_before_page
from tests.lms.sources.systems import USERS, System
from tests.support.web import redirect


class TestMoodle(SourceContract):
    takes_bonus = False

    def test_a_page_that_comes_again_is_not_complete(self, system: System) -> None:
        """People come in one answer, courses in pages: one that is sent again in place of the next is no end."""
        system.double.page_rows = 3
        first = gather(system.source.enrollments(system.courses()[:1])).records[:3]
        again = [{"id": int(row.user_id), "roles": [{"shortname": "student"}]} for row in first[:2]]
        system.trouble_with_course("10", changed_page(lambda _: again), page=2, times=100)
        found = system.enrollments()
        assert found.broken[system.of_course("10")].code == "lms-moved"
        assert found.complete == {system.of_course("11")}

    @pytest.mark.parametrize("rows", [1, 2, 3, 4, 5])
    @pytest.mark.parametrize("times", [1, 2, 100])
    def test_the_first_page_again_in_place_of_another_is_no_end(self, system: System, rows: int, times: int) -> None:
        system.double.page_rows = rows
        first: list[Any] = []
        system.trouble_with_course("10", changed_page(lambda page: first.extend(page) or page), page=1)
        system.trouble_with_course("10", changed_page(lambda _: first), page=2, times=times)
        found = system.enrollments()
        complete = found.of(system.of_course("10"))
        assert complete is (times == 1)
        assert complete or found.broken[system.of_course("10")].code in {"lms-moved", "lms-unreadable"}
        assert not complete or len(found.records) == len(system.roster.enrollments)

    def test_a_row_that_moves_between_pages_is_not_taken_for_removed(self, system: System) -> None:
        """Whoever leaves before what was read pulls a row from the next page onto the one that was read."""
        leaves_before_page(system, "10", 2)
        found = system.enrollments()
        assert found.broken[system.of_course("10")].code == "lms-moved"
        again = system.enrollments()
        assert again.of(system.of_course("10"))
        assert len(again.records) == len(system.roster.enrollments)

    @pytest.mark.parametrize("bad", [None, {}, 1.5, True, ["x"]])
    def test_a_row_without_an_id_may_be_anybody(self, system: System, bad: Any) -> None:
        system.trouble_with_users(system.rows(lambda rows: [*rows[:-1], {**rows[-1], "id": bad}]))
        found = system.users()
        assert found.broken[USERS].code == "lms-rows-lost"
        place = found.fault("lms-no-id").place
        assert place is not None
        assert "wsfunction=core_user_get_users row 7" in place

    def lead_away(self, system: System) -> None:
        system.trouble_with_users(redirect("http://localhost:1/webservice/rest/server.php", 307))
