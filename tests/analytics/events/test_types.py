"""The kinds of events are those of document 004, and their page tells them all."""

import datetime

import pytest

from docs.events import PAGE, example, page
from tests.analytics.ingesting.made import MODULE
from toolbox_cli.analytics.events.types import EVENT_TYPES, TYPES, Family
from toolbox_cli.analytics.ingesting.faults import Fault
from toolbox_cli.analytics.ingesting.shapes.module_events import ModuleEvents
from toolbox_cli.seed.domains.frames.learning import events as seeded

DOCUMENT = {
    Family.NAVIGATION: "section_view section_complete module_start module_complete pause resume",
    Family.INTERACTION: "click scroll input",
    Family.SANDBOX: "code_run error_encountered code_change hint_used",
    Family.GAME: "game_start game_complete score retry",
    Family.INTERACTIVE: "hotspot_click object_drag task_complete",
    Family.GUIDED_STRUGGLE: "buddy_message student_message solution_attempted",
}
"""Document 004, section "Common event_type Values"."""

READER = ModuleEvents(datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC))


def test_the_kinds_are_the_document_s() -> None:
    assert list(EVENT_TYPES) == " ".join(DOCUMENT.values()).split()
    for family, names in DOCUMENT.items():
        assert [kind.name for kind in TYPES.values() if kind.family is family] == names.split()


def test_the_page_is_made_from_them() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_what_a_kind_must_carry_is_enough_and_needed(name: str) -> None:
    whole = example(TYPES[name])
    assert READER.read(whole).event_id
    owed = [(part.name, "event_data") for part in TYPES[name].must]
    owed += [("section_number", "")] if TYPES[name].in_section else []
    for field, inside in owed:
        lacking = {**whole, "event_data": {**whole.get("event_data", {})}}
        del (lacking[inside] if inside else lacking)[field]
        with pytest.raises(Fault, match=f"{field} is missing"):
            READER.read(lacking)


@pytest.mark.parametrize("name", sorted(seeded._DOCUMENTS))
def test_what_is_seeded_could_be_taken_in(name: str) -> None:
    for data in seeded._DOCUMENTS[name]:
        event = {**example(TYPES[name]), "module_id": MODULE, "section_number": 1, "event_data": data}
        assert READER.read(event).event_id
