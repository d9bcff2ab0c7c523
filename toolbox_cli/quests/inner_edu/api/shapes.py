"""What inner_edu answers, as openapi.yaml describes it; what else it tells is left alone."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, FiniteFloat, model_validator

CLOCKS_DIFFER: Final = timedelta(hours=1)
"""What the other side's clock may be ahead of ours."""

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)

PAGE: Final = 200
"""Quests of a page at most."""

Revision = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class _Answered(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Service(_Answered):
    api: Literal["inner_edu"]
    version: Annotated[str, Field(pattern=r"^1\.")]
    idempotency_keys: bool


class Written(_Answered):
    """What we wrote last, as the other side remembers it."""

    content_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    revision: Revision


class Elsewhere(_Answered):
    """A quest as inner_edu has it."""

    id: uuid.UUID
    quest_id: Annotated[str, Field(pattern=r"^[^\x00]+$", max_length=200)]
    revision: Revision
    source: Written | None
    deployed_revision: Revision | None

    @property
    def edited(self) -> bool:
        """Whether somebody changed it there since we wrote it."""
        return self.source is None or self.source.revision != self.revision

    @property
    def deployed(self) -> bool:
        """Whether children play its newest revision."""
        return self.deployed_revision == self.revision


class QuestPage(_Answered):
    quests: Annotated[list[Elsewhere], Field(max_length=PAGE)]


class Progress(_Answered):
    """How far a child came in a quest."""

    quest: uuid.UUID
    parent: uuid.UUID
    steps: Count
    completed: bool
    sessions: Count
    minutes: Annotated[FiniteFloat, Field(ge=0, le=10_000_000)]
    started_at: AwareDatetime
    completed_at: AwareDatetime | None
    last_played_at: AwareDatetime | None

    @model_validator(mode="after")
    def _in_order(self) -> "Progress":
        if self.completed_at is not None and self.completed_at < self.started_at:
            raise ValueError("it was completed before it was started")
        moments = [one for one in (self.started_at, self.completed_at, self.last_played_at) if one]
        if min(moments) < EARLIEST or max(moments) > datetime.now(UTC) + CLOCKS_DIFFER:
            raise ValueError("it was played before there were such quests, or is still to come")
        return self


class ProgressPage(_Answered):
    """Its items are read one by one: one at fault does not spoil the others."""

    progress: list[Any]
