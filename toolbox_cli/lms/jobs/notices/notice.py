"""What a message says: which integration, which run, how many rows, and what to do; no name, no quoted answer."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from toolbox_cli.core.errors import ToolboxError
from toolbox_cli.core.http.errors import ForbiddenError, HttpError, UnauthorizedError
from toolbox_cli.lms.jobs.each import Done

KIND: Final = "toolbox.lms.notice/1"
WRONG: Final = 400
"""From here on a status says that something is wrong; below, the body did."""
WORTH: Final = frozenset({"held", "failed"})


@dataclass(frozen=True, slots=True)
class Notice:
    """A message about the runs of one call that need a person.

    Attributes:
        id: the same however often it is sent.
    """

    id: uuid.UUID
    at: datetime.datetime
    runs: tuple[dict[str, Any], ...]

    @property
    def subject(self) -> str:
        """One line."""
        told = [f"{run['integration'] or 'all'} {run['status']}" for run in self.runs]
        more = f" and {len(told) - 3} more" if len(told) > 3 else ""
        return f"toolbox lms sync: {', '.join(told[:3])}{more}"

    @property
    def lines(self) -> list[str]:
        """A sentence or more for each run."""
        return [f"{run['integration'] or 'all'}: {run['what']} {run['next']}" for run in self.runs]

    def document(self) -> dict[str, Any]:
        """What the webhook gets; `text` is what chat programs show."""
        return {
            "kind": KIND, "id": str(self.id), "at": self.at.isoformat(), "text": "\n".join((self.subject, *self.lines)),
            "runs": list(self.runs),
        }  # fmt: skip


def notice_of(done: Sequence[Done], now: datetime.datetime) -> Notice | None:
    """Make the message about what was held or failed; None where nothing was."""
    runs = tuple(_run(one) for one in done if one.status in WORTH)
    return Notice(uuid.uuid4(), now, runs) if runs else None


def notice_of_none(error: ToolboxError, now: datetime.datetime) -> Notice:
    """Make the message that no integration could even be looked at."""
    run: dict[str, Any] = {
        "integration": None, "run": None, "status": "failed", "exit_code": int(error.exit_code),
        "what": "Nothing was synced: the database can't be reached.", "next": "Look with: toolbox db doctor",
        "changes": {}, "held_by": [],
    }  # fmt: skip
    return Notice(uuid.uuid4(), now, (run,))


def _run(one: Done) -> dict[str, Any]:
    run = one.run
    return {
        "integration": one.name, "run": run.id if run else None, "status": one.status,
        "exit_code": int(one.exit_code), "what": _what(one), "next": _next(one),
        "changes": {kind: dict(of_kind) for kind, of_kind in run.counts.items()} if run else {},
        "held_by": [{"level": t.level, "held": t.held, "lost": t.lost} for t in run.tripped] if run else [],
    }  # fmt: skip


def _what(one: Done) -> str:
    if one.status == "held" and one.run is not None:
        lost = max((tripped.lost for tripped in one.run.tripped), default=0)
        return f"Run {one.run.id} is held: it would take {lost:,} rows away." if lost else f"Run {one.run.id} is held."
    return f"It failed: {_cause(one)}."


def _cause(one: Done) -> str:
    """Name the kind of failure; a message may quote what the other side answered."""
    if isinstance(one.error, UnauthorizedError | ForbiddenError):
        return "its system does not let us in"
    if isinstance(one.error, HttpError) and one.error.status is not None:
        return f"its system answered {one.error.status}" if one.error.status >= WRONG else "its system told an error"
    kinds = {5: "its system or the database could not be read", 2: "it is not configured as it must be"}
    return kinds.get(int(one.exit_code), "toolbox could not go on")


def _next(one: Done) -> str:
    if one.run is None:
        return f"Look with: toolbox lms status {one.name}"
    if one.status == "held":
        return (
            f"Look with: toolbox lms run {one.run.id} --diff; "
            f"apply it with: toolbox lms sync {one.name} --approve {one.run.id}"
        )
    return f"Look with: toolbox lms run {one.run.id}"
