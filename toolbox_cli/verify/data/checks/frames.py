"""Training modules: progress that is true to itself, and references between modules."""

from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.verify.data.check import Check, waiting_for_partition


def _listed(column: str) -> str:
    """Give the query for modules whose list names a module that is not there."""
    return f"""
        SELECT DISTINCT m.id FROM {{frames}}.modules AS m
        CROSS JOIN LATERAL jsonb_array_elements_text(
            CASE jsonb_typeof(m.{column}) WHEN 'array' THEN m.{column} END) AS named (slug)
        WHERE NOT EXISTS (SELECT FROM {{frames}}.modules AS other WHERE other.module_id = named.slug)"""  # noqa: S608


CHECKS: Final = (
    Check(
        "module-completed-without-time",
        "module_progress",
        "completed_at",
        Severity.ERROR,
        "Completed progress says when it was completed.",
        "The student finished the module, and no report can say when.",
        "Set completed_at to last_accessed_at, or status to what is true.",
        "SELECT id FROM {frames}.module_progress WHERE status = 'completed' AND completed_at IS NULL",
    ),
    Check(
        "module-completed-in-part",
        "module_progress",
        "progress_percent",
        Severity.ERROR,
        "Completed progress is at 100 percent.",
        "The student counts as done with a module that is not done.",
        "Set progress_percent to 100, or status to in_progress.",
        "SELECT id FROM {frames}.module_progress WHERE status = 'completed' AND progress_percent < 100",
    ),
    Check(
        "module-whole-not-completed",
        "module_progress",
        "status",
        Severity.ERROR,
        "Progress at 100 percent is completed.",
        "The student did the whole module and doesn't count as done.",
        "Set status to completed and completed_at to last_accessed_at.",
        """
        SELECT id FROM {frames}.module_progress
        WHERE progress_percent = 100 AND status IS DISTINCT FROM 'completed' AND completed_at IS NULL""",
    ),
    Check(
        "module-time-not-completed",
        "module_progress",
        "status",
        Severity.ERROR,
        "Progress with a time of completion is completed.",
        "The student finished the module once and doesn't count as done.",
        "Set status to completed, or completed_at to NULL.",
        """
        SELECT id FROM {frames}.module_progress
        WHERE completed_at IS NOT NULL AND status IS DISTINCT FROM 'completed'""",
    ),
    Check(
        "module-not-started",
        "module_progress",
        "status",
        Severity.ERROR,
        "Progress that was not started has no beginning and no percent.",
        "The student began, and reports say otherwise.",
        "Set status to in_progress.",
        """
        SELECT id FROM {frames}.module_progress WHERE status = 'not_started' AND completed_at IS NULL
        AND (started_at IS NOT NULL OR progress_percent BETWEEN 1 AND 99)""",
    ),
    Check(
        "module-section-missing",
        "module_progress",
        "current_section",
        Severity.WARNING,
        "A student is at a section that the module has.",
        "The module got shorter, and the student is behind its end.",
        "Set current_section to the module's last section.",
        """
        SELECT p.id FROM {frames}.module_progress AS p JOIN (
            SELECT module_id, max(section_number) AS last FROM {frames}.module_sections GROUP BY module_id
        ) AS s ON s.module_id = p.module_id WHERE p.current_section > greatest(s.last, 1)""",
    ),
    Check(
        "prerequisite-missing",
        "modules",
        "prerequisites",
        Severity.WARNING,
        "Every module that must be finished first exists.",
        "The list names a slug that no module has: nobody can ever fulfil it.",
        "Correct the slug, or take it out of prerequisites.",
        _listed("prerequisites"),
    ),
    Check(
        "related-module-missing",
        "modules",
        "related_modules",
        Severity.WARNING,
        "Every related module exists.",
        "The list names a slug that no module has: a link leads nowhere.",
        "Correct the slug, or take it out of related_modules.",
        _listed("related_modules"),
    ),
    Check(
        "prerequisite-circle",
        "modules",
        "prerequisites",
        Severity.ERROR,
        "No module must be finished before itself.",
        "Modules wait for each other in a circle: nobody can begin with any of them.",
        "Take one of them out of the prerequisites of the next.",
        """
        WITH RECURSIVE needs (slug, first) AS (
            SELECT m.module_id, named.slug FROM {frames}.modules AS m
            CROSS JOIN LATERAL jsonb_array_elements_text(
                CASE jsonb_typeof(m.prerequisites) WHEN 'array' THEN m.prerequisites END) AS named (slug)
        ), before (slug, first) AS (
            SELECT slug, first FROM needs
            UNION
            SELECT before.slug, needs.first FROM before JOIN needs ON needs.slug = before.first
        )
        SELECT id FROM {frames}.modules WHERE module_id IN (SELECT slug FROM before WHERE slug = first)""",
    ),
    Check(
        "published-without-time",
        "modules",
        "published_at",
        Severity.WARNING,
        "A published module says since when.",
        "Reports of new modules leave it out.",
        "Set published_at to updated_at.",
        "SELECT id FROM {frames}.modules WHERE status = 'published' AND published_at IS NULL",
    ),
    Check(
        "published-without-sections",
        "modules",
        "status",
        Severity.WARNING,
        "A published module has something to read.",
        "Students open an empty module.",
        "Add sections, or set status to draft.",
        """
        SELECT m.id FROM {frames}.modules AS m WHERE m.status = 'published' AND NOT EXISTS (
            SELECT FROM {frames}.module_sections AS s WHERE s.module_id = m.id)""",
    ),
    Check(
        "module-revision-missing",
        "modules",
        "content_hash",
        Severity.ERROR,
        "What was imported last is kept as a revision.",
        "An import can't tell whether somebody edited the module since, and the content can't be read again.",
        "Set content_hash and source_hash to NULL; the next import then shows what differs.",
        """
        SELECT m.id FROM {frames}.modules AS m WHERE m.content_hash IS NOT NULL AND NOT EXISTS (
            SELECT FROM {frames}.module_revisions AS r
            WHERE r.module_id = m.id AND r.content_hash = m.content_hash)""",
    ),
    Check(
        "team-of-another-university",
        "students",
        "team_id, university_id",
        Severity.WARNING,
        "A student's team is of the student's university.",
        "What is assigned to the team, and reports of it, reach a student of another university.",
        "Correct team_id or university_id.",
        """
        SELECT s.id FROM {frames}.students AS s JOIN {frames}.teams AS t ON t.id = s.team_id
        WHERE t.university_id <> s.university_id""",
    ),
    waiting_for_partition("frames", "module_analytics_events", "module_analytics_events_default"),
)
