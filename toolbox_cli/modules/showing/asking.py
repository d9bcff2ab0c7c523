"""From what the command line says to what is shown."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from toolbox_cli.content.modules.canonical import Content
from toolbox_cli.content.modules.comparing import Difference, differences, shown
from toolbox_cli.content.modules.reading.reading import read_library
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.findings import Severity
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.modules.database import Connection, Held, held_modules, module_named, plain_content, rows, transaction
from toolbox_cli.modules.foreign.opening import parted, with_packages
from toolbox_cli.modules.holding.content import AS_IMPORTED
from toolbox_cli.modules.options import Status

_LIST: Final = """
SELECT m.module_id AS slug, m.title, m.category, m.module_type AS type, m.status, coalesce(m.revision, 1) AS revision,
       (SELECT count(*) FROM module_sections AS s WHERE s.module_id = m.id) AS sections,
       m.difficulty_level AS difficulty, m.estimated_minutes AS minutes, coalesce(m.tags, '[]') AS tags, m.updated_at
FROM modules AS m
WHERE (%(status)s::text IS NULL OR m.status = %(status)s) AND (%(category)s::text IS NULL OR m.category = %(category)s)
  AND (%(tag)s::text IS NULL OR m.tags @> jsonb_build_array(%(tag)s::text))
ORDER BY m.module_id"""

_REVISIONS: Final = """
SELECT r.revision, r.content, r.content_hash, r.made_at, r.made_by FROM module_revisions AS r
WHERE r.module_id = %(id)s ORDER BY r.revision"""

_ASSIGNED: Final = """
SELECT coalesce(assignment_type, 'required') AS type,
       CASE WHEN student_id IS NOT NULL THEN 'student' WHEN team_id IS NOT NULL THEN 'team' ELSE 'university' END AS to,
       count(*) AS assignments
