"""Datasets of FRAMES: what students do in modules, how far they are, and what they think of them."""

from typing import Final

from toolbox_cli.analytics.datasets.dataset import Column, Dataset, Grows, Measure
from toolbox_cli.analytics.events.types import EVENT_TYPES
from toolbox_cli.analytics.masking.masks import Cut, Keep, OneOf, Pseudonym
from toolbox_cli.models.frames.analytics_event import ModuleAnalyticsEvent as Event

STUDENT: Final = Pseudonym("frames.student")

MODULE_EVENTS: Final = Dataset(
    name="module-events",
    platform="frames",
    title="One thing that a student did in a module.",
    columns=(
        Column("event_id", Event.id),
        Column("module_id", Event.module_id),
        Column("student", Event.student_id, STUDENT),
        Column("event_type", Event.event_type, OneOf(EVENT_TYPES)),
        Column("section_number", Event.section_number, Keep("a place in the module, not of the student")),
        Column("session", Event.session_id, Pseudonym("frames.session")),
        Column("device_type", Event.device_type, OneOf(("tablet", "phone", "desktop"))),
        Column("happened_at", Event.timestamp, Cut()),
        Column("elapsed_seconds", Event.time_elapsed_seconds, Keep("a length of time, not a moment")),
        Column("struggle_signal", Event.struggle_signal),
        Column(
            "pattern_detected",
            Event.pattern_detected,
            OneOf(("confusion_loop", "rapid_progress", "stuck")),
        ),
    ),
    key=("event_id", "happened_at"),
    time="happened_at",
    grows=Grows.BY_EVENTS,
    person="student",
    by=("module_id", "event_type"),
    measures=(Measure("mean_struggle", "struggle_signal", "Mean struggle signal, 0 to 1."),),
)

DATASETS: Final = (MODULE_EVENTS,)
