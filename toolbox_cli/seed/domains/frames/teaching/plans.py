"""What a university's own faculty writes modules about."""

from typing import Any, Final, NamedTuple

Document = dict[str, Any]


class Page(NamedTuple):
    kind: str
    title: str
    content: str
    seconds: int
    media: str | None = None
    config: Document | None = None
    criteria: Document | None = None


class Plan(NamedTuple):
    """An own module; {place} and {subsystem} stand for the university's.

    Attributes:
        after: which of the own modules comes first.
        adaptive: how its difficulty adapts.
    """

    slug: str
    title: str
    description: str
    category: str
    minutes: int
    kind: str
    level: str
    components: list[str]
    difficulty: int
    tags: list[str]
    pages: tuple[Page, ...]
    after: int | None = None
    adaptive: Document | None = None


def _time(seconds: int) -> Document:
    return {"type": "time", "value": seconds}


def _tasks(*tasks: str) -> Document:
    return {"type": "task", "tasks": list(tasks)}


_ADAPTIVE: Final = {
    "harder_after": {"errors_below": 1, "sections": 2},
    "easier_after": {"errors_above": 3, "hints_above": 2},
}

PLANS: Final = (
    Plan(
        "lab-welcome", "Welcome to the {place} lab", "Where things are, who helps, and how the lab works.",
        "Orientation", 6, "text", "low", [], 1, ["required", "orientation"],
        (
            Page("text", "The lab", "# The lab\n\nThe {place} lab is open to all teams.\nAsk before moving things.",
                  120, criteria=_time(60)),
            Page("image", "The floor plan", "The exits, the clean bench and the eye wash.", 60,
                  media="https://media.example.org/frames/floor-plan.png",
                  config={"alternative_text": "required"}, criteria={"type": "view", "value": 100}),
            Page("checklist", "Your first day", "Go through it with somebody who has been here longer.", 180,
                  config={"items": ["Badge", "Locker", "Safety glasses"]}, criteria=_tasks("All items ticked")),
        ),
    ),
    Plan(
        "bench-safety", "Bench safety for {subsystem}", "Before anything is powered at the {place} bench.",
        "Safety", 14, "guided_struggle", "medium", ["buddy-chat"], 2, ["required", "safety", "lab"],
        (
            Page("text", "Before power", "# Before power\n\nGround yourself. Check the current limit.", 150,
                  criteria=_time(90)),
            Page("video", "A bench, step by step", "Watch how a bench is made safe.", 240,
                  media="https://media.example.org/frames/bench-safety.mp4",
                  config={"captions": "required"}, criteria={"type": "view", "value": 90}),
            Page("guided_struggle", "What is wrong here?", "The supply trips. Find out why.", 450,
                  config={"problem_type": "diagnosis", "hints": ["Look at the limit.", "Look at the load."],
                              "buddy_personality": "calm"}, criteria=_tasks("A cause with a reason")),
        ),
        after=0,
    ),
    Plan(
        "telemetry-basics", "Reading {subsystem} telemetry", "Decode a frame, find the outlier, plot it.",
        "Technical", 25, "mixed", "high", ["monaco-editor", "phaser"], 3, ["python", "telemetry"],
        (
            Page("text", "A frame", "# A frame\n\nA frame is a header, values, and a checksum.", 240,
                  criteria=_time(120)),
            Page("sandbox", "Decode it", "Decode the header.", 720,
                  config={"language": "python", "runnable": True, "expected_output": "6863",
                              "files": [{"name": "main.py", "text": "frame = bytes.fromhex('1acf')\n"}]},
                  criteria=_tasks("The output matches")),
            Page("game", "Catch the outlier", "Mark every value that can't be true.", 450,
                  config={"game_type": "sorting", "difficulty_levels": ["ten values"], "time_limit": 300,
                              "challenges": [{"ask": "9.8, 9.7, 98, 9.8", "answer": "98"},
                                             {"ask": "-40, 21, 22, 21", "answer": "-40"}]},
                  criteria={"type": "score", "value": 80}),
            Page("text", "What next", "Bring a plot of your own to the {subsystem} meeting.", 90,
                  criteria=_time(30)),
        ),
        adaptive=_ADAPTIVE,
    ),
    Plan(
        "anomaly-drill", "An anomaly drill for {subsystem}", "A pass with a fault in it; a draft.",
        "Technical", 18, "interactive", "high", ["three-js"], 4, ["drill"],
        (
            Page("text", "The pass", "# The pass\n\nYou have nine minutes of contact.", 120,
                  criteria=_time(60)),
            Page("interactive", "At the console", "Find the fault before the contact ends.", 540,
                  config={"environment_type": "console", "assets": ["console.glb"],
                              "hotspots": [{"name": "Bus voltage", "text": "It sags in each eclipse."},
                                           {"name": "Wheel speed", "text": "Steady."}],
                              "tasks": ["Name the fault"]}, criteria=_tasks("Name the fault")),
            Page("checklist", "The handover", "What the next shift has to know.", 180,
                  config={"items": ["Log", "Next contact", "Open questions"]},
                  criteria=_tasks("All items ticked")),
            Page("text", "The report", "Write down what you saw, in order.", 240, criteria=_time(120)),
        ),
        after=2,
    ),
)  # fmt: skip
