"""Sections of the configuration: what all of them keep to, and those that are long."""

import datetime
import re
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

_MONTH_DAY: Final = re.compile(r"\d\d-\d\d")


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_default(cls, given: Any) -> Any:
        return {} if given is None else given  # a heading in YAML with nothing under it


class ModelProvider(StrEnum):
    """Which of the two common ways a language model is asked in."""

    OPENAI_COMPATIBLE = "openai-compatible"
    ANTHROPIC = "anthropic"


_Dollars = Annotated[Decimal, Field(ge=0, le=10_000, allow_inf_nan=False)]


class ModelSettings(Section):
    """The language model that agents may ask; without a provider nobody is asked.

    Attributes:
        url: base address, such as http://127.0.0.1:11434/v1.
        name: the endpoint's own name of the model.
        key: signs requests; goes out by https, and to this machine, alone.
        ca_file: certificates to trust instead of the system's.
        timeout_s: for one answer as a whole.
        patience_s: for one step of a workflow, with all its tries and waits; at most two thirds of the time that its
            agent has.
        max_tokens: of one answer.
        budget_tokens: that one workflow may use, both ways together.
        budget_cost: that one workflow may cost, in US dollars.
        price_in: of a million tokens that are sent, in US dollars.
        price_out: of a million tokens that come back, in US dollars.
    """

    provider: ModelProvider | None = None
    url: str | None = None
    name: str | None = Field(default=None, max_length=100)
    key: SecretStr | None = None
    ca_file: Path | None = None
    timeout_s: float = Field(default=60, gt=0, le=3600, allow_inf_nan=False)
    patience_s: float = Field(default=180, gt=0, le=3600, allow_inf_nan=False)
    max_tokens: int = Field(default=4000, ge=100, le=100_000)
    budget_tokens: int = Field(default=60_000, ge=0, le=1_000_000_000)
    budget_cost: _Dollars | None = None
    price_in: _Dollars | None = None
    price_out: _Dollars | None = None


_Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]


class PaceSettings(Section):
    """How often workers of agents do what they do beside their tasks, and how long they wait; all in seconds.

    Attributes:
        heartbeat_s: how often a worker says that it is alive.
        stalled_s: without a heartbeat for so long, its tasks are given to others.
        rescue_s: how often a worker looks for lost tasks, and for those that are due.
        watch_s: how often it looks whether what it does was cancelled.
        poll_s: how often it looks for work where nobody can wake it, as behind a transaction pooler.
        retry_base_s: the first retry comes within it at random, each further one within twice as long.
        retry_cap_s: and no retry later than this.
        grace_s: how long running tasks may go on when a worker is told to stop.
        patience_s: how long a step is tried again while the database is gone.
    """

    heartbeat_s: _Seconds = 10
    stalled_s: _Seconds = 30
    rescue_s: _Seconds = 5
    watch_s: _Seconds = 1
    poll_s: _Seconds = 1
    retry_base_s: _Seconds = 2
    retry_cap_s: _Seconds = 300
    grace_s: _Seconds = 20
    patience_s: _Seconds = 120

    @model_validator(mode="after")
    def _beats_in_time(self) -> Self:
        if self.stalled_s < 2 * self.heartbeat_s:
            raise ValueError("stalled_s is less than two heartbeats: workers that are alive would lose their tasks")
        return self


class AgentsSettings(Section):
    """How agents work."""

    model: ModelSettings = ModelSettings()
    pace: PaceSettings = PaceSettings()


class AnalyticsSettings(Section):
    """What reports and exports go by.

    Attributes:
        term_starts: month and day of the first day of each term, apart by commas, in the order of the school year.
        s3_endpoint: address of an object store that is not AWS's, such as https://objects.school.example.
    """

    term_starts: Annotated[str, AfterValidator(lambda given: _as_term_starts(given))] = "09-01,01-01,05-01"
    s3_endpoint: str | None = None


def _as_term_starts(given: str) -> str:
    days = [part.strip() for part in given.split(",")]
    try:
        found = [datetime.date(2001, int(day[:2]), int(day[3:])) for day in days if _MONTH_DAY.fullmatch(day)]
    except ValueError:
        found = []
    if len(found) < len(days):
        raise ValueError("it is no list of days such as 09-01,01-01,05-01")
    begins = found.index(min(found))
    in_order = found[begins:] + found[:begins]
    if any(one >= after for one, after in pairwise(in_order)):
        raise ValueError("each term must begin after the one before, as in 09-01,01-01,05-01")
    return ",".join(days)
