"""How integrations are told of; nothing here ever holds a secret."""

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from toolbox_cli.core.output import Column, Report
from toolbox_cli.lms.integrations.changing import Changed
from toolbox_cli.lms.integrations.looking import Seen, State
from toolbox_cli.lms.integrations.managing import Shown, Tested
from toolbox_cli.lms.integrations.rekeying import Rekeyed
from toolbox_cli.lms.settings.reading import values_of
from toolbox_cli.lms.sources.connecting.kinds import KINDS, SYNONYMS

_ONE: Final = "toolbox.lms.integration/1"
_COLUMNS: Final = (
    Column("name"), Column("kind"), Column("institution"), Column("state"), Column("until"),
    Column("age", "last success"),
)  # fmt: skip


def listed(found: Sequence[Seen], now: datetime.datetime) -> Report:
    """Tell of all integrations: how each stands, and how old its latest success is."""
    items = [_item(one, now) for one in found]
    summary = {state.value: sum(item["state"] == state for item in items) for state in State}
    note = None if items else "There is no integration. Add one: toolbox lms add --help"
    return Report("toolbox.lms.integrations/1", items, summary, columns=_COLUMNS, note=note)


def shown(one: Shown, now: datetime.datetime) -> Report:
    """Tell all that is known of an integration."""
    seen = one.seen
    item = {**_item(seen, now), **_details(seen), **_usable(one)}
    details = {**_details(seen), "settings": _without_contexts(seen.settings)}
    lines = [f"{name.replace('_', ' ')}: {_said(value)}" for name, value in details.items() if _told(value)]
    if one.unusable:
        lines.append(f"It can't be used as it is stored: {one.unusable}")
    note = "\n".join([*lines, *_contexts(seen.settings), *_key(one), *_cannot(one.cannot)])
    return Report(_ONE, [item], ok=one.unusable is None, columns=_COLUMNS, note=note)


def added(one: Shown, now: datetime.datetime, *, dry_run: bool) -> Report:
    """Tell of a new integration, and what its system can't tell."""
    item = {**_item(one.seen, now), **_details(one.seen), **_usable(one)}
    name = one.seen.name
    lines = [f"{name} would be added." if dry_run else f"{name} was added. Try it: toolbox lms test {name}"]
    if one.unusable:
        lines.append(f"It can't be used as it is stored: {one.unusable}")
    note = "\n".join([*lines, *_key(one), *_cannot(one.cannot)])
    return Report(_ONE, [item], {"dry_run": dry_run}, columns=_COLUMNS, note=note)


def tested(done: Tested) -> Report:
    """Tell what a test showed."""
    tried = done.tried
    item = {
        "name": done.name, "version": tried.version, "took_s": round(done.took_s, 2), "notes": list(tried.notes),
        "cannot": list(done.cannot),
    }  # fmt: skip
    note = "\n".join([*tried.notes, *_cannot(done.cannot)])
    columns = [Column("name"), Column("version"), Column("took_s", "took, seconds", "right")]
    return Report("toolbox.lms.test/1", [item], columns=columns, note=note)


def paused(done: Changed, now: datetime.datetime, *, dry_run: bool) -> Report:
    """Tell of a pause or its end."""
    item = _item(done.seen, now)
    until = done.seen.paused_until
    if done.seen.is_paused(now):
        state = f"paused until {_said(until)}" if until else "paused until it is resumed"
    else:
        state = "not paused"
    be = ("would be" if dry_run else "is") if done.changed else "was already"
    note = f"{done.seen.name} {be} {state}."
    return Report(_ONE, [item], {"changed": done.changed, "dry_run": dry_run}, columns=_COLUMNS, note=note)


def removed(done: Changed, now: datetime.datetime, *, dry_run: bool) -> Report:
    """Tell of a removal: what went, and what stays."""
    were = "would be" if dry_run else "was"
    stays = ", ".join(f"{count:,} {what}" for what, count in done.stays.items() if count) or "nothing"
    lines = [
        f"{done.freed} {were} removed with its secrets; it can be looked at as {done.seen.name}, and its name is free.",
        f"What it read stays: {stays}. Nobody's account here is changed.",
    ]
    if done.abandoned:
        lines.append(f"Grades given up: {done.abandoned:,}.")
    summary = {"freed": done.freed, "abandoned_grades": done.abandoned, "stays": dict(done.stays), "dry_run": dry_run}
    return Report(_ONE, [_item(done.seen, now)], summary, columns=_COLUMNS, note="\n".join(lines))


