"""What every source keeps, where Moodle's lists allow it to be broken at all."""

from typing import Any

import pytest

from tests.lms.sources.contract import SourceContract
from tests.lms.sources.systems import USERS, System
from tests.support.web import redirect


class TestMoodle(SourceContract):
    def test_a_page_that_comes_again_is_not_complete(self) -> None:
        """People come in one answer: see `test_rolls`."""

    def test_a_row_that_moves_between_pages_is_not_taken_for_removed(self) -> None:
        """People come in one answer: see `test_rolls`."""

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
