"""Each adapter, run by the sync itself from a socket into a database, while its system misbehaves.

Each cell begins after one clean sync of 32 people in two courses. Then somebody leaves and somebody comes, the system
misbehaves, and is synced; then everything changes a little, the system behaves, and is synced again.
"""

from collections.abc import Callable, Set

import pytest

from tests.lms.misbehaving.comparing import World, keys, without
from tests.lms.misbehaving.conftest import District
from tests.lms.misbehaving.district import term_goes_on, term_goes_on_again
from tests.lms.misbehaving.matrix import ROWS, Cell, cells
from tests.lms.misbehaving.outcomes import Failed, Healed, Held, Never, Told
from tests.lms.misbehaving.systems import SYSTEMS
from toolbox_cli.lms.sync.wishes import SyncRun

HAPPENING = [cell for cell in cells() if not isinstance(cell.outcome, Never)]


@pytest.mark.parametrize("cell", HAPPENING, ids=str)
def test_a_system_that_misbehaves(cell: Cell, district_of: Callable[[str], District]) -> None:
    district = district_of(cell.system)
    before = district.held()
    term_goes_on(district.system)
    everybody = set(district.system.roster.people)
    cell.apply(district.system)
    run = district.sync(cell.row.limits, guarded=isinstance(cell.outcome, Held))
    changed = everybody ^ set(district.system.roster.people) if _late(cell) else set()
    _check_nothing_is_lost(before, district)
    _check_outcome(cell, district, run, before, changed)
    district.system.settle()
    term_goes_on_again(district.system)
    district.system.settle()
    again = district.sync()
    assert again.status == "success", (district.issues(again), district.told(again))
    assert district.held() == district.truth()


def _late(cell: Cell) -> bool:
    return isinstance(cell.outcome, Healed) and cell.outcome.late


def _check_nothing_is_lost(before: World, district: District) -> None:
    """Nothing is removed that is still in the roster."""
    stood, stands, true = keys(before), keys(district.held()), keys(district.truth())
    for kind, rows in stood.items():
        lost = rows - stands[kind]
        assert not lost & true[kind], (kind, lost & true[kind])


def _check_outcome(cell: Cell, district: District, run: SyncRun, before: World, changed: set[str]) -> None:
    match cell.outcome:
        case Healed(codes):
            _check_told(district, run, codes, "")
            assert run.status in {"success", "partial"}, district.told(run)
            assert without(district.held(), changed) == without(district.truth(), changed), district.issues(run)
        case Told(codes, says, kinds):
            assert run.status == "partial", district.told(run)
            _check_told(district, run, codes, says)
            _check_kept(kinds or {where.kind for where in district.system.lists}, district, before)
        case Failed(says):
            assert run.status == "failed", (run.status, district.issues(run))
            code, message = district.told(run)
            assert (code, run.exit_code) == ("lms-unreachable", 5)
            assert says in message
            _check_told(district, run, frozenset({code}), says)
            assert district.held() == before
        case Held(says):
            assert run.status == "held", (run.status, district.issues(run))
            code, message = district.told(run)
            assert (code, run.exit_code) == ("lms-limits", 4)
            assert says in message
            assert [row for row in district.issues(run) if row[0] == code and says in row[-1] and row[1]]
            assert district.held() == before


def _check_told(district: District, run: SyncRun, codes: frozenset[str], says: str) -> None:
    """Each code is an issue that says where, or how many of a whole list."""
    issues = district.issues(run)
    assert codes <= {code for code, *_ in issues}, issues
    for code, _, own, place, message in issues:
        if code in codes:
            assert place or own or _names_a_place(message) or message[0].isdigit(), (code, message)
    assert not says or any(says in message for code, *_, message in issues if code in codes), issues


def _check_kept(kinds: Set[str], district: District, before: World) -> None:
    """Of the lists that went wrong nobody is removed, not even who truly left."""
    stood, stands, first = keys(before), keys(district.held()), next(iter(district.system.roster.courses))
    for kind in kinds:
        lost = stood[kind] - stands[kind]
        if kind == "enrollment" and not district.system.flat:
            lost = {row for row in lost if row[0] == first}
        assert not lost, (kind, lost)


def _names_a_place(message: str) -> bool:
    return "/" in message or "core_" in message


def test_what_can_not_happen_says_why() -> None:
    never = [cell.outcome.why for cell in cells() if isinstance(cell.outcome, Never)]
    assert all(never)
    assert len(never) + len(HAPPENING) == len(ROWS) * len(SYSTEMS)
