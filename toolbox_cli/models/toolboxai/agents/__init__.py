"""Agents: their tasks and each try of them, states and measurements, and the steps that a task goes."""

from toolbox_cli.models.base import programs
from toolbox_cli.models.toolboxai.agents import agents, states, tasks
from toolbox_cli.models.toolboxai.agents.changing import FUNCTIONS as CHANGING
from toolbox_cli.models.toolboxai.agents.steps import FUNCTIONS as STEPS
from toolbox_cli.models.toolboxai.base import Base

__all__ = ["agents", "states", "tasks"]

programs(Base.metadata).functions.extend((*STEPS, *CHANGING))
