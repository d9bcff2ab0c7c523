import pytest

from toolbox_cli.core.errors import UsageError
from toolbox_cli.db.declared.choosing import platforms_of
from toolbox_cli.db.diagram.drawing import Drawing, draw
from toolbox_cli.db.diagram.forms import Columns


def shown(drawing: Drawing) -> dict[str, int]:
    """Give the boxes with the number of their columns, and -1 for those aside."""
    return {box.title: -1 if box.aside else len(box.columns) for box in drawing.boxes}


def test_around_a_table_stand_those_that_it_is_linked_with() -> None:
    made = draw(platforms_of("frames"), Columns.ALL, around=["teams"])
    assert shown(made) == {"module_assignments": -1, "students": -1, "teams": 5, "universities": -1}
    assert {(link.child, link.parent) for link in made.links} == {
        ("module_assignments", "teams"),
        ("students", "teams"),
        ("teams", "universities"),
    }
    assert made.title == "frames: around teams"


def test_an_area_stands_with_what_it_refers_to() -> None:
    made = draw(platforms_of("toolboxai"), areas=["users"])
    assert set(shown(made)) == {"users", "user_sessions"}, "what refers to people is left out"
    made = draw(platforms_of("toolboxai"), areas=["collaboration"])
    assert {title for title, columns in shown(made).items() if columns == -1} == {
        "educational_content",
        "user_sessions",
        "users",
    }
    assert not [link for link in made.links if link.child == "user_sessions"]


def test_only_platforms_that_have_something_are_named() -> None:
    assert draw(platforms_of(None), around=["user_tracks"]).title == "pas_in_peace: around user_tracks"
    assert "pas_in_peace.users" in shown(draw(platforms_of(None), around=["users"]))
    assert "teams" in shown(draw(platforms_of(None), around=["frames.teams"]))


def test_patterns() -> None:
    made = draw(platforms_of("toolboxai"), around=["roblox_s*", "quiz_options"])
    centre = {title for title, columns in shown(made).items() if columns != -1}
    assert centre == {"roblox_scripts", "roblox_sessions", "quiz_options"}


@pytest.mark.parametrize(
    ("platform", "around", "areas", "remedy"),
    [
        ("frames", ["team"], [], "Did you mean teams?"),
        ("frames", ["xxxxxxxx"], [], "`toolbox db dictionary` lists the tables."),
        ("frames", [], ["users"], "It is small, and not divided."),
        ("toolboxai", [], ["people"], "The areas are agents, analytics, collaboration, "),
    ],
)
def test_what_is_not_there(platform: str, around: list[str], areas: list[str], remedy: str) -> None:
    with pytest.raises(UsageError) as refused:
        draw(platforms_of(platform), around=around, areas=areas)
    assert str(refused.value.remedy).startswith(remedy)


def test_a_platform_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="no platform 'frame'"):
        platforms_of("frame")
