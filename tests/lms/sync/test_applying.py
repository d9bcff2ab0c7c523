from tests.lms.made import school
from tests.lms.sync.conftest import District, standing


def test_a_first_sync_brings_everything_and_a_second_one_changes_nothing(district: District) -> None:
    roster = school()
    first = district.sync(roster)
    assert first.status == "success", district.issues(first)
    assert district.present() == standing(roster)
    before = district.snapshot()
    second = district.sync(roster)
    assert second.status == "success"
    assert second.changes == 0
    assert district.snapshot() == before
    assert second.scopes["enrollment"]["unchanged"] == len(roster.enrollments)
