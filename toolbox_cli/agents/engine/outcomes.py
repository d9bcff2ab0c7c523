"""What passes between a worker and the processes that compute: what is given, and what comes of it."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Need:
    """A task that another waits for.

    Attributes:
        must_succeed: whether the other is cancelled where this one does not complete; else any end will do.
    """

    id: UUID
    must_succeed: bool = True


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be submitted.

    Attributes:
        agent: name of the agent that shall do it; None lets the task's type decide.
        name: what is asked for, in words for operators; up to 200 characters.
        needs: tasks that it waits for, of the same submission or older ones.
        priority: 0 to 10; None means the agent's.
        run_after: not before this; None for at once.
    """

    task_type: str
    name: str
    input: Json
    agent: str | None = None
    id: UUID = field(default_factory=uuid4)
    needs: tuple[Need, ...] = ()
    parent_id: UUID | None = None
    workflow_id: UUID | None = None
    context: Json | None = None
    priority: int | None = None
    created_by: UUID | None = None
    run_after: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """How a task ended that this one needed.

    Attributes:
        output: what it made; None unless it completed.
    """

    id: UUID
    task_type: str
    status: str
    output: Json | None
    error: str | None

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "Result":
        """Read one of `needs` of `agent_task_begin`."""
        return cls(UUID(row["id"]), row["task_type"], row["status"], row["output"], row["error"])


@dataclass(frozen=True, slots=True)
class Given:
    """One try of a task, as its function gets it.

    Attributes:
        attempt: number of the try, from 1.
        context: what the task knows of the request, or what an earlier try left for this one.
        settings: the agent's model and framework settings.
        timeout_s: how long it may take; 0 for as long as it likes.
        needs: what the tasks that it needed have made, the oldest first.
    """

    id: UUID
    attempt: int
    retry_count: int
    task_type: str
    task_name: str
    input: Json
    context: Json
    intermediate: Json | None
    workflow_id: UUID | None
    parent_id: UUID | None
    created_by: UUID | None
    agent_id: UUID | None
    agent: str | None
    agent_type: str | None
    agent_version: str | None
    settings: Json
    timeout_s: float
    needs: tuple[Result, ...]

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "Given":
        """Read what `agent_task_begin` gives."""
        return cls(
            id=UUID(row["id"]),
            attempt=row["attempt"],
            retry_count=row["retry_count"],
            task_type=row["task_type"],
            task_name=row["task_name"],
            input=row["input"],
            context=row["context"] or {},
            intermediate=row["intermediate"],
            workflow_id=_key(row["workflow_id"]),
            parent_id=_key(row["parent_task_id"]),
            created_by=_key(row["created_by"]),
            agent_id=_key(row["agent_id"]),
            agent=row["agent"],
            agent_type=row["agent_type"],
            agent_version=row["agent_version"],
            settings=row["settings"] or {},
            timeout_s=float(row["timeout_s"]),
            needs=tuple(Result.read(one) for one in row["needs"]),
        )


@dataclass(frozen=True, slots=True)
class Done:
    """The task is complete.

    Attributes:
        output: the result, a JSON object.
        figures: of the try: backend, fallback, model, prompt_sha256, tokens_in, tokens_out, cost_usd.
    """

    output: Json
    figures: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """The task goes on, in another try, when others have ended.

    Attributes:
        tasks: new ones; each becomes a part of this one, and of its workflow.
        needs: what to wait for; None means all of `tasks`, however they end.
        context: what the next try shall know, a JSON object; None leaves it as it is.
    """

    tasks: Sequence[NewTask] = ()
    needs: Sequence[Need] | None = None
    context: Json | None = None
    figures: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """The task came to nothing.

    Attributes:
        kind: a stable name, for programs.
        message: why, for people.
        retryable: whether another try may do better.
        data: what else tells of it, JSON values.
    """

    kind: str
    message: str
    retryable: bool = False
    data: Json = field(default_factory=dict)
    figures: Json = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        """The failure as it is kept."""
        return {"kind": self.kind, "message": self.message, **({"data": dict(self.data)} if self.data else {})}


Outcome = Done | Wait | Failed


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a try is.

    Attributes:
        percent: 0 to 100; None leaves it as it is.
        results: what it has so far, a JSON object; None leaves it as it is.
    """

    percent: int | None = None
    results: Json | None = None


Report = Callable[[Progress], None]
Compute = Callable[[Given, Report], Outcome]


def _key(text: str | None) -> UUID | None:
    return UUID(text) if text else None
