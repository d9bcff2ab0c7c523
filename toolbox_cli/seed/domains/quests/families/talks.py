"""Conversations in which quests are made."""

from typing import Final, NamedTuple

from toolbox_cli.seed.domains.quests.families.people import Family
from toolbox_cli.seed.domains.quests.story.blank import Blank
from toolbox_cli.seed.making.moments import Moment, written
from toolbox_cli.seed.making.text import Raw, Row, raw

_SCRIPT: Final = (
    ("greeting", "assistant", "Hello! Shall we make a quest for your child together?"),
    ("greeting", "user", "Yes, please. It is for {child}."),
    ("collecting_info", "assistant", "How old is {child}, and what does {child} like?"),
    ("collecting_info", "user", "{age} years old. At the moment it is all about {theme}."),
    ("collecting_info", "assistant", "Is there a memory that you share and that should come up?"),
    ("collecting_info", "user", "We both like to think of {memory}."),
    ("clarifying", "assistant", "What is hard for {child} these days? You need not say more than you want."),
    ("clarifying", "user", "New things, and saying goodbye."),
    ("generating", "assistant", "Thank you. I am drawing the quest now."),
    ("reviewing", "assistant", "Here it is: {title}. {child} may stop at every choice."),
    ("reviewing", "user", "It is good. Please keep the ending as it is."),
    ("quest_ready", "assistant", "Done. Before {child} can play it, somebody looks at it."),
)
"""Stage, role and text of each message."""

_STAGES: Final = tuple(dict.fromkeys(stage for stage, _, _ in _SCRIPT))
_GRAPH_FROM: Final = _STAGES.index("generating")
"""The stage from which on there is a graph."""

READY: Final = len(_STAGES) - 1
MESSAGES: Final = tuple(sum(_STAGES.index(name) <= stage for name, _, _ in _SCRIPT) for stage in range(len(_STAGES)))
"""Messages of a conversation that came to a stage."""

_PAUSES_S: Final = 45
"""From one message to the next."""

_HOLES: Final = {name: f"‹{number}›" for number, name in enumerate(("child", "title", "memory", "theme", "age"))}
_HISTORIES: Final = tuple(
    Blank(raw([
        {"role": role, "content": text.format_map(_HOLES), "after_seconds": _PAUSES_S * place}
        for place, (_, role, text) in enumerate(_SCRIPT[:count])
    ]))
    for count in MESSAGES
)  # fmt: skip


class About(NamedTuple):
    """What a conversation is about."""

    title: str
    theme: str
    memory: str
    school: str


def talk_row(
    key: int, family: Family, stage: int, times: tuple[Moment, Moment], about: About,
    graph: str,
) -> Row:  # fmt: skip
    """Write down a conversation.

    Args:
        key: of the row.
        family: whose parent talks.
        stage: number of the one that it came to.
        times: of its begin and its end.
        about: what the quest would be.
        graph: as it was made so far, in COPY's format.
    """
    child, age, (title, theme, memory, school) = family.child, family.age, about
    interests = '","'.join(family.interests)
    context = (
        f'{{"child":{{"name":"{child}","age":{age},"interests":["{interests}"]}},'
        f'"memories":["{memory}"],"preferences":{{"theme":"{theme}","school":"{school}"}}}}'
    )
    return (
        key, family.home.user, Raw(_HISTORIES[stage].filled((child, title, memory, theme, str(age)))), _STAGES[stage],
        Raw(graph) if stage >= _GRAPH_FROM else None, Raw(context), written(times[0]), written(times[1]),
    )  # fmt: skip
