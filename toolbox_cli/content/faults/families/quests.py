"""Q01 to Q40: the graph of a quest."""

from typing import Final

from toolbox_cli.content.faults.fault import NOTE, WARNING, Example, Fault, one_file

QUEST: Final = """
quest: two-doors
title: Two doors
age_range: 7-9
nodes:
  start: {type: start, label: The gate, text: A fox waits at the gate., next: doors}
  doors:
    type: choice
    label: Two doors
    text: Which one do you open?
    choices:
      The green one: garden
      I need a break: bench
  garden: {type: scene, label: The garden, text: It is warm here., next: end}
  end: {type: ending, label: Home, text: The fox bows.}
  bench: {type: ending, label: A bench, text: Rest as long as you like., tags: [safe_exit]}
"""
"""A quest without a fault; each example changes a line of it."""

START: Final = "  start: {type: start, label: The gate, text: A fox waits at the gate., next: doors}\n"
GARDEN: Final = "  garden: {type: scene, label: The garden, text: It is warm here., next: end}\n"
END: Final = "  end: {type: ending, label: Home, text: The fox bows.}\n"
LOST: Final = "  lost: {type: ending, label: Lost, text: Nobody comes here.}\n"
HILL: Final = "  hill: {type: scene, label: The hill, text: You see far., "
GREEN: Final = "      The green one: garden\n"
LONG: Final = "".join(
    f"  room-{number}: {{type: scene, label: A room, text: Another room., next: room-{number + 1}}}\n"
    for number in range(1, 5)
)


def changed(old: str, new: str, *, also: str = "") -> tuple[Example, ...]:
    """Give the quest with one of its parts changed."""
    if QUEST.count(old) != 1:
        raise ValueError(old)
    return one_file(QUEST.replace(old, new), "quest.yaml", reader="quests", also=also)


FAULTS: Final = (
    Fault(
        "Q01",
        "Not exactly one start",
        "A story begins at one node of type start; without it, or with several, nobody knows where.",
        "Give the type start to the node where the story begins, and another type to all others.",
        changed("type: start", "type: scene"),
    ),
    Fault(
        "Q02",
        "A node stands twice",
        "Two nodes have the same id, so that a way to it may lead to either.",
        "Give each node an id of its own.",
        changed(END, END + END),
    ),
    Fault(
        "Q03",
        "A way to or from a node that is not there",
        "The child would choose it and see nothing; editors leave such edges behind when a node is deleted.",
        "Delete the way, or let it lead to a node that is there.",
        changed("The green one: garden", "The green one: gardn\n      The red one: garden"),
    ),
    Fault(
        "Q04",
        "A way that stands twice, or hangs on a choice that is gone",
        "The same choice would be offered twice; or the edge begins at a handle that its node no longer has, "
        "so that no editor shows it.",
        "Delete the edge that is too many.",
        changed(
            "    choices:\n      The green one: garden\n      I need a break: bench\n",
            "    choices:\n      - {choice: The green one, to: garden}\n      - {choice: The green one, to: garden}\n"
            "      - {choice: I need a break, to: bench}\n",
        ),
    ),
    Fault(
        "Q05",
        "A way from a node to itself",
        "The child would choose, and nothing would happen.",
        "Let it lead to another node.",
        changed(GREEN, GREEN + "      Knock again: doors\n"),
    ),
    Fault(
        "Q10",
        "A node that nothing leads to",
        "No child will ever see it; often a way to it was forgotten.",
        "Let a way lead to it, or delete it.",
        changed(END, END + LOST),
    ),
    Fault(
        "Q11",
        "No ending can be reached",
        "Whatever the child does from there, the story never ends.",
        "Let a way lead out of the circle, to an ending.",
        changed(GARDEN, GARDEN.replace("next: end", "next: hill") + HILL + "next: garden}\n", also="Q10"),
    ),
    Fault(
        "Q12",
        "A dead end that is no ending",
        "Nothing leads on, and the node is not marked as an ending: the story breaks off.",
        "Let a way lead on, or give it the type ending.",
        changed(END, "  end: {type: scene, label: Home, text: The fox bows.}\n"),
    ),
    Fault(
        "Q13",
        "A circle that may have no end",
        "A child could go round in it for ever, for no node of it has a bound on visits; or it could get stuck, for no "
        "way, or none without a condition that may fail, is left once the visits are used up.",
        "Give visits to a node of the circle, and let a way without a condition lead out of it beside that.",
        changed("next: end}", "next: doors}", also="Q10"),
    ),
    Fault(
        "Q14",
        "A circle with a bound",
        "The child can come back to where it was. That is allowed; a reviewer should know of it.",
        "Nothing has to be done.",
        changed(GARDEN, GARDEN.replace("next: end", "visits: 2, next: doors"), also="Q10"),
        NOTE,
    ),
    Fault(
        "Q20",
        "A condition that can't be right",
        "It reads a variable that not every way has set, it never holds, or together with the others it leaves the "
        "child without a way.",
        "Set the variable on every way there, as on the start; let one way have no condition.",
        changed("next: end}", "next: [{to: end, when: {brave: true}}, end]}"),
    ),
    Fault(
        "Q21",
        "A reveal at the wrong time",
        "It comes before what the child must have seen, after fewer steps than it asks for, or never.",
        "Let every way to it pass the nodes of reveal_requires, and take at least reveal_after steps.",
        changed(
            GARDEN,
            GARDEN.replace("next: end", "next: who")
            + "  who: {type: reveal, label: Who, text: Somebody made this for you., reveal_after: 9, next: end}\n",
        ),
    ),
    Fault(
        "Q22",
        "Too long for the age",
        "The longest way takes more minutes, or has more nodes, than a child of that age plays in one sitting.",
        "Make two quests of it, or take nodes out.",
        changed("warm here.,", "warm here., minutes: 45,"),
        WARNING,
    ),
    Fault(
        "Q30",
        "Too far to a place to rest",
        "From there a child finds no place to rest (safe_exit), grown-up (adult) or ending within three steps.",
        "Let a choice on the way lead to a node with the tag safe_exit.",
        changed(
            GARDEN,
            GARDEN.replace("next: end", "next: room-1") + LONG + HILL.replace("hill", "room-5", 1) + "next: end}\n",
        ),
    ),
    Fault(
        "Q31",
        "Something sensitive without a notice before",
        "A way leads to a node with the tag sensitive on which nothing tells the child what is coming.",
        "Put a node with the tag notice before it on every way, best with a choice to go elsewhere.",
        changed("warm here.,", "warm here., tags: [sensitive],"),
    ),
    Fault(
        "Q32",
        "A crisis without help",
        "The node speaks of danger to life or body, by its tag crisis or in its words, and does not say what to do and "
        "whom to call.",
        "Write escalation and contact: what to do now, and a helpline with its number.",
        changed("It is warm here.", "The hedgehog says that it sometimes wants to die."),
    ),
    Fault(
        "Q33",
        "A choice that is none",
        "It has one way or more than four, all of them lead to the same node, or each of them judges somebody.",
        "Offer two to four choices that lead to different nodes, one of them without blame.",
        changed("I need a break: bench", "I need a break: garden", also="Q10"),
    ),
    Fault(
        "Q40",
        "Something that not every child can take in",
        "An image has no alternative text, a sound or film has no transcript, or words are missing in a language that "
        "the quest has.",
        "Write alt or transcript of the medium, or the translation.",
        changed("warm here.,", "warm here., media: [{kind: image, url: garden.png}],"),
        WARNING,
    ),
)
