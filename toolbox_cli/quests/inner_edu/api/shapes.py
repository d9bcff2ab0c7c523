"""What inner_edu answers, as openapi.yaml describes it; what else it tells is left alone."""

import uuid
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, FiniteFloat, model_validator

Count = Annotated[int, Field(ge=0, le=1_000_000)]


class _Answered(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Service(_Answered):
    api: Literal["inner_edu"]
    version: Annotated[str, Field(pattern=r"^1\.")]
    idempotency_keys: bool


class Written(_Answered):
    """What we wrote last, as the other side remembers it."""

    content_hash: str
    revision: int


class Elsewhere(_Answered):
    """A quest as inner_edu has it."""

    id: uuid.UUID
    quest_id: str
    revision: Annotated[int, Field(ge=1)]
    source: Written | None
    deployed_revision: int | None

    @property
    def edited(self) -> bool:
        """Whether somebody changed it there since we wrote it."""
        return self.source is None or self.source.revision != self.revision

    @property
    def deployed(self) -> bool:
        """Whether children play its newest revision."""
        return self.deployed_revision == self.revision


class QuestPage(_Answered):
    quests: list[Elsewhere]


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
        return self


class ProgressPage(_Answered):
    """Its items are read one by one: one at fault does not spoil the others."""

    progress: list[Any]