def rekeyed(done: Rekeyed, *, dry_run: bool) -> Report:
    """Tell how many secrets were encrypted anew."""
    total = sum(done.secrets.values())
    items = [{"name": name, "secrets": count} for name, count in done.secrets.items()]
    columns = [Column("name"), Column("secrets", justify="right")]
    were = "would be" if dry_run else "were"
    note = f"Secrets that {were} encrypted anew with the first key: {total:,}."
    return Report("toolbox.lms.rekey/1", items, {"secrets": total, "dry_run": dry_run}, columns=columns, note=note)


def _item(seen: Seen, now: datetime.datetime) -> dict[str, Any]:
    state, age = seen.state(now), seen.success_age(now)
    until = {
        State.PAUSED: seen.paused_until, State.WAITING: seen.due_at, State.FAILING: seen.due_at,
        State.REMOVED: seen.removed_at,
    }  # fmt: skip
    return {
        "name": seen.name, "kind": seen.kind, "institution": seen.institution, "state": state.value,
        "until": until.get(state), "age": _age(age), "last_success_at": seen.last_success_at,
        "last_success_age_s": None if age is None else int(age.total_seconds()),
    }  # fmt: skip


def _details(seen: Seen) -> dict[str, Any]:
    kind = KINDS.get(seen.kind)
    auth = None if kind and kind.files else SYNONYMS.get(seen.auth, seen.auth)
    return {
        "id": seen.id, "base_url": seen.base_url, "auth": auth, "client_id": seen.client_id,
        "token_url": seen.token_url, "secret_stored": seen.secrets > 0, "filters": seen.filters,
        "settings": seen.settings, "every_hours": seen.every_hours, "rosters": seen.rosters, "contents": seen.contents,
        "grades": seen.grades, "last_sync_at": seen.last_sync_at,
        "last_sync_status": seen.last_sync_status, "last_sync_error": seen.sync_error_message,
        "last_full_sync_at": seen.last_full_sync_at, "created_at": seen.created_at, "removed_at": seen.removed_at,
    }  # fmt: skip


def _usable(one: Shown) -> dict[str, Any]:
    """Give what only an integration that can be opened tells."""
    public = None if one.public is None else one.public._asdict()
    return {"cannot": list(one.cannot), "unusable": one.unusable, "public_key": public}


def _key(one: Shown) -> Iterator[str]:
    """Tell what the system needs of our key."""
    if one.keyless is not None:
        yield f"The public half of its key can't be told: {one.keyless}"
    if one.public is not None:
        yield f"What the platform needs of its key, whose id is {one.public.key_id}, as JWK or as PEM:"
        yield json.dumps(one.public.jwk)
        yield one.public.pem


def _contexts(settings: Mapping[str, Any]) -> Iterator[str]:
    """Tell which courses launches told of; whatever somebody else wrote is told among the settings."""
    for one in _launched(settings):
        where = [f"{name} {one[name]}" for name in ("members", "lineitems") if name in one]
        title = f" ({_said(one['title'])})" if "title" in one else ""
        yield f"course {one['course']}{title}: {', '.join(where)}"


def _launched(settings: Mapping[str, Any]) -> list[Mapping[str, str]]:
    values, _ = values_of("lti", {"lti": settings.get("lti", {})})
    found: list[Mapping[str, str]] = values.get("lti.contexts", [])
    return found


def _without_contexts(settings: Mapping[str, Any]) -> dict[str, Any]:
    if not _launched(settings):
        return dict(settings)
    rest = {name: value for name, value in settings["lti"].items() if name != "contexts"}
    return {**{name: value for name, value in settings.items() if name != "lti"}, **({"lti": rest} if rest else {})}


def _told(value: Any) -> bool:
    return value is not None and value != {}


def _said(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_said(part)}" for name, part in value.items())
    if isinstance(value, list):
        return " or ".join(map(_said, value))
    return " ".join(str(value).split())


def _cannot(sentences: Iterable[str]) -> Iterator[str]:
    found = list(sentences)
    if found:
        yield "What can't be known:"
        yield from (f"  - {sentence}" for sentence in found)


def _age(age: datetime.timedelta | None) -> str:
    if age is None:
        return "never"
    minutes = max(0, int(age.total_seconds() // 60))
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes >= 2 * size:
            return f"{minutes // size} {unit} ago"
    return f"{minutes} min ago"
