"""FRAMES LMS: training modules that universities give to their students and teams."""

from toolbox_cli.models.frames import (
    analytics_event,
    assignment,
    faculty,
    feedback,
    module,
    progress,
    revision,
    student,
    university,
)

__all__ = [
    "analytics_event",
    "assignment",
    "faculty",
    "feedback",
    "module",
    "progress",
    "revision",
    "student",
    "university",
]
