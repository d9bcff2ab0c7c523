"""Writes docs/events.md from the kinds of events themselves: `make docs`."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from toolbox_cli.analytics.events.types import TYPES, EventType, Family, Holds, Part
from toolbox_cli.analytics.events.xapi import (
    BY_VERB,
    DATA,
    DEVICE_TYPE,
    ELAPSED,
    EVENT_TYPE,
    EXTENSIONS,
    SECTION,
    SESSION,
    VERBS,
    activity_id,
)
from toolbox_cli.analytics.ingesting.faults import Reason
from toolbox_cli.analytics.ingesting.reading.lines import KEPT, LONGEST
from toolbox_cli.analytics.ingesting.run import MOST_ASIDE, MOST_TOLD
from toolbox_cli.analytics.ingesting.shapes.module_events import ModuleEvents
from toolbox_cli.analytics.ingesting.shapes.shape import Shape
from toolbox_cli.analytics.ingesting.shapes.usage_events import UsageEvents

PAGE: Final = Path(__file__).with_name("events.md")
_NOW: Final = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
_ID: Final = "6f1f2c3e-6a52-4c3a-9d5e-0b6d2a1c7e11"

HEAD: Final = f"""<!-- Made from the kinds of events by `make docs`; change toolbox_cli/analytics/events instead. -->

# Events

`toolbox analytics ingest` takes in what programs have written down of students' work in modules and of the platform's
use: files of one JSON object a line, or a stream. JSON over several lines is refused as a whole; `jq -c .` mends it.

```bash
toolbox analytics ingest events.jsonl --dry-run
toolbox analytics ingest events.jsonl
toolbox analytics ingest statements.jsonl --from xapi
```

* **Each event once.** Every event has an id of its own, `event_id`. One that came before is counted and left,
  whatever file it comes in and however that is cut, ordered or repeated. The same id with another content is set aside:
  the event that came first stands.
* **All or nothing.** A run is one transaction a database. One that is killed has written nothing; run it again. A
  second run at the same time ends with status 6.
* **Nothing is lost.** A line that can't be taken in is told by file and line, and kept in
  `toolbox.quarantined_events` with the reason; the others are taken in, and the run ends with status 3. Each such line
  is kept once. When it can be taken in, after a student was added or with a newer toolbox, send the file again:
  `released_at` says when it was. The first {MOST_TOLD:,} are told one by one; with more than {MOST_ASIDE:,} it is no
  file of events, and nothing is written.
* **Little memory**, however large the file is. A line may have {LONGEST:,} bytes; of a longer one the first {KEPT:,}
  are kept, with its length and hash."""

LATELY: Final = """What was set aside lately:

```sql
SELECT source, line, reason, detail FROM toolbox.quarantined_events WHERE released_at IS NULL ORDER BY id DESC;
```

Lines may speak of persons. What is here stays until somebody takes it away; of a line that was taken in after all, only
the reason and the hash stay. When nobody will send the rest again:

```sql
DELETE FROM toolbox.quarantined_events WHERE seen_at < now() - interval '90 days';
```

`toolbox db grant --role ingest` makes a role that can do this and nothing else."""

REASONS: Final = {
    Reason.TOO_LONG: "It is longer than a line may be.",
    Reason.NO_TEXT: "It is not UTF-8.",
    Reason.NO_JSON: "It is no JSON, is nested too deeply, or holds a character or number that no column keeps.",
    Reason.NO_EVENT: "It is no object, a key stands twice in it, or it says nothing that tells its kind.",
    Reason.UNKNOWN_TYPE: "Its `event_type`, or its verb, is none of those below.",
    Reason.MISSING: "It lacks what every event, or its kind, must carry.",
    Reason.WRONG_VALUE: "A value is of another type or out of its range, or a field is unknown.",
    Reason.UNKNOWN_REFERENCE: "It refers to a module, student, user, session, content or agent that is not there.",
    Reason.OTHER_CONTENT: "Its id is that of another event.",
}

MODULES: Final = """## Events of modules

They become rows of `frames.module_analytics_events`. Beside the fields of all events they name the module by its slug
or number, the student, and the moment with its zone, from the year 2000 to a day ahead of the clock here."""

USAGE: Final = """## Events of use

They become rows of `toolboxai.usage_analytics`; the [schema](schema/toolboxai.md) says what each field means. Type and
name are open lists: `page_view`, `content_generation`, `quiz_attempt` and whatever programs add."""

XAPI: Final = f"""## Statements of xAPI

With `--from xapi` each line is a statement of the Experience API 1.0.3, a list of them, or the answer of a store with
`statements`. What `jq` makes of such an answer, `jq -c '.statements[]'`, is one a line.
Statements need not carry what a kind must have in `event_data`; what they carry is checked.

