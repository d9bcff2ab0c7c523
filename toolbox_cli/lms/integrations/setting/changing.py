"""Change an integration's settings, whichever columns hold them."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from psycopg.types.json import Jsonb

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.locks import lock_transaction
from toolbox_cli.core.errors import ConfigurationError, MissingExtraError
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.database import PLATFORM, Connection
from toolbox_cli.lms.integrations.looking import Seen, seen_one
from toolbox_cli.lms.integrations.setting.asking import Asked, Wanted, fault, refuse, wanted
from toolbox_cli.lms.settings.definitions import SETTINGS, find
from toolbox_cli.lms.settings.reading import leaves, values_of
from toolbox_cli.lms.sources.opening import open_unsigned, read_stored
from toolbox_cli.lms.sync.running import lock_key

_UPDATE: Final = """
UPDATE lms_integrations SET
    settings = %(settings)s, filters = %(filters)s, institution_name = %(institution)s,
    sync_frequency_hours = %(frequency_hours)s, roster_sync_enabled = %(sync.rosters)s,
    content_sync_enabled = %(sync.contents)s, grade_passback_enabled = %(sync.grades)s,
    cursor_at = CASE WHEN %(rereads)s THEN NULL ELSE cursor_at END
WHERE id = %(id)s"""

_FILTERS: Final = ("include", "exclude")


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in one setting; None is what is usual."""

    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Changed:
    """What was done to an integration's settings.

    Attributes:
        seen: as it is now.
        rereads: the next sync reads everything.
    """

    seen: Seen
    differences: tuple[Difference, ...]
    rereads: bool


def values(seen: Seen) -> dict[str, Any]:
    """Give what is set, by key, also what is wrong; what is usual is not among it."""
    own = {key: value for key, value in _columns(seen).items() if value is not None and value != _usual(seen, key)}
    return {**dict(leaves(seen.settings)), **own}


def change(connection: Connection, name: str, asked: Asked, environment: Environment) -> Changed:
    """Change settings: all that is asked for, or nothing.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        name: of the integration.
        asked: what to change.
        environment: for the audit log.

    Raises:
        UsageError: there is no such integration; or with everything that is wrong, also with what stood there before.
        ConfigurationError: the integration could not be opened any more.
        LockedError: a sync of it goes on, which would go by the old ones.

    Effects: writes `lms_integrations` and `toolbox.audit_log`, unless nothing changes; never commits.
    """
    held = seen_one(connection, name, lock=True)
    found = wanted(held, asked)
    document, columns = _changed(held, found)
    told = {one.object for one in found.faults}
    _, faults = values_of(held.kind, document)
    refuse(held, [*found.faults, *(fault(one) for one in faults if one.key not in told)])
    rereads = _write(connection, held, document, columns)
    now = seen_one(connection, str(held.id))
    differences = tuple(_differences(held, now))
    if differences:
        _record(connection, now, differences, environment)
    return Changed(now, differences, rereads and bool(differences))


def _changed(held: Seen, found: Wanted) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the document and the other columns as they are wanted."""
    document, columns = copy.deepcopy(dict(held.settings)), _columns(held)
    for key in found.unsets:
        for column in columns:
            if column == key or column.startswith(f"{key}."):
                columns[column] = _usual(held, column)
        named = find(key)
        _drop(document, named.place if named else tuple(key.split(".")))
    for key, (named, value) in found.sets.items():
        if named.setting.column:
            columns[key] = value
        else:
            _put(document, named.place, value)
    return document, columns


def _write(connection: Connection, held: Seen, document: Mapping[str, Any], columns: Mapping[str, Any]) -> bool:
    """Write what differs, and give whether the next sync has to read everything."""
    before = {**dict(leaves(held.settings)), **_columns(held)}
    after = {**dict(leaves(document)), **columns}
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    filters = {part: columns[part] for part in _FILTERS if columns[part]}
    if not keys and filters == held.filters:
        return False
    rereads = any((named := find(key)) is not None and named.setting.rereads for key in keys)
    if rereads:
        lock_transaction(connection, lock_key(held.id), wait_s=0)
    unusable = _unusable(connection, held)
    given = {**columns, "id": held.id, "settings": Jsonb(document), "filters": Jsonb(filters), "rereads": rereads}
    connection.execute(_UPDATE, given)
    error = _unusable(connection, held)
    if error is not None and (unusable is None or error.message != unusable.message):
        raise error
    return rereads


def _record(connection: Connection, now: Seen, differences: tuple[Difference, ...], environment: Environment) -> None:
    changes = {one.key: {"before": one.before, "after": one.after} for one in differences}
    details = {"integration": now.name, "id": str(now.id), "changes": changes}
    command = f"toolbox lms settings {now.name}"
    record_change(connection, Change(command, environment, PLATFORM, {"lms_integrations": 1}, details))


def _differences(before: Seen, after: Seen) -> Iterator[Difference]:
    old, new = values(before), values(after)
    for key in {**old, **new}:
        if old.get(key) != new.get(key):
            yield Difference(key, old.get(key), new.get(key))


def _columns(seen: Seen) -> dict[str, Any]:
    """Give the settings that have columns of their own, by key."""
    return {
        "institution": seen.institution, "frequency_hours": seen.every_hours, "sync.rosters": seen.rosters,
        "sync.contents": seen.contents, "sync.grades": seen.grades,
        **{part: seen.filters.get(part) for part in _FILTERS},
    }  # fmt: skip


def _usual(seen: Seen, key: str) -> Any:
    return seen.name if key == "institution" else next(one.default for one in SETTINGS if one.key == key)


def _unusable(connection: Connection, seen: Seen) -> ConfigurationError | MissingExtraError | None:
    try:
        open_unsigned(read_stored(connection, seen.id)).close()
    except (ConfigurationError, MissingExtraError) as error:
        return error
    return None


def _put(document: dict[str, Any], place: tuple[str, ...], value: Any) -> None:
    *way, last = place
    for step in way:
        below = document.get(step)
        if not isinstance(below, dict):
            below = document[step] = {}
        document = below
    document[last] = value


def _drop(document: dict[str, Any], place: tuple[str, ...]) -> None:
    """Take a value away, and what it leaves empty."""
    step, *way = place
    below = document.get(step)
    if way and isinstance(below, dict):
        _drop(below, tuple(way))
    if not way or below == {}:
        document.pop(step, None)
