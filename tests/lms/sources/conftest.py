import pytest

from tests.lms.sources.patience import HASTY, PATIENT
from toolbox_cli.core.http.limits import Limits


@pytest.fixture
def limits(request: pytest.FixtureRequest) -> Limits:
    """Give what a machine that is busy keeps; what soon runs out in tests that are marked `hasty`."""
    return HASTY if request.node.get_closest_marker("hasty") else PATIENT
