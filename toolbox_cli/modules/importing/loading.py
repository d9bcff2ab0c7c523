"""Planned modules are loaded: one COPY, then set statements; never row by row.

Sections keep their rows by key, so that what refers to them stays; progress of students follows the numbers.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from toolbox_cli.content.modules.reading.file import Read
from toolbox_cli.core.database.audit import os_user
from toolbox_cli.modules.database import Connection
from toolbox_cli.modules.importing.planning import WRITTEN, Planned, changed_meanwhile
from toolbox_cli.modules.options import Status

_STAGE: Final = """
CREATE TEMPORARY TABLE stage_modules (
    id integer, slug text NOT NULL, read_revision integer, revision integer NOT NULL, content_hash text NOT NULL,
    source_hash text, status text, kept_revision integer, kept_hash text, kept jsonb, content jsonb NOT NULL
) ON COMMIT DROP"""

_COPY: Final = """
COPY stage_modules (
    id, slug, read_revision, revision, content_hash, source_hash, status, kept_revision, kept_hash, kept, content
) FROM STDIN"""

_FIELDS: Final = """
title text, description text, category text, estimated_minutes integer, created_by_id text, university_id text,
prerequisites jsonb, related_modules jsonb, tags jsonb, target_audience text, module_type text, interaction_level text,
required_components jsonb, difficulty_level integer, adaptive_config jsonb"""
_NAMES: Final = ", ".join(part.split()[0] for part in _FIELDS.split(","))

_KEEP: Final = """
INSERT INTO module_revisions (module_id, revision, content, content_hash)
SELECT id, kept_revision, kept, kept_hash FROM stage_modules WHERE kept_revision IS NOT NULL"""
"""What others wrote is kept before it is overwritten; nobody knows who that was."""

_UPDATE: Final = f"""
UPDATE modules AS m SET
    ({_NAMES}) = ROW ({", ".join(f"f.{name}" for name in _NAMES.split(", "))}),
    revision = s.revision, content_hash = s.content_hash, source_hash = s.source_hash
FROM stage_modules AS s CROSS JOIN LATERAL jsonb_to_record(s.content) AS f ({_FIELDS})
WHERE m.id = s.id AND coalesce(m.revision, 1) = s.read_revision"""  # noqa: S608
"""The revision that was read is the one that is there: an edit made since is not overwritten."""

_INSERT: Final = f"""
WITH made AS (
    INSERT INTO modules (module_id, {_NAMES}, revision, content_hash, source_hash, status)
    SELECT s.slug, {", ".join(f"f.{name}" for name in _NAMES.split(", "))}, s.revision, s.content_hash, s.source_hash,
           s.status
    FROM stage_modules AS s CROSS JOIN LATERAL jsonb_to_record(s.content) AS f ({_FIELDS})
    WHERE s.id IS NULL
    ON CONFLICT (module_id) DO NOTHING
    RETURNING id, module_id
)
UPDATE stage_modules AS s SET id = made.id FROM made WHERE made.module_id = s.slug"""  # noqa: S608

_REVISIONS: Final = """
INSERT INTO module_revisions (module_id, revision, content, content_hash, made_by)
SELECT id, revision, content, content_hash, %(by)s FROM stage_modules"""

_SECTIONS: Final = """
CREATE TEMPORARY TABLE stage_sections ON COMMIT DROP AS
SELECT s.id AS module_id, (place.number)::integer AS section_number, f.*
FROM stage_modules AS s
CROSS JOIN LATERAL jsonb_array_elements(s.content -> 'sections') WITH ORDINALITY AS place (section, number)
CROSS JOIN LATERAL jsonb_to_record(place.section) AS f (
    key text, type text, title text, content text, media_url text, duration_seconds integer, section_config jsonb,
    completion_criteria jsonb)"""

_STATISTICS: Final = "ANALYZE stage_sections"

_PROGRESS: Final = """
UPDATE module_progress AS p SET current_section = moved.number
FROM (
    SELECT p.id, coalesce((
        SELECT n.section_number FROM module_sections AS o
        JOIN stage_sections AS n ON n.module_id = o.module_id AND n.key = o.section_key
        WHERE o.module_id = p.module_id AND o.section_number <= p.current_section
        ORDER BY o.section_number DESC LIMIT 1), 1) AS number
    FROM module_progress AS p
    WHERE p.module_id IN (SELECT module_id FROM stage_sections) AND p.current_section >= (
        SELECT min(o.section_number) FROM module_sections AS o WHERE o.module_id = p.module_id)
) AS moved
WHERE moved.id = p.id AND p.current_section <> moved.number"""
"""A student stays at the section, wherever it moved; at the nearest one before it that remains, where it is gone."""

_GONE: Final = """
DELETE FROM module_sections AS o
WHERE o.module_id IN (SELECT module_id FROM stage_sections) AND NOT EXISTS (
    SELECT FROM stage_sections AS n WHERE n.module_id = o.module_id AND n.key = o.section_key)"""

_ASIDE: Final = """
UPDATE module_sections AS o SET section_number = o.section_number + 1000000000
FROM stage_sections AS n
WHERE n.module_id = o.module_id AND n.key = o.section_key AND n.section_number <> o.section_number"""
"""Two sections that change places never have one number."""

_CHANGED: Final = """
UPDATE module_sections AS o SET
    section_number = n.section_number, section_type = n.type, title = n.title, content = n.content,
    media_url = n.media_url, duration_seconds = n.duration_seconds, section_config = n.section_config,
    completion_criteria = n.completion_criteria
