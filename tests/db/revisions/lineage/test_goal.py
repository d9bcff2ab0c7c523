from collections.abc import Sequence

import pytest

from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.settings import PLATFORMS
from toolbox_cli.db.revisions.lineage.goal import Goal, concerned, one_goal, one_target, parse_goal
from toolbox_cli.db.revisions.lineage.history import read_history

HISTORY = read_history()
HEADS = {platform: len(line) for platform, line in HISTORY.lines.items()}
RECORDS = HEADS["toolbox"]


def parsed(text: str, current: Sequence[str] = (), platforms: Sequence[str] = PLATFORMS) -> Goal:
    return parse_goal(text, HISTORY, current, platforms)


def living(*platforms: str) -> Target:
    names = Names({"toolbox": "toolbox", **{name: name for name in platforms}})
    return Target("", names, "the test suite")


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("heads", HEADS),
        ("documents", {"toolbox": RECORDS, "toolboxai": 2, "pas_in_peace": 2, "frames": 3}),
        ("frames@head", {"toolbox": RECORDS, "frames": HEADS["frames"]}),
        ("frames@base", {"frames": 0}),
        ("frames@+1", {"toolbox": RECORDS, "frames": 4}),
        ("frames@-1", {"toolbox": RECORDS, "frames": 2}),
        ("frames@-3", {"frames": 0}),
        ("002", {"toolbox": RECORDS, "toolboxai": 2}),
        ("frames_phase_1", {"toolbox": RECORDS, "frames": 1}),
        ("toolbox@head", {"toolbox": RECORDS}),
        ("toolbox_records", {"toolbox": 1}),
    ],
)
def test_a_target_says_how_far_each_platform_goes(text: str, positions: dict[str, int]) -> None:
    assert parsed(text, ["frames_phase_3", "toolbox_records"]).positions == positions


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("-1", "'-1' is not a target"),
        ("+1", "not a target"),
        ("frames@", "not a target"),
        ("frames@1", "not a target"),
        ("frames@head ", "not a target"),
        ("moodle@head", "no platform 'moodle'"),
        ("0001", "no revision '0001'"),
        ("frames@+99", r"frames has no revision \+99"),
        ("frames@-1", "frames has no revision -1"),
    ],
)
def test_what_is_no_target_is_wrong_use(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        parsed(text)


def test_a_platform_of_another_database_is_wrong_use() -> None:
    for text in ("frames@head", "frames_phase_1"):
        with pytest.raises(UsageError, match="frames does not live in this database"):
            parsed(text, platforms=["toolboxai"])


def test_the_records_go_last() -> None:
    for text in ("toolbox@base", "toolbox@-1"):
        with pytest.raises(RefusedError, match="pas_in_peace, frames still stand on them") as caught:
            parsed(text, ["toolbox_records", "unified_integration", "frames_phase_1"])
        assert caught.value.remedy == "Take those back first: toolbox db downgrade pas_in_peace@base"
        assert parsed(text, ["toolbox_records"]).positions == {"toolbox": 0}


def test_revisions_ahead_begin_with_the_records_and_go_platform_by_platform() -> None:
    ahead = parsed("documents").ahead(HISTORY, ["002"])
    assert [revision.id for revision in ahead] == [
        "toolbox_records",
        "toolbox_queue",
        "toolbox_analytics",
        "toolbox_disclosures",
        "unified_integration",
        "phase_4_3_integration",
        "frames_phase_1",
        "frames_phase_2",
        "frames_phase_3",
    ]


def test_revisions_behind_are_newest_first_and_end_with_the_records() -> None:
    current = ["toolbox_disclosures", "002", "frames_phase_2"]
    behind = Goal({"toolbox": 0, "toolboxai": 1, "frames": 0}).behind(HISTORY, current)
    assert [revision.id for revision in behind] == [
        "frames_phase_2",
        "frames_phase_1",
        "002",
        "toolbox_disclosures",
        "toolbox_analytics",
        "toolbox_queue",
        "toolbox_records",
    ]


def test_nothing_is_ahead_of_or_behind_a_newer_toolboxs_database() -> None:
    goal = parsed("heads")
    for revisions in (goal.ahead, goal.behind):
        with pytest.raises(RefusedError, match="at revision frames_2031, which this toolbox does not know"):
            revisions(HISTORY, ["frames_2031", "toolbox_records"])


def test_to_documents_stands_alone() -> None:
    assert one_goal("heads", "documents") == "documents"
    assert one_goal("frames@head", None) == "frames@head"
    for text, to in (("frames@head", "documents"), ("heads", "heads")):
        with pytest.raises(UsageError, match="--to takes the word documents"):
            one_goal(text, to)


def test_a_target_concerns_the_database_of_its_platform() -> None:
    common, own = found = (living("toolboxai", "pas_in_peace"), living("frames"))
    assert concerned(found, "heads") == concerned(found, "documents") == concerned(found, "toolbox@head") == found
    assert concerned(found, "frames@-1") == (own,)
    assert concerned(found, "002") == (common,)
    assert one_target(found, "frames_phase_1") is own
    assert one_target((own,), "heads") is own
    with pytest.raises(UsageError, match="several databases"):
        one_target(found, "heads")
    with pytest.raises(UsageError, match="toolboxai does not live"):
        concerned((own,), "002")
    with pytest.raises(UsageError, match="not a target"):
        concerned(found, "-1")
