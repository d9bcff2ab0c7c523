"""What a learning record store refuses of a statement, by the numbers of ADL's requirements for xAPI 1.0.3.

Source: "xAPI LRS conformance requirements" of ADL (XAPI-00001 and so on), and the standard's part two, "Data".
"""

import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from tests.analytics.exporting.writing.xapi_words import IRI, LANGUAGE, is_duration, is_iri, is_moment

Fault = tuple[str, str]
"""Number of a requirement, and where."""

_IDENTIFIERS: Final = ("mbox", "mbox_sha1sum", "openid", "account")
_STATEMENT: Final = {
    "id", "actor", "verb", "object", "result", "context", "timestamp", "stored", "authority", "version", "attachments",
}  # fmt: skip
_CONTEXT: Final = {
    "registration", "instructor", "team", "contextActivities", "revision", "platform", "language", "statement",
    "extensions",
}  # fmt: skip
_DEFINITION: Final = {
    "name", "description", "type", "moreInfo", "extensions", "interactionType", "correctResponsesPattern", "choices",
    "scale", "source", "target", "steps",
}  # fmt: skip


def faults_of(line: str) -> list[Fault]:
    """Give everything that is wrong with a statement's JSON."""
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        twice.extend(name for name in names if names.count(name) > 1)
        return dict(pairs)

    def no_number(word: str) -> None:
        raise ValueError(word)

    try:
        statement = json.loads(line, object_pairs_hook=once, parse_constant=no_number)
    except ValueError:
        return [("XAPI-00014", "")]
    if not isinstance(statement, dict):
        return [("XAPI-00014", "")]
    return [("XAPI-00021", name) for name in twice] + list(_statement(statement))


def _statement(held: dict[str, Any]) -> Iterator[Fault]:
    yield from _nothing_empty(held, "")
    yield from _names(held, _STATEMENT, "")
    for name, number in (("actor", "XAPI-00003"), ("verb", "XAPI-00004"), ("object", "XAPI-00005")):
        if name not in held:
            yield number, name
    yield from _each(held, "", {
        "id": ("XAPI-00027", _is_uuid),
        "timestamp": ("XAPI-00022", is_moment),
        "stored": ("XAPI-00023", is_moment),
        "version": ("XAPI-00101", lambda given: isinstance(given, str) and bool(re.fullmatch(r"1\.0(\.\d+)?", given))),
        "attachments": ("XAPI-00025", lambda given: isinstance(given, list)),
    })  # fmt: skip
    for name, rules in (("actor", _agent), ("authority", _agent), ("verb", _verb), ("object", _object),
                        ("result", _result)):  # fmt: skip
        yield from _part(held, name, rules)
    yield from _context(held.get("context"), held.get("object"))


def _nothing_empty(held: Any, where: str) -> Iterator[Fault]:
    if held is None or held == {}:
        yield "XAPI-00001", where
    elif isinstance(held, Mapping):
        for name, part in held.items():
            if name != "extensions":
                yield from _nothing_empty(part, f"{where}.{name}")
    elif isinstance(held, list):
        for part in held:
            yield from _nothing_empty(part, where)


def _names(held: Mapping[str, Any], allowed: set[str], where: str) -> Iterator[Fault]:
    lower = {name.lower() for name in allowed}
    for name in held.keys() - allowed:
        yield ("XAPI-00008" if name.lower() in lower else "XAPI-00010"), f"{where}.{name}"


def _each(
    held: Mapping[str, Any], where: str, rules: Mapping[str, tuple[str, Callable[[Any], bool]]]
) -> Iterator[Fault]:
    for name, (number, holds) in rules.items():
        if name in held and not holds(held[name]):
            yield number, f"{where}.{name}"


def _part(
    held: Mapping[str, Any], name: str, rules: Callable[[dict[str, Any], str], Iterator[Fault]]
) -> Iterator[Fault]:
    if name in held:
        if isinstance(held[name], dict):
            yield from rules(held[name], name)
        else:
            yield "XAPI-00006", name


def _agent(held: dict[str, Any], where: str) -> Iterator[Fault]:
    kind = held.get("objectType", "Agent")
    if kind not in {"Agent", "Group"}:
        yield ("XAPI-00009" if str(kind).title() in {"Agent", "Group"} else "XAPI-00031"), where
    yield from _names(held, {"objectType", "name", "member", *_IDENTIFIERS}, where)
    given = [name for name in _IDENTIFIERS if name in held]
    if kind == "Agent" and len(given) != 1:
        yield "XAPI-00034", where
    if kind == "Agent" and "member" in held:
        yield "XAPI-00035", where
    if kind == "Group" and (len(given) > 1 or not (given or held.get("member"))):
        yield "XAPI-00037", where
    yield from _each(held, where, {
        "name": ("XAPI-00033", _is_text),
        "mbox": ("XAPI-00038", lambda it: _is_text(it) and bool(re.fullmatch(r"mailto:[^\s@]+@[^\s@]+", it))),
        "mbox_sha1sum": ("XAPI-00039", lambda it: _is_text(it) and bool(re.fullmatch(r"[0-9a-fA-F]{40}", it))),
        "openid": ("XAPI-00040", is_iri),
        "account": ("XAPI-00041", lambda it: isinstance(it, dict) and set(it) <= {"homePage", "name"}),
    })  # fmt: skip
    account = held.get("account")
    if isinstance(account, dict):
        if not is_iri(account.get("homePage")):
            yield "XAPI-00042", where
        if not (_is_text(account.get("name")) and account["name"]):
            yield "XAPI-00043", where