FROM stage_sections AS n
WHERE n.module_id = o.module_id AND n.key = o.section_key
  AND (o.section_number, o.section_type, o.title, o.content, o.media_url, o.duration_seconds, o.section_config,
       o.completion_criteria)
      IS DISTINCT FROM (n.section_number, n.type, n.title, n.content, n.media_url, n.duration_seconds,
                        n.section_config, n.completion_criteria)"""

_ADDED: Final = """
INSERT INTO module_sections (
    module_id, section_key, section_number, section_type, title, content, media_url, duration_seconds, section_config,
    completion_criteria)
SELECT n.module_id, n.key, n.section_number, n.type, n.title, n.content, n.media_url, n.duration_seconds,
       n.section_config, n.completion_criteria
FROM stage_sections AS n
WHERE NOT EXISTS (
    SELECT FROM module_sections AS o WHERE o.module_id = n.module_id AND o.section_key = n.key)
ORDER BY n.module_id, n.section_number"""


def load(connection: Connection, planned: Sequence[Planned]) -> dict[str, int]:
    """Write what is new or changed.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        planned: every module of the import.

    Returns:
        Rows that were written, by table.

    Raises:
        FindingsError: a module was changed by somebody else in this very moment.

    Effects: writes `modules`, `module_sections`, `module_revisions` and `module_progress`; never commits.
    """
    written = [one for one in planned if one.fate in WRITTEN]
    if not written:
        return {}
    connection.execute(_STAGE)
    _copy(connection, written)
    kept = connection.execute(_KEEP).rowcount
    changed = connection.execute(_UPDATE).rowcount
    if changed + connection.execute(_INSERT).rowcount != len(written):
        raise changed_meanwhile()
    revisions = connection.execute(_REVISIONS, {"by": os_user()}).rowcount
    counts = {"modules": len(written), "module_revisions": kept + revisions}
    return {name: count for name, count in (counts | _sections(connection, new=not changed)).items() if count}


def _sections(connection: Connection, *, new: bool) -> dict[str, int]:
    connection.execute(_SECTIONS)
    connection.execute(_STATISTICS)
    moved = gone = changed = 0
    if not new:
        moved = connection.execute(_PROGRESS).rowcount
        gone = connection.execute(_GONE).rowcount
        connection.execute(_ASIDE)
        changed = connection.execute(_CHANGED).rowcount
    added = connection.execute(_ADDED).rowcount
    return {"module_sections": gone + changed + added, "module_progress": moved}


def _copy(connection: Connection, written: Iterable[Planned]) -> None:
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for one in written:
            copy.write_row(_row(one))


def _row(one: Planned) -> tuple[Any, ...]:
    read, held = one.read, one.held
    kept = (None, None, None)
    if held is not None and one.keep is not None:
        kept = (one.keep, held.hash, json.dumps(held.content, ensure_ascii=False))  # type: ignore[assignment]
    return (
        held and held.id, read.slug, held and held.revision, one.revision, read.hash, read.source,
        _begins(read), *kept, read.text,
    )  # fmt: skip


def _begins(read: Read) -> Status:
    """Say what a new module is at first; `publish_all` publishes."""
    return Status.ARCHIVED if read.status == Status.ARCHIVED else Status.DRAFT
