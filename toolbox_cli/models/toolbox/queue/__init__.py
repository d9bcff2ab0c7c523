"""The queue: procrastinate's own tables and programs, which its installed version must find as it would make them."""

from toolbox_cli.models.base import programs
from toolbox_cli.models.toolbox.base import Base
from toolbox_cli.models.toolbox.queue import calls, events, tables

__all__ = ["tables"]

_made = programs(Base.metadata)
_made.composites.append(calls.JOB_TO_DEFER)
_made.functions.extend((*calls.FUNCTIONS, *events.FUNCTIONS))
_made.triggers.extend(events.TRIGGERS)
