"""What examples of `toolbox analytics` speak of: a module with students, and files of events about them."""

import json
from pathlib import Path

from tests.analytics.ingesting.made import SCHOOL, event, usage
from tests.analytics.querying.exported import export
from tests.contracts.district import KEY
from tests.support.servers import Database
from toolbox_cli.analytics.events.xapi import VERBS, activity_id
from toolbox_cli.analytics.masking.keys import key_for
from toolbox_cli.core.secrets import Secrets

_STATEMENT = {
    "id": "6f1f2c3e-6a52-4c3a-9d5e-0b6d2a1c7e11",
    "actor": {"account": {"homePage": "https://lms.example", "name": "s1"}},
    "verb": {"id": f"{VERBS}experienced"},
    "object": {"id": activity_id("lab-safety-101", 3)},
    "timestamp": "2026-10-05T08:00:00Z",
}


def furnish(database: Database, folder: Path) -> None:
    """Make the module and its students, and lay files of events into the folder."""
    database.execute(SCHOOL)
    with database.connect() as connection:
        key_for(connection, Secrets([KEY]), "district", "2025")
    files = {
        "events.jsonl": [event(1), usage(1)],
        "2026-10.jsonl": [event(2)],
        "2026-11.jsonl": [event(2), event(3)],
        "statements.jsonl": [_STATEMENT],
    }
    for name, lines in files.items():
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (folder / "rates.yaml").write_text("currency: EUR\nrates: {active_student: 0.80}\n", encoding="utf-8")
    for dataset in ("module-events", "quiz-attempts"):
        export(folder / "exports", {}, dataset)
