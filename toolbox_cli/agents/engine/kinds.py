"""What each type of task computes: a table that the worker is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of task.

    Attributes:
        agent_type: which agents do it, where no agent is named.
        compute: "module:function", a `Compute`; imported in the process that computes, which reaches no database.
        store: "module:function" that is called with a connection, the `Given` and the output in the transaction that
            completes the task, and may write rows of its own; the connection's search path is the platform's schema.
    """

    agent_type: str
    compute: str
    store: str | None = None


Kinds = Mapping[str, Kind]
"""Task type to what it computes."""


def found(path: str) -> Any:
    """Import what "module:name" names."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
