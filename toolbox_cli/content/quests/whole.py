"""Whole quests as files: what is said of it, its graph, and last its layout."""

import json
from typing import Any, Final

from toolbox_cli.content.quests.canonical import compact, content_of, plain
from toolbox_cli.content.quests.quest import About, Quest
from toolbox_cli.content.quests.writing import flow, graph_lines, layout_lines, quoted, react_flow, word

_DEFAULTS: Final = {name: field.get_default(call_default_factory=True) for name, field in About.model_fields.items()}


def as_yaml(quest: Quest, content_hash: str | None = None) -> str:
    """Write a quest as YAML, which is read back as the same quest.

    Args:
        quest: which.
        content_hash: what the database has it under, so that an import notices what was edited there meanwhile.
    """
    lines = [f"quest: {word(quest.quest_id)}"]
    if content_hash:
        lines.append(f"content_hash: {quoted(content_hash)}")
    lines += [f"{name}: {flow(value)}" for name, value in said(quest.about).items()]
    return "\n".join([*lines, *graph_lines(quest.graph), *layout_lines(quest.graph), ""])


def as_json(quest: Quest, content_hash: str | None = None) -> str:
    """Write a quest as JSON with its graph in React Flow's form, which is read back as the same quest."""
    base = {"content_hash": content_hash} if content_hash else {}
    made = {"quest": quest.quest_id, **base, **said(quest.about), "graph": react_flow(quest.graph)}
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def said(about: About) -> dict[str, Any]:
    """Give what is said of a quest, without what is as it is anyway."""
    values = plain(about.model_dump(mode="json"))
    return {name: value for name, value in values.items() if name == "title" or value != _DEFAULTS[name]}


def same(one: Quest, other: Quest) -> bool:
    """Tell whether two quests have the same content; layout is none."""
    return _content(one) == _content(other)


def _content(quest: Quest) -> str:
    """Write the content in the one way: compared as values, true would be 1."""
    return compact([quest.about.model_dump(mode="json"), content_of(quest.graph)])
