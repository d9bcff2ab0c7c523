"""Learning management systems: connections, courses, assignments, people, the syncs that read them, and grades."""

from toolbox_cli.models.toolboxai.lms import assignments, courses, enrollments, grades, identities, integrations, runs

__all__ = ["assignments", "courses", "enrollments", "grades", "identities", "integrations", "runs"]