Verbs are those of `{VERBS}`; extensions begin with `{EXTENSIONS}` and go before all else."""

STATEMENT: Final = (
    ("`id`", "`event_id`"),
    ("`actor.account.name`", "`student_id`; an address of mail names nobody, and `homePage` is not looked at"),
    ("`verb.id`", "`event_type`, see below"),
    (
        "`object.id`",
        f"`module_id` and `section_number`: `{activity_id('SLUG', 3)}`,"
        " or an address that ends in `/modules/SLUG` or `/modules/SLUG/sections/3`",
    ),
    ("`timestamp`", "`timestamp`"),
    ("`context.registration`", "`session_id`"),
    ("`result.success`", "`event_data` of `solution_attempted`"),
    ("`result.score`", "`event_data` of `score`"),
    (f"extension `{EVENT_TYPE}`", "`event_type`"),
    (f"extension `{SESSION}`", "`session_id`"),
    (f"extension `{DEVICE_TYPE}`", "`device_type`"),
    (f"extension `{ELAPSED}`", "`time_elapsed_seconds`"),
    (f"extension `{SECTION}`", "`section_number`, where the activity is the module"),
    (f"extension `{DATA}`", "`event_data`"),
)


def page() -> str:
    """Give the page's text."""
    parts = [HEAD, LATELY, "## Reasons", _table(("reason", "what is wrong"), REASONS.items())]
    parts += [MODULES, _fields(ModuleEvents(_NOW).shape), "For example:", _block(_example())]
    for family in Family:
        parts += [f"### {family}", _kinds(family)]
    parts += [USAGE, _fields(UsageEvents(_NOW).shape), XAPI]
    parts.append(_table(("of the statement", "becomes"), STATEMENT))
    parts.append(_table(("verb", "kind of event"), ((f"`{verb}`", _of_verb(verb)) for verb in BY_VERB)))
    return "\n\n".join(parts) + "\n"


def example(kind: EventType) -> dict[str, Any]:
    """Make an event that carries what its kind must."""
    made: dict[str, Any] = {
        "event_id": _ID, "event_type": kind.name, "module_id": "lab-safety-101", "student_id": "s-1024",
        "timestamp": "2026-10-05T08:30:00Z",
    }  # fmt: skip
    if kind.in_section:
        made["section_number"] = 3
    if kind.must:
        made["event_data"] = {part.name: _sample(part) for part in kind.must}
    return made


def _example() -> dict[str, Any]:
    return {**example(TYPES["code_run"]), "session_id": "sitting-7", "device_type": "tablet"}


def _fields(shape: Shape) -> str:
    must = {"event_id", *shape.must}
    rows = [("`event_id`", "yes", "a text of 1 to 200 characters")]
    rows += [(f"`{name}`", "yes" if name in must else "", _reads(shape, name)) for name in shape.columns]
    return _table(("field", "must be there", "what it is"), rows)


def _reads(shape: Shape, name: str) -> str:
    """Say what a field is, in the words that a wrong value is told in."""
    reader, _ = shape.fields[name]
    refers = {one.column: f"; a row of `{shape.platform}.{one.table}`" for one in shape.references}
    if name == "module_id":
        return f"a slug, or a whole number{refers[name]}"
    try:
        reader(object())
    except ValueError as error:
        return f"{error}{refers.get(name, '')}"
    raise AssertionError(name)


def _kinds(family: Family) -> str:
    rows = [
        (f"`{kind.name}`", kind.means, "; ".join(_owed(kind)), "; ".join(map(_part, kind.may)))
        for kind in TYPES.values()
        if kind.family is family
    ]
    return _table(("kind", "what happened", "must carry", "may carry in `event_data`"), rows)


def _owed(kind: EventType) -> Iterator[str]:
    if kind.in_section:
        yield "`section_number`"
    for part in kind.must:
        yield f"in `event_data` {_part(part)}"


def _part(part: Part) -> str:
    return f"`{part.name}`, {part.holds}: {part.doc.rstrip('.')}"


def _of_verb(verb: str) -> str:
    more = ", or `section_complete` of a section" if verb == "completed" else ""
    return f"`{BY_VERB[verb]}`{more}"


def _sample(part: Part) -> Any:
    samples = {Holds.TRUTH: True, Holds.TEXT: "next", Holds.WHOLE: 2, Holds.NUMBER: 50}
    return samples[part.holds]


def _table(heads: tuple[str, ...], rows: Any) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def _block(shown: Any) -> str:
    return f"```json\n{json.dumps(shown)}\n```"


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