def _verb(held: dict[str, Any], where: str) -> Iterator[Fault]:
    yield from _names(held, {"id", "display"}, where)
    if not is_iri(held.get("id")):
        yield "XAPI-00044", where
    yield from _each(held, where, {"display": ("XAPI-00045", _is_language_map)})


def _object(held: dict[str, Any], where: str) -> Iterator[Fault]:
    kind = held.get("objectType", "Activity")
    if kind in {"Agent", "Group"}:
        yield from _agent(held, where)
    elif kind == "StatementRef":
        if not _is_uuid(held.get("id")):
            yield "XAPI-00072", where
    elif kind == "Activity":
        yield from _activity(held, where)
    elif kind != "SubStatement":
        yield "XAPI-00046", where


def _activity(held: dict[str, Any], where: str) -> Iterator[Fault]:
    yield from _names(held, {"objectType", "id", "definition"}, where)
    if not is_iri(held.get("id")):
        yield "XAPI-00047", where
    definition = held.get("definition", {})
    if not isinstance(definition, dict):
        yield "XAPI-00048", where
        return
    yield from _names(definition, _DEFINITION, f"{where}.definition")
    yield from _each(definition, where, {
        "name": ("XAPI-00056", _is_language_map),
        "description": ("XAPI-00059", _is_language_map),
        "type": ("XAPI-00060", is_iri),
        "moreInfo": ("XAPI-00061", is_iri),
        "extensions": ("XAPI-00118", _are_extensions),
        "correctResponsesPattern": ("XAPI-00064", lambda _: "interactionType" in definition),
    })  # fmt: skip


def _result(held: dict[str, Any], where: str) -> Iterator[Fault]:
    yield from _names(held, {"score", "success", "completion", "response", "duration", "extensions"}, where)
    yield from _each(held, where, {
        "success": ("XAPI-00074", lambda it: isinstance(it, bool)),
        "completion": ("XAPI-00075", lambda it: isinstance(it, bool)),
        "response": ("XAPI-00076", _is_text),
        "duration": ("XAPI-00077", is_duration),
        "extensions": ("XAPI-00118", _are_extensions),
        "score": ("XAPI-00079", lambda it: isinstance(it, dict)),
    })  # fmt: skip
    if isinstance(held.get("score"), dict):
        yield from _score(held["score"], f"{where}.score")


def _score(held: dict[str, Any], where: str) -> Iterator[Fault]:
    yield from _names(held, {"scaled", "raw", "min", "max"}, where)
    number = {"scaled": "XAPI-00083", "raw": "XAPI-00082", "min": "XAPI-00081", "max": "XAPI-00080"}
    wrong = [name for name in held if name in number and not _is_number(held[name])]
    yield from ((number[name], where) for name in wrong)
    if wrong:
        return
    least, most = held.get("min", float("-inf")), held.get("max", float("inf"))
    if least >= most:
        yield "XAPI-00081", where
    if not least <= held.get("raw", least if "min" in held else most if "max" in held else 0) <= most:
        yield "XAPI-00082", where
    if not -1 <= held.get("scaled", 0) <= 1:
        yield "XAPI-00083", where


def _context(held: Any, about: Any) -> Iterator[Fault]:
    if held is None:
        return
    if not isinstance(held, dict):
        yield "XAPI-00006", "context"
        return
    yield from _names(held, _CONTEXT, "context")
    if isinstance(about, dict) and about.get("objectType", "Activity") != "Activity":
        for name, number in (("revision", "XAPI-00084"), ("platform", "XAPI-00085")):
            if name in held:
                yield number, f"context.{name}"
    yield from _each(held, "context", {
        "registration": ("XAPI-00087", _is_uuid),
        "revision": ("XAPI-00089", _is_text),
        "platform": ("XAPI-00090", _is_text),
        "language": ("XAPI-00091", lambda it: _is_text(it) and bool(LANGUAGE.fullmatch(it))),
        "extensions": ("XAPI-00118", _are_extensions),
        "contextActivities": ("XAPI-00086", lambda it: isinstance(it, dict)),
    })  # fmt: skip
    yield from _part(held, "instructor", _agent)
    yield from _part(held, "team", _agent)
    activities = held.get("contextActivities")
    if isinstance(activities, dict):
        yield from _context_activities(activities)


def _context_activities(held: dict[str, Any]) -> Iterator[Fault]:
    for name, given in held.items():
        if name not in {"parent", "grouping", "category", "other"}:
            yield "XAPI-00093", name
        for one in given if isinstance(given, list) else [given]:
            if not isinstance(one, dict) or [*_activity(one, name)]:
                yield "XAPI-00094", name


def _is_text(given: Any) -> bool:
    return isinstance(given, str)


def _is_number(given: Any) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool)


def _is_uuid(given: Any) -> bool:
    form = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    if not isinstance(given, str) or not re.fullmatch(form, given, re.IGNORECASE):
        return False
    return uuid.UUID(given).variant == uuid.RFC_4122


def _is_language_map(given: Any) -> bool:
    return (
        isinstance(given, dict)
        and bool(given)
        and all(LANGUAGE.fullmatch(name) and _is_text(word) for name, word in given.items())
    )


def _are_extensions(given: Any) -> bool:
    return isinstance(given, dict) and all(IRI.fullmatch(name) for name in given)
