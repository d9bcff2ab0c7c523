"""Writes docs/signals.md from the signals themselves: `make docs`."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from docs.registry_pages import block
from toolbox_cli.analytics.computing import risk
from toolbox_cli.analytics.computing.registry import SIGNALS
from toolbox_cli.analytics.computing.signal import Signal

PAGE: Final = Path(__file__).with_name("signals.md")

HEAD: Final = """<!-- Made from the signals by `make docs`; change toolbox_cli/analytics/computing instead. -->

# Signals of learning

The design documents have columns that say how learning goes, and leave open how they come about. `toolbox analytics
compute` fills them, from events and results that stand in the same database:

```bash
toolbox analytics compute                        # all signals
toolbox analytics compute --dry-run              # how many values would change
toolbox analytics compute struggle_signal pattern_detected --since 2026-10-01
```

Each signal is one transaction with one entry in `toolbox.audit_log`, computed by a few statements over whole months,
in an order in which those come first that others read. Values that are right already are not written: a second run
changes nothing and leaves no trace, and an incremental export rewrites only months in which a value has changed. So it
suits cron, every night; `--since`, a month, a day or a moment, spares it the months before its own, and records of
progress that nobody touched since. Another run at the same time ends with status 6, and whatever it had committed
stays.

The role of the database needs what `toolbox db grant --role compute` gives: the columns that the statements below
name, and nothing else.

Events and measurements are worked through month by month of UTC. A value depends on what is in the database and on
nothing else: not on the order in which rows came, on earlier values of its own, or on how often it is computed.
Measurements of nobody (a deleted account leaves such) get no value that speaks of a person. Nothing is derived of who
withholds consent: by their latest record of play in Roblox, `data_collection_consent` is not true, or they are under
13, or of unknown age, and `parental_consent_given` is not. What stood there before is emptied. Students of frames have
no such record; with the row in `students` all their events and progress go.

What it costs is mostly writing. `make bench ARGS=signals` compares it with one scan and one plain UPDATE of the same
rows: `struggle_signal` of a million events takes 1.4 times as long the first time, when every event gets its value, and
0.2 times as long when nothing is new; of five millions 1.3 and 0.1 times.

The statements below are what runs. `begin` and `end` are the month, or the whole time."""

RISK: Final = """## At risk

This score is in no column. It is worked out when it is asked for and kept nowhere ([why](decisions/{decision})).
`toolbox analytics at-risk` counts students by it, in bands of 10 or more; who may read the events gets it by the
statement below.

{formula}

### How often it is right

Sample data know more of their students than they write down: who finds everything harder than others, who came once and
never again, who has left. These are in need. `make bench ARGS="signals risk"` fills a database with such data, works
the scores out from the events alone, and compares. Of several simple formulas this one was chosen on the seeds 1 to 3;
it is measured on the seeds 4 to 6, with 2,000 students each, in profile `school`.

{measured}"""

MEASURED: Final = """| scores from | students named | of them in need (precision) | of those in need, named (recall) |
|---|---|---|---|
| 0.25 | 929 to 969 | 24 to 26 % | 76 to 77 % |
| 0.50 | 360 to 366 | 37 to 40 % | 44 to 48 % |
| 0.75 | 156 to 169 | 53 to 59 % | 27 to 31 % |
| everybody | 1,989 to 1,996 | 15 to 16 % | 100 % |

So of 10 students with a score of 0.75 or more, between 4 and 5 are not in need: they left one module, as many do, and
had trouble in passing. A student of the sample leaves 16 events on the average, and more would tell more. It is a
reason to ask somebody how they are, and no reason for anything else.

The same command compares `mastery_score`, computed from the events, with the mastery that the simulation gave each
student in each module: they correlate by 0.69 to 0.71."""

DECISION: Final = "0036-at-risk-is-worked-out-and-kept-nowhere.md"


def page() -> str:
    """Give the page's text."""
    told = RISK.format(decision=DECISION, formula=_formula(risk.__doc__ or ""), measured=MEASURED)
    parts = [HEAD, *(part for signal in SIGNALS.values() for part in _section(signal)), told]
    return "\n\n".join([*parts, block("sql", _shown(risk.SCORES, "frames"))]) + "\n"


def _section(signal: Signal) -> Iterator[str]:
    yield f"## {signal.name}"
    yield f"In `{signal.table}` of {signal.platform}."
    yield _formula(signal.told)
    statements = (*signal.before, signal.update, *signal.after)
    yield block("sql", "\n\n".join(_shown(statement, signal.platform) for statement in statements))


def _formula(told: str) -> str:
    """Write a docstring as Markdown: what is indented is fenced off, since below a list it would belong to the list."""
    return re.sub(r"(?m)^ {4}(.+)$", r"```text\n\1\n```", told.strip())


def _shown(statement: str, platform: str) -> str:
    """Write a statement as psql takes it, with variables where it has parameters."""
    text = statement.strip()
    for name in ("begin", "end", "now", "at", "persons"):
        text = text.replace(f"%({name})s", f":'{name}'" if name != "persons" else ":persons")
    return f"{text};"


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
