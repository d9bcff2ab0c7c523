"""Modules change their state: all that are named or none, and never against who needs them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.settings import Environment
from toolbox_cli.modules.database import PLATFORM, Connection, Held, held_modules, not_there, rows
from toolbox_cli.modules.holding.checking import unfit
from toolbox_cli.modules.holding.reach import REACHES
from toolbox_cli.modules.options import Status
from toolbox_cli.modules.publishing.needs import missing_needs, publish_all


class Fate(StrEnum):
    """What becomes of a module."""

    PUBLISHED = "published"
    ARCHIVED = "archived"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Moved:
    """A module and its fate.

    Attributes:
        reasons: all that keeps it from its new state; of one that was forced there, what it was forced against.
    """

    slug: str
    fate: Fate
    revision: int
    reasons: tuple[str, ...] = ()


_LOCK: Final = "SELECT FROM modules WHERE module_id = ANY (%(slugs)s) ORDER BY id FOR UPDATE"

_NEEDED_BY: Final = """
SELECT named.slug, m.module_id AS by FROM modules AS m
CROSS JOIN LATERAL jsonb_array_elements_text(
    CASE jsonb_typeof(m.prerequisites) WHEN 'array' THEN m.prerequisites END) AS named (slug)
WHERE m.status = 'published' AND named.slug = ANY (%(slugs)s) AND m.module_id <> ALL (%(slugs)s)
ORDER BY named.slug, m.module_id"""

_OPEN: Final = f"""
SELECT m.module_id AS slug, count(DISTINCT a.student_id) AS students FROM ({REACHES}) AS a
JOIN modules AS m ON m.id = a.module_id
LEFT JOIN module_progress AS p ON p.module_id = a.module_id AND p.student_id = a.student_id
WHERE coalesce(a.assignment_type, 'required') = 'required'
  AND coalesce(p.status, 'not_started') NOT IN ('completed', 'skipped')
GROUP BY m.module_id"""  # noqa: S608
"""How many students must finish a module, and have not."""

_ARCHIVE: Final = "UPDATE modules SET status = 'archived' WHERE module_id = ANY (%(slugs)s)"


def publish(connection: Connection, slugs: Sequence[str], environment: Environment) -> list[Moved]:
    """Publish modules, all of them or none.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        slugs: of modules; prerequisites may stand among them.
        environment: for the audit log.

    Raises:
        UsageError: there is no such module.

    Effects: writes `modules` and `toolbox.audit_log`, unless one of them is refused; never commits.
    """
    modules = _locked(connection, slugs)
    missing = missing_needs(connection, slugs)
    done = [_published(held, missing.get(held.slug, [])) for held in modules]
    moved = [one for one in done if one.fate is Fate.PUBLISHED]
    if moved and not any(one.fate is Fate.REFUSED for one in done):
        publish_all(connection, slugs)
        _record(connection, "toolbox modules publish", moved, environment)
    return done


def archive(connection: Connection, slugs: Sequence[str], environment: Environment, *, force: bool) -> list[Moved]:
    """Archive modules, all of them or none.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        slugs: of modules; those that need others may stand beside them.
        environment: for the audit log.
        force: also those that published modules or students need.

    Raises:
        UsageError: there is no such module.

    Effects: writes `modules` and `toolbox.audit_log`, unless one of them is refused; never commits.
    """
    modules = _locked(connection, slugs)
    reasons = _needed(connection, modules)
    done = [_archived(held, tuple(reasons[held.slug]), force=force) for held in modules]
    moved = [one for one in done if one.fate is Fate.ARCHIVED]
    if moved and not any(one.fate is Fate.REFUSED for one in done):
        connection.execute(_ARCHIVE, {"slugs": [one.slug for one in moved]})
        _record(connection, f"toolbox modules archive{' --force' * force}", moved, environment)
    return done


def _locked(connection: Connection, slugs: Sequence[str]) -> list[Held]:
    connection.execute(_LOCK, {"slugs": list(slugs)})
    held = {one.slug: one for one in held_modules(connection, list(slugs))}
    if missing := [slug for slug in dict.fromkeys(slugs) if slug not in held]:
        raise not_there(missing)
    return [held[slug] for slug in dict.fromkeys(slugs)]


def _published(held: Held, missing: Sequence[str]) -> Moved:
    if held.status == Status.PUBLISHED:
        return Moved(held.slug, Fate.UNCHANGED, held.revision)
    reasons = (*(f"{fault.code} {fault.object}: {fault.found}" for fault in unfit(held)), *missing)
    return Moved(held.slug, Fate.REFUSED if reasons else Fate.PUBLISHED, held.revision, reasons)


def _needed(connection: Connection, modules: Iterable[Held]) -> dict[str, list[str]]:
    held = {one.slug: one.id for one in modules}
    reasons: dict[str, list[str]] = {slug: [] for slug in held}
    for row in rows(connection, _NEEDED_BY, {"slugs": [*held]}):
        reasons[row["slug"]].append(f"{row['by']} needs it first, and is published")
    for row in rows(connection, _OPEN, {"modules": [*held.values()]}):
        reasons[row["slug"]].append(f"{_students(row['students'])} must finish it, and did not yet")
    return reasons


def _archived(held: Held, reasons: tuple[str, ...], *, force: bool) -> Moved:
    if held.status == Status.ARCHIVED:
        return Moved(held.slug, Fate.UNCHANGED, held.revision)
    return Moved(held.slug, Fate.REFUSED if reasons and not force else Fate.ARCHIVED, held.revision, reasons)


def _record(connection: Connection, command: str, moved: Sequence[Moved], environment: Environment) -> None:
    details: dict[str, Any] = {"modules": {one.slug: one.revision for one in moved}}
    if against := {one.slug: list(one.reasons) for one in moved if one.reasons}:
        details["against"] = against
    record_change(connection, Change(command, environment, PLATFORM, {"modules": len(moved)}, details))


def _students(number: int) -> str:
    return "1 student" if number == 1 else f"{number:,} students"
