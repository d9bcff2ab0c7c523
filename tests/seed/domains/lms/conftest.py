"""Small classes of three schools, as their systems have them."""

from typing import NamedTuple

import pytest

from tests.seed.domains.made import Tables, context_of, made, profile_of
from tests.seed.domains.seeded import REFERENCE
from toolbox_cli.seed.domains import LMS
from toolbox_cli.seed.domains.classes.playing import Attempt, play
from toolbox_cli.seed.domains.classes.roster import CLASSES_A_SCHOOL, SchoolClass, roster
from toolbox_cli.seed.making.domain import Context

CLASSES = 2 * CLASSES_A_SCHOOL + 5


class Schools(NamedTuple):
    context: Context
    tables: Tables
    classes: list[SchoolClass]
    attempts: dict[str, Attempt]


@pytest.fixture(scope="session")
def schools() -> Schools:
    profile = profile_of("school", students=6 * CLASSES, classes__students_a_teacher=6)
    context = context_of(profile, reference=REFERENCE)
    classes = [roster(context, number) for number in range(CLASSES)]
    attempts = {one.key: one for each in classes for one in play(context, each).attempts if one.completed_at}
    return Schools(context, made(LMS.content, context, range(LMS.content.blocks(profile))), classes, attempts)