FROM module_assignments WHERE module_id = %(id)s GROUP BY 1, 2 ORDER BY 2, 1"""

_RULES: Final = """
SELECT rule, university_id, subsystem, assignment_type AS type, due_date, due_days, is_active
FROM module_assignment_rules WHERE module_id = %(id)s ORDER BY id"""


_AS_IMPORTED: Final = f"SELECT FROM modules AS m WHERE m.id = %(id)s AND {AS_IMPORTED}"  # noqa: S608


_APART: Final = frozenset({"content_hash", "revisions", "edited_elsewhere", "assignments", "rules"})
"""What people read in sentences below, or not at all."""


class Filter(NamedTuple):
    """Which modules are listed."""

    status: Status | None
    category: str | None
    tag: str | None


def list_(runtime: Runtime, only: Filter) -> Report:
    """List modules by slug."""
    with transaction(runtime, snapshot=True) as connection:
        found = rows(connection, _LIST, only._asdict())
    right = {"revision", "sections", "difficulty", "minutes"}
    names = ("slug", "title", "category", "type", "status", "revision", "sections", "minutes", "updated_at")
    columns = [Column(name, justify="right" if name in right else "left") for name in names]
    note = f"{len(found):,} module{'' if len(found) == 1 else 's'}."
    return Report("toolbox.modules.list/1", found, {"modules": len(found)}, columns=columns, note=note)


def show(runtime: Runtime, slug: str, revision: int | None) -> Report:
    """Show a module, as it is or as it was.

    Raises:
        UsageError: there is no such module or revision.
    """
    with transaction(runtime, snapshot=True) as connection:
        held = module_named(connection, slug)
        kept, assigned, rules = (rows(connection, query, {"id": held.id}) for query in (_REVISIONS, _ASSIGNED, _RULES))
        edited = bool(kept) and not rows(connection, _AS_IMPORTED, {"id": held.id})
        content = held.content if revision is None else _content(connection, held, revision)
    items = [{"number": number, **section} for number, section in enumerate(content["sections"], 1)]
    head = {name: value for name, value in content.items() if name != "sections"}
    revisions = [{name: row[name] for name in ("revision", "made_at", "made_by", "content_hash")} for row in kept]
    summary = {
        **head, "status": held.status, "revision": revision or held.revision, "content_hash": held.hash,
        "revisions": revisions, "edited_elsewhere": edited, "assignments": assigned, "rules": rules,
    }  # fmt: skip
    if revision is not None:
        summary["content_hash"] = next(row["content_hash"] for row in kept if row["revision"] == revision)
    columns = [Column("number", "", "right"), Column("key"), Column("type"), Column("title"),
               Column("duration_seconds", "seconds", "right")]  # fmt: skip
    title = "\n".join(
        f"{name.replace('_', ' ')}: {_line(value)}" for name, value in summary.items() if _says(name, value)
    )
    notes = [f"Revision {one['revision']} of {one['made_at']:%Y-%m-%d %H:%M} UTC." for one in revisions]
    notes += [f"Assigned to {_many(one['assignments'], one['to'])}: {one['type']}." for one in assigned]
    notes += [f"Rule {_rule(one)}: {one['type']}{_due(one)}{'' if one['is_active'] else ', stopped'}." for one in rules]
    notes += ["Another program edited it since: no revision has what it holds now."] if edited else []
    note = "\n".join(notes)
    return Report("toolbox.modules.show/1", items, summary, columns=columns, title=f"{title}\n", note=note)


def diff(runtime: Runtime, what: str, revision: int | None, form: str) -> Report:
    """Compare files with the database, or a module with how it was.

    Args:
        runtime: says where the database is.
        what: a slug or a path.
        revision: of the module.
        form: of the files.

    Raises:
        UsageError: there is no such module, file, form or revision.
    """
    path = Path(what)
    if path.exists() and revision is not None:
        raise UsageError(f"--revision is for a module, and {what} is a path.", remedy="Leave one of them out.")
    items = _of_files(runtime, path, form) if path.exists() else _of_module(runtime, what, revision)
    columns = [Column("slug"), Column("field"), Column("before"), Column("after")]
    note = f"{len(items):,} difference{'' if len(items) == 1 else 's'}."
    return Report("toolbox.modules.diff/1", items, {"differences": len(items)}, columns=columns, note=note)


def as_people_read(report: Report) -> Report:
    """Cut the values of differences to where they differ."""
    cut = []
    for item in report.items:
        before, after = shown(Difference(item["field"], item["before"], item["after"]))
        cut.append({**item, "before": before, "after": after})
    return replace(report, items=cut)


def _of_module(runtime: Runtime, slug: str, revision: int | None) -> list[dict[str, Any]]:
    with transaction(runtime, snapshot=True) as connection:
        held = module_named(connection, slug)
        before = _content(connection, held, _earlier(connection, held) if revision is None else revision)
    return _items(slug, before, held.content)


def _earlier(connection: Connection, held: Held) -> int:
    kept = [row["revision"] for row in rows(connection, _REVISIONS, {"id": held.id})]
    if earlier := [number for number in kept if number < held.revision]:
        return int(max(earlier))
    raise UsageError(
        f"{held.slug} is at revision {held.revision}, and none before it was kept.",
        remedy=f"See whether it was edited since, with: --revision {held.revision}" if kept else None,
    )


def _of_files(runtime: Runtime, path: Path, form: str) -> list[dict[str, Any]]:
    native, packages = parted([path], form)
    library = with_packages(read_library(native), packages)
    reads = library.reads
    if broken := [fault.file for fault in library.own_faults() if fault.severity is Severity.ERROR]:
        raise UsageError(f"{broken[0]} has errors.", remedy=f"See them all with: toolbox modules validate {path}")
    with transaction(runtime, snapshot=True) as connection:
        held = {one.slug: one.content for one in held_modules(connection, [str(read.slug) for read in reads])}
    nothing: Content = {"sections": []}
    return [
        item for read in reads
        for item in _items(str(read.slug), held.get(str(read.slug), nothing), json.loads(read.text or "{}"))
    ]  # fmt: skip


def _items(slug: str, before: Content, after: Content) -> list[dict[str, Any]]:
    return [
        {"slug": slug, "field": one.path, "before": one.before, "after": one.after}
        for one in differences(before, after)
    ]


def _content(connection: Connection, held: Held, revision: int) -> dict[str, Any]:
    kept = {row["revision"]: row["content"] for row in rows(connection, _REVISIONS, {"id": held.id})}
    if revision in kept:
        return plain_content(kept[revision])
    if revision == held.revision:
        return held.content
    known = ", ".join(map(str, sorted({*kept, held.revision})))
    raise UsageError(f"{held.slug} has no revision {revision} that was kept.", remedy=f"It has {known}.")


def _says(name: str, value: Any) -> bool:
    return name not in _APART and value not in (None, [], {})


def _line(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return " ".join(str(value).split())


def _many(number: int, thing: str) -> str:
    many = "universities" if thing == "university" else f"{thing}s"
    return f"{number:,} {thing if number == 1 else many}"


def _due(one: Mapping[str, Any]) -> str:
    if one["due_date"] is not None:
        return f", due {one['due_date']}"
    return "" if one["due_days"] is None else f", due {_many(one['due_days'], 'day')} from the assignment"


def _rule(one: Mapping[str, Any]) -> str:
    only = [f"of {one['subsystem']}"] if one["subsystem"] else []
    return " ".join([one["rule"], *only, *([f"at {one['university_id']}"] if one["university_id"] else [])])
