"""What becomes of each file's module, and which the database refuses to lose."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, LiteralString

from toolbox_cli.content.modules.canonical import Content
from toolbox_cli.content.modules.comparing import Difference, differences
from toolbox_cli.content.modules.reading.file import Read
from toolbox_cli.content.modules.reading.together import Beside
from toolbox_cli.core.errors import FindingsError
from toolbox_cli.modules.database import Connection, Held, Row, held_modules, rows
from toolbox_cli.modules.holding.content import AS_IMPORTED
from toolbox_cli.modules.options import OnConflict


class Fate(StrEnum):
    """What becomes of a module."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    CONFLICT = "conflict"


WRITTEN: Final = frozenset({Fate.NEW, Fate.CHANGED})

_ANOTHER: Final = "the file has none of the sections of the database's module, by their keys"

_STATES: Final = f"""
SELECT m.id, m.module_id AS slug, coalesce(m.revision, 1) AS revision, m.content_hash, {AS_IMPORTED} AS as_imported,
       EXISTS (SELECT FROM module_revisions AS r WHERE r.module_id = m.id AND r.revision = coalesce(m.revision, 1))
           AS is_kept,
       greatest(coalesce(m.revision, 1), (SELECT max(r.revision) FROM module_revisions AS r WHERE r.module_id = m.id))
           AS last,
       EXISTS (SELECT FROM module_revisions AS r WHERE r.module_id = m.id AND r.content_hash = f.hash) AS was_before
FROM unnest(%(slugs)s::text[], %(hashes)s::text[]) AS f (slug, hash) JOIN modules AS m ON m.module_id = f.slug"""  # noqa: S608

_LOCKS: Final[tuple[LiteralString, ...]] = (
    "SELECT FROM modules WHERE module_id = ANY (%(slugs)s) ORDER BY id FOR UPDATE",
    """
SELECT FROM module_sections WHERE module_id IN (SELECT id FROM modules WHERE module_id = ANY (%(slugs)s))
ORDER BY id FOR UPDATE""",
)
"""What is decided on stays so until the transaction ends; a locked module gets no new section either."""

_NEEDS: Final = """
SELECT module_id AS slug, coalesce(prerequisites, '[]') AS prerequisites FROM modules"""

_PEOPLE: Final = """
SELECT 'faculty' AS what, id FROM faculty WHERE id = ANY (%(faculty)s)
UNION ALL SELECT 'universities', id FROM universities WHERE id = ANY (%(universities)s)"""


@dataclass(frozen=True, slots=True)
class Planned:
    """A module and what becomes of it.

    Attributes:
        held: as the database has it; None for a new one, and where nothing differs.
        revision: after the import.
        keep: revision under which the database's state is kept first; None where it is kept already.
        changes: from the database's state to the file's.
        reason: why the file may not replace the database's state unasked.
        another: whether the file's may be another module: it has none of the sections.
    """

    read: Read
    fate: Fate
    revision: int
    held: Held | None = None
    keep: int | None = None
    changes: Sequence[Difference] = field(default_factory=tuple)
    reason: str | None = None
    another: bool = False


def beside(connection: Connection, reads: Iterable[Read]) -> Beside:
    """Ask what the database has that files may name."""
    named = {
        name: sorted({word for read in reads for word in read.named(name)})
        for name in ("created_by_id", "university_id")
    }
    needs = {row["slug"]: _listed(row["prerequisites"]) for row in rows(connection, _NEEDS)}
    values = {"faculty": named["created_by_id"], "universities": named["university_id"]}
    people = rows(connection, _PEOPLE, values)
    faculty, universities = (
        frozenset(row["id"] for row in people if row["what"] == what) for what in ("faculty", "universities")
    )
    return Beside(needs, faculty, universities)


def plan(connection: Connection, reads: Sequence[Read], on_conflict: OnConflict) -> list[Planned]:
    """Decide on each file; modules that differ from theirs are locked until the transaction ends.

    Raises:
        FindingsError: a module that was known not to differ does.
    """
    states = _states(connection, reads)
    differing = [read for read in reads if read.slug in states and not _same(states[read.slug], read)]
    slugs = [str(read.slug) for read in differing]
    for lock in _LOCKS if slugs else ():
        connection.execute(lock, {"slugs": slugs})
    states |= _states(connection, differing)  # as they are now that nobody changes them
    held = {one.slug: one for one in held_modules(connection, slugs)}
    return [_planned(read, states.get(read.slug), held.get(read.slug or ""), on_conflict) for read in reads]


def _states(connection: Connection, reads: Sequence[Read]) -> dict[str | None, Row]:
    values = {"slugs": [read.slug for read in reads], "hashes": [read.hash for read in reads]}
    return {row["slug"]: row for row in rows(connection, _STATES, values)}


def _same(state: Mapping[str, Any], read: Read) -> bool:
    return bool(state["as_imported"] and state["content_hash"] == read.hash)


def _planned(read: Read, state: Mapping[str, Any] | None, held: Held | None, on_conflict: OnConflict) -> Planned:
    if state is None:
        return Planned(read, Fate.NEW, read.revision or 1)
    if held is None or held.hash == read.hash:
        return Planned(read, Fate.UNCHANGED, state["revision"])
    if read.text is None:
        raise changed_meanwhile()
    content = json.loads(read.text)
    another = read.base != held.hash and _another(held.content, content)
    reason = "; ".join(filter(None, (_ahead(read, held, state), _ANOTHER if another else None))) or None
    changes = differences(held.content, content)
    if reason and on_conflict is not OnConflict.TAKE:
        fate = Fate.KEPT if on_conflict is OnConflict.KEEP else Fate.CONFLICT
        return Planned(read, fate, held.revision, held, None, changes, reason, another)
    keep = None if state["as_imported"] else state["last"] + 1 if state["is_kept"] else held.revision
    return Planned(
        read, Fate.CHANGED, max(keep or 0, state["last"]) + 1, held, keep, changes, reason, another
    )  # fmt: skip


def changed_meanwhile() -> FindingsError:
    """Say that another program was in the way."""
    return FindingsError(
        "A module was changed by another program during the import; nothing was written.", remedy="Import again."
    )


def _another(held: Content, content: Content) -> bool:
    """Say whether two modules of one slug may be two: every student would begin anew."""
    before, after = ({section["key"] for section in one["sections"]} for one in (held, content))
    return bool(before) and before.isdisjoint(after)


def _ahead(read: Read, held: Held, state: Mapping[str, Any]) -> str | None:
    """Say how the database is ahead of the file; None where it is not."""
    if read.base == held.hash:
        return None
    if read.revision is not None or read.base is not None:
        ahead = (read.revision or 0) > held.revision or (read.revision == held.revision and read.base is None)
        if state["as_imported"] and ahead:
            return None
        told = f"of revision {read.revision}" if read.revision else "of another content"
        return f"the file was written {told}, and the database is at revision {held.revision}"
    if not state["as_imported"]:
        return (
            "the database's module was edited elsewhere" if state["is_kept"] else "no import made the database's module"
        )
    if state["was_before"]:
        return f"the file has the content of an earlier revision, and the database is at {held.revision}"
    return None


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()
