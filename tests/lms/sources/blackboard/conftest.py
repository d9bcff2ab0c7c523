from collections.abc import Iterator

import pytest

from tests.lms.doubles.blackboard import KEY, SECRET, BlackboardDouble
from tests.lms.doubles.roster import district
from tests.lms.sources.systems import System, ticking
from tests.support.clocks import Stopped
from tests.support.web import Web
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.lms.sources.blackboard.quota import Quota
from toolbox_cli.lms.sources.blackboard.source import Blackboard, opened, signed


@pytest.fixture
def system(web: Web, limits: Limits) -> Iterator[System]:
    stopped, quota = Stopped(), Quota()
    double = BlackboardDouble(web, district())
    double.page_rows = 4
    auth = signed(web.url, KEY, SECRET)
    source = Blackboard(opened(web.url, auth, quota, limits=limits, clock=ticking(stopped)), quota)
    yield System(
        web, double, source, stopped,
        users_path="*/v1/users", enrollments_path="*/v1/courses/{}/users", rows_at="results", user_id_at="id",
        grade_method="PATCH", grade_path="*/gradebook/columns/*/users/*",
    )  # fmt: skip
    source.close()
