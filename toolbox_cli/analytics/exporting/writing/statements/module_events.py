"""What students did in modules, as statements that an ingest reads back as the same events.

What is computed of events later stays out: a statement never changes once it was sent.
"""

from collections.abc import Mapping
from typing import Any, Final

from toolbox_cli.analytics.datasets.modules import MODULE_EVENTS
from toolbox_cli.analytics.events import xapi
from toolbox_cli.analytics.events.types import TYPES
from toolbox_cli.analytics.exporting.writing.statements import words

_OF_THE_MODULE: Final = frozenset(one.name for one in TYPES.values() if not one.in_section)
_COMPLETES: Final = frozenset({"section_complete", "module_complete"})
"""Others say that something within a section was completed, which is not the activity that is told."""


def tell(row: Mapping[str, Any]) -> dict[str, Any]:
    """Tell one event; its own type stands in an extension, since many types share a verb."""
    kind, section = row["event_type"], row["section_number"]
    module = words.activity(xapi.activity_id(row["module_id"]), xapi.MODULE_ACTIVITY)
    within = section is not None and kind not in _OF_THE_MODULE
    about = words.activity(xapi.activity_id(row["module_id"], section), xapi.SECTION_ACTIVITY) if within else module
    return words.there(
        {
            "id": words.identity(MODULE_EVENTS.name, *(row[name] for name in MODULE_EVENTS.key)),
            "actor": words.actor(row["student"], MODULE_EVENTS.platform),
            "verb": words.verb(xapi.verb_of(kind or "")),
            "object": about,
            "result": _result(row),
            "context": _context(row, module if within else None),
            "timestamp": words.moment(row["happened_at"]),
        }
    )


def _result(row: Mapping[str, Any]) -> dict[str, Any]:
    done_in = row["elapsed_seconds"] if row["event_type"] == "module_complete" else None
    return words.there(
        {
            "completion": True if row["event_type"] in _COMPLETES else None,
            "duration": None if done_in is None else words.duration(done_in),
        }
    )


def _context(row: Mapping[str, Any], module: dict[str, Any] | None) -> dict[str, Any]:
    session = row["session"]
    registered, is_own = (None, False) if session is None else words.registration(session)
    return words.there(
        {
            "registration": registered,
            "contextActivities": {"parent": [module]} if module else None,
            "platform": MODULE_EVENTS.platform,
            "extensions": words.there(
                {
                    xapi.EVENT_TYPE: row["event_type"],
                    xapi.DEVICE_TYPE: row["device_type"],
                    xapi.SESSION: None if is_own else session,
                    xapi.ELAPSED: row["elapsed_seconds"],
                    xapi.SECTION: None if module else row["section_number"],
                }
            ),
        }
    )
