import pytest

from tests.seed.domains.made import context_of, profile_of
from tests.seed.domains.small_reference import small_reference
from toolbox_cli.seed.domains.classes.playing import Played, play
from toolbox_cli.seed.domains.classes.roster import SchoolClass, roster
from toolbox_cli.seed.making.domain import Context

CLASSES = 40


@pytest.fixture(scope="session")
def context() -> Context:
    """A school of 1,000."""
    return context_of(profile_of("school"), reference=small_reference())


@pytest.fixture(scope="session")
def classes(context: Context) -> list[SchoolClass]:
    return [roster(context, block) for block in range(CLASSES)]


@pytest.fixture(scope="session")
def played(context: Context, classes: list[SchoolClass]) -> list[Played]:
    return [play(context, one) for one in classes]
