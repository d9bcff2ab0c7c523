"""Statements of xAPI 1.0.3, read as events of modules.

Source: the Experience API 1.0.3, part 2, sections 2.4 (statements) and 4.1.12 (extensions).
"""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from toolbox_cli.analytics.events.xapi import (
    BY_VERB,
    DATA,
    DEVICE_TYPE,
    ELAPSED,
    EVENT_TYPE,
    SECTION,
    SESSION,
    VERBS,
    activity_parts,
)
from toolbox_cli.analytics.ingesting.faults import Fault, Reason
from toolbox_cli.core.nearby import near

_LONGEST: Final = 2000
"""Characters of a name of an activity that is looked at."""


def event_of(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields of the event that a statement tells of.

    Raises:
        Fault: it tells of none that there is.
    """
    context = _part(statement, "context")
    extensions = _part(context, "extensions")
    module, section = _activity(statement)
    kind = extensions.get(EVENT_TYPE) or _kind(statement, section)
    return {
        "event_id": _id(statement.get("id")),
        "event_type": kind,
        "module_id": module,
        "section_number": extensions.get(SECTION) if section is None else section,
        "student_id": _student(statement),
        "timestamp": statement.get("timestamp"),
        "session_id": extensions.get(SESSION) or context.get("registration"),
        "device_type": extensions.get(DEVICE_TYPE),
        "time_elapsed_seconds": extensions.get(ELAPSED),
        "event_data": extensions[DATA] if DATA in extensions else _data(kind, statement),
    }


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give a part that is an object; an empty one where there is none."""
    found = whole.get(name)
    if found is not None and not isinstance(found, dict):
        raise Fault(Reason.NO_EVENT, f"{name} is no object", field=name)
    return found or {}


def _id(value: Any) -> Any:
    """Write a statement's id as UUIDs are written: capital letters name the same one."""
    try:
        return str(uuid.UUID(value))
    except (ValueError, TypeError, AttributeError):
        return value


def _student(statement: Mapping[str, Any]) -> str:
    actor = _part(statement, "actor")
    name = _part(actor, "account").get("name")
    if not isinstance(name, str) or not name:
        raise Fault(
            Reason.MISSING,
            "actor.account.name is missing",
            field="actor.account.name",
            remedy="Name students by an account; addresses of mail and their hashes are not looked up.",
        )
    return name


def _activity(statement: Mapping[str, Any]) -> tuple[int | str, int | None]:
    iri = _part(statement, "object").get("id")
    found = activity_parts(iri) if isinstance(iri, str) and len(iri) <= _LONGEST else None
    if found is None:
        raise Fault(
            Reason.NO_EVENT,
            "object.id names no module",
            field="object.id",
            remedy="Name it urn:toolbox:frames:module:SLUG, or by an address that ends in /modules/SLUG/sections/N.",
        )
    module, section = found
    return (int(module) if module.isascii() and module.isdigit() and len(module) <= 9 else module), section


def _kind(statement: Mapping[str, Any], section: int | None) -> str:
    iri = _part(statement, "verb").get("id")
    if not isinstance(iri, str):
        raise Fault(Reason.MISSING, "verb.id is missing", field="verb.id")
    verb = iri.removeprefix(VERBS)
    if verb not in BY_VERB:
        raise Fault(
            Reason.UNKNOWN_TYPE, "verb.id is no verb of events", field="verb.id", remedy=near(verb[:100], BY_VERB)
        )
    return "section_complete" if verb == "completed" and section is not None else BY_VERB[verb]


def _data(kind: Any, statement: Mapping[str, Any]) -> dict[str, Any] | None:
    """Say in our words what result and object say; None where that is nothing."""
    result = _part(statement, "result")
    if kind == "solution_attempted":
        said = {"accepted": result.get("success")}
    elif kind == "score":
        score = _part(result, "score")
        said = {"score": score["raw"] if "raw" in score else _percent(score.get("scaled"))}
    elif kind == "click":
        names = _part(_part(_part(statement, "object"), "definition"), "name")
        said = {"element": next(iter(names.values()), None)}
    else:
        said = {}
    return {name: value for name, value in said.items() if value is not None} or None


def _percent(scaled: Any) -> Any:
    return round(scaled * 100, 2) if isinstance(scaled, int | float) and not isinstance(scaled, bool) else scaled
