"""What every part of a verification gives: one case for each thing that was looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from toolbox_cli.core.findings import Finding


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was looked at: JUnit's testcase.

    Attributes:
        part: `schema`, `constraints`, `indexes` or `data`.
        object: `schema.table.name` as in the live database.
        claim: what must hold, in words.
        findings: why it failed, and what is worth knowing although it passed; their severity decides.
        detail: why it was skipped, or how it was proved.
    """

    part: str
    platform: str
    object: str
    claim: str
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What one part found in one database.

    Attributes:
        cases: one for each thing that was looked at.
        facts: what else is worth telling, by platform and name.
    """

    cases: tuple[Case, ...]
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
