from collections.abc import Iterator

import pytest

from tests.lms.doubles.roster import district
from tests.lms.doubles.schoology import KEY, SECRET, SchoologyDouble
from tests.lms.sources.systems import System, ticking
from tests.support.clocks import Stopped
from tests.support.web import Web
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.lms.sources.schoology.source import Schoology, opened


@pytest.fixture
def system(web: Web, limits: Limits) -> Iterator[System]:
    stopped = Stopped()
    double = SchoologyDouble(web, district())
    double.page_rows = 4
    source = Schoology(opened(web.url + "/v1", KEY, SECRET, limits=limits, clock=ticking(stopped)))
    yield System(
        web, double, source, stopped,
        users_path="/v1/users", enrollments_path="/v1/sections/{}/enrollments", rows_at="user", user_id_at="uid",
        grade_method="PUT", grade_path="/v1/sections/*/grades",
    )  # fmt: skip
    source.close()
