from collections.abc import Iterator

import pytest

from tests.lms.doubles.canvas import TOKEN, CanvasDouble
from tests.lms.doubles.roster import district
from tests.lms.sources.systems import System, ticking
from tests.support.clocks import Stopped
from tests.support.web import Web
from toolbox_cli.core.http.auth import Bearer
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.lms.sources.canvas.source import Canvas, opened


@pytest.fixture
def system(web: Web, limits: Limits) -> Iterator[System]:
    stopped = Stopped()
    double = CanvasDouble(web, district())
    double.page_rows = 4
    source = Canvas(opened(web.url, Bearer(TOKEN), limits=limits, clock=ticking(stopped)))
    yield System(
        web, double, source, stopped,
        users_path="/api/v1/accounts/self/users", enrollments_path="/api/v1/courses/{}/enrollments", rows_at=None,
        user_id_at="id", grade_method="PUT", grade_path="*/submissions/*",
    )  # fmt: skip
    source.close()
