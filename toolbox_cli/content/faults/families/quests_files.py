"""Q50 to Q57: files of quests."""

from typing import Final

from toolbox_cli.content.faults.families.quests import END, QUEST, changed
from toolbox_cli.content.faults.fault import NOTE, Example, Fault, one_file

UNORDERED: Final = """
{"quest": "two-doors", "title": "Two doors",
 "nodes": [
  {"id": "1", "type": "start", "data": {"label": "The gate", "text": "A fox waits."}},
  {"id": "2", "type": "choice", "data": {"label": "Two doors", "text": "Which one?"}},
  {"id": "3", "type": "ending", "data": {"label": "Home", "text": "The fox bows."}},
  {"id": "4", "type": "ending", "data": {"label": "A bench", "text": "Rest.", "tags": ["safe_exit"]}}],
 "edges": [
  {"id": "a", "source": "1", "target": "2"},
  {"id": "b", "source": "2", "target": "3", "label": "The green one"},
  {"id": "c", "source": "2", "target": "4", "label": "I need a break"}]}
"""

FAULTS: Final = (
    Fault(
        "Q50",
        "A file that can't be read",
        "It is not YAML or JSON, not UTF-8, or larger than anybody writes by hand.",
        "Mend it at the place that is named.",
        one_file("quest: [\n", "quest.yaml", reader="quests"),
    ),
    Fault(
        "Q51",
        "Not a quest",
        "The file does not hold a quest with its nodes, or quests under their names.",
        "docs/quests.md says what a file holds.",
        one_file("quest: two-doors\ntitle: Two doors\n", "quest.yaml", reader="quests"),
    ),
    Fault(
        "Q52",
        "A key that stands twice",
        "YAML takes the last one, and the first is lost without a word.",
        "Delete or rename one of them.",
        changed("title: Two doors\n", "title: Two doors\ntitle: Three doors\n"),
    ),
    Fault(
        "Q53",
        "An unknown key",
        "No quest has it; it may be a slip of the pen, and what it says would be lost.",
        "Write it as docs/quests.md has it, or put it under more.",
        changed("age_range: 7-9", "age_rnge: 7-9"),
    ),
    Fault(
        "Q54",
        "A value that is missing or of the wrong kind",
        "The key is known, and what stands there is not what it holds.",
        "Write what is expected there.",
        changed("title: Two doors\n", ""),
    ),
    Fault(
        "Q55",
        "Ways that don't fit their node",
        "A choice has choices with words, each its own; a start, a scene and a reveal go on by themselves; an ending "
        "leads nowhere.",
        "Change the node's type, or its ways.",
        changed(END, "  end: {type: ending, label: Home, text: The fox bows., next: bench}\n"),
    ),
    Fault(
        "Q56",
        "A quest that stands twice",
        "Two files, or two entries, have the same quest.",
        "Give each quest a name of its own.",
        (Example({"one.yaml": QUEST.lstrip(), "two.yaml": QUEST.lstrip()}, "quests"),),
    ),
    Fault(
        "Q57",
        "Choices without an order",
        "React Flow keeps edges in no order of meaning, so that these choices are sorted by their words.",
        "Give each edge data.order, from 1.",
        one_file(UNORDERED, "quest.json", reader="quests"),
        NOTE,
    ),
)
