from dataclasses import replace

import pytest

from tests.db.diagram.erdiagram import read
from tests.db.dictionary.reading import Section, anchors, links, sections
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.declared.choosing import platforms_of
from toolbox_cli.db.declared.reading import declared
from toolbox_cli.db.declared.tables import Column, Table
from toolbox_cli.db.dictionary.chapters import Chapter, chapters
from toolbox_cli.db.dictionary.markdown import markdown_of
from toolbox_cli.models.privacy import Privacy

every_platform = pytest.mark.parametrize("platform", [*PLATFORMS, RECORDS])


def page(platform: str | None, *tables: str, classes: tuple[Privacy, ...] = ()) -> str:
    return markdown_of(chapters(platforms_of(platform), tables, classes))


def by_heading(text: str) -> dict[str, Section]:
    return {section.heading: section for section in sections(text)}


def expected(table: Table, column: Column) -> tuple[str, ...]:
    marks = " ".join(table.marks_of(column.name))
    default = f"default {column.default}" if column.default else column.generated or ""
    demands = ", ".join(filter(None, ["" if column.nullable else "NOT NULL", default]))
    return (
        f"{column.name} {marks}".strip(),
        f"{column.type}\n{demands}".strip(),
        column.privacy.value,
        column.comment.replace("`", ""),
    )


@every_platform
def test_every_column_of_every_table_is_there(platform: str) -> None:
    found = by_heading(page(platform))
    for table in declared(platform).tables:
        section = found[table.name]
        heads, *rows = section.tables[0]
        assert heads == ("column", "type", "privacy", "what it holds")
        assert [(*row[:3], row[3].partition("\n")[0]) for row in rows] == [
            expected(table, column) for column in table.columns
        ]
        assert section.texts[0] == table.comment.replace("`", "")


@every_platform
def test_every_constraint_index_and_trigger_is_there_by_name(platform: str) -> None:
    found = by_heading(page(platform))
    for table in declared(platform).tables:
        kinds = {name: kind for kind, name, _ in found[table.name].tables[1][1:] if kind != "referred to by"}
        indexes = {one.name: "unique index" if one.unique else "index" for one in table.indexes}
        assert (
            kinds.items()
            >= (
                {table.primary_key.name: "primary key"}
                | {key.name: "unique" for key in table.uniques}
                | {key.name: "foreign key" for key in table.references}
                | {rule.name: "check" for rule in table.rules}
                | indexes
                | {trigger.name: "trigger" for trigger in table.triggers}
            ).items()
        )


@every_platform
def test_personal_data_is_summed_up(platform: str) -> None:
    section = by_heading(page(platform))["Personal data"]
    names = [name for name, *_ in section.tables[0][1:] if name]
    assert len(set(names)) == len(names), "a table is named once"
    told: set[tuple[str, str, str]] = set()
    table = ""
    for name, kind, columns in section.tables[0][1:]:
        table = name or table
        told |= {(table, column, kind) for column in columns.split(", ")}
    held = {
        (table.name, column.name, column.privacy.value)
        for table in declared(platform).tables
        for column in table.columns
    }
    assert told == {one for one in held if one[2] != "none"}
    counted = {text.partition(",")[0]: text.split()[1] for text in section.texts[:4]}
    assert counted == {
        one.value: str(sum(kind == one.value for *_, kind in held)) for one in Privacy if one is not Privacy.NONE
    }


def test_what_a_column_demands_is_said_beside_it() -> None:
    found = by_heading(page("pas_in_peace"))
    quests = {row[0]: row[3] for row in found["quests"].tables[0]}
    assert "\n→ users, deleted with it." in quests["user_id FK"]
    assert "\n→ psychologist_reviews, emptied when that is deleted." in quests["psychologist_review_id FK"]
    assert quests["rating"].endswith("\nAllowed: rating = 0 OR rating BETWEEN 1 AND 5.")
    tracks = {row[0]: row[3] for row in found["user_tracks"].tables[0]}
    assert tracks["current_phase"].endswith("\nAllowed: one of awareness, expression, action, mastery.")
    assert "Unique together: user_id, track_type" in found["user_tracks"].texts
    assert any(text.startswith("Trigger: AFTER INSERT, UPDATE, each row") for text in found["quest_progress"].texts)
    events = by_heading(page("frames"))["module_analytics_events"].texts
    assert 'Partitioned by RANGE ("timestamp"); toolbox db partitions makes the months' in events
    assignments = by_heading(page("frames"))["module_assignments"].texts
    assert "Rule: num_nonnulls(student_id, team_id, university_id) > 0" in assignments


@pytest.mark.parametrize("platform", [*PLATFORMS, RECORDS, None])
def test_links_lead_to_one_place_each(platform: str | None) -> None:
    text = page(platform)
    places = anchors(text)
    assert len(set(places)) == len(places)
    assert links(text) <= set(places)
    tables = [table for one in platforms_of(platform) for table in one.tables]
    assert len(links(text)) >= len(tables)


def test_a_small_platform_has_one_diagram_and_a_large_one_one_an_area() -> None:
    drawn = [diagram for section in sections(page("frames")) for diagram in section.diagrams]
    assert len(read(drawn[0]).entities) == 12
    assert len(drawn) == 1
    large = by_heading(page("toolboxai"))
    for area in declared("toolboxai").areas:
        (diagram,) = large[f"Tables: {area.name}"].diagrams
        own = {table.name for table in declared("toolboxai").tables if table.area == area.name}
        assert own <= set(read(diagram).entities)


def test_what_is_chosen_alone() -> None:
    text = page("pas_in_peace", "quest_*")
    found = by_heading(text)
    assert {"quest_builder_sessions", "quest_progress", "quest_ratings"} <= set(found)
    assert "quests" not in found
    assert not any(section.diagrams for section in found.values())
    assert "(#users)" not in text
    assert not any(section.diagrams for section in sections(page("toolboxai", "users")))
    personal = by_heading(page("frames", classes=(Privacy.SENSITIVE,)))
    assert [row[0] for row in personal["module_analytics_events"].tables[0][1:]] == [
        "event_data",
        "struggle_signal",
        "pattern_detected",
    ]
    assert len(personal["module_analytics_events"].tables) == 1


@pytest.mark.parametrize(
    "comment",
    ["a | b", "*stars* and <b>tags</b>", "[no](link)", r"back\slash", "of `a | b` * `c*d`", "_x_y_ 1 < 2 &lt; a_b"],
)
def test_comments_are_read_as_they_are_written(comment: str) -> None:
    table = declared("frames").tables[0]
    changed = replace(table, columns=(replace(table.columns[0], comment=comment),), comment=comment)
    section = by_heading(markdown_of([Chapter(declared("frames"), (changed,))]))[table.name]
    assert section.tables[0][1][3] == comment.replace("`", "")
    assert section.texts[0] == comment.replace("`", "")
