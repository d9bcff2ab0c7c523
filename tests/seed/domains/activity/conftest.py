from typing import Final, NamedTuple

import pytest

from tests.seed.domains.made import Tables, context_of, made, profile_of
from tests.seed.domains.seeded import REFERENCE
from toolbox_cli.seed.domains import ACTIVITY
from toolbox_cli.seed.domains.classes.people import Person
from toolbox_cli.seed.domains.classes.playing import Played, play
from toolbox_cli.seed.domains.classes.roster import SchoolClass, roster
from toolbox_cli.seed.making.domain import Context

CLASSES: Final = 8


class School(NamedTuple):
    """Eight classes of 25 as they are made, and what the roster says of them."""

    context: Context
    tables: Tables
    classes: list[SchoolClass]
    played: list[Played]

    @property
    def people(self) -> dict[str, Person]:
        return {person.key: person for one in self.classes for person in one.people}


@pytest.fixture(scope="session")
def school() -> School:
    context = context_of(profile_of("school", students=25 * CLASSES), reference=REFERENCE)
    tables = made(ACTIVITY.content, context, range(ACTIVITY.content.blocks(context.profile)))
    classes = [roster(context, number) for number in range(CLASSES)]
    return School(context, tables, classes, [play(context, one) for one in classes])
