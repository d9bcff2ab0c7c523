"""One thing that is tried between a savepoint and the way back to it, and what it told."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from toolbox_cli.verify.constraints.claims import Claim
from toolbox_cli.verify.constraints.server.wire import Command, Refused, Reply, Row

CHECK_VIOLATION: Final = "23514"
FOREIGN_KEY_VIOLATION: Final = "23503"
RESTRICT_VIOLATION: Final = "23001"
NOT_NULL_VIOLATION: Final = "23502"
BAD_LABEL: Final = "22P02"
NO_RIGHT: Final = "42501"
NOTHING_DONE: Final = frozenset({"UPDATE 0", "DELETE 0"})
NOT_DEFERRABLE: Final = frozenset({"42809", "42704"})
"""What the server says of a constraint that can't be deferred, and of an index that stands in its place."""

_FUNCTION: Final = re.compile(r"PL/pgSQL\W+\w+\W+(?:\w+\.)?(\w+)\(")


class Verdict(StrEnum):
    """What came of a trial."""

    PROVED = "proved"
    ACCEPTED = "accepted"
    """What breaks the rule went in."""
    OTHERWISE = "otherwise"
    """The rule acts, but not as declared."""
    STRICT = "strict"
    """The rule refuses what keeps it."""
    OTHER = "refused by something else"
    SWALLOWED = "swallowed"
    """The server said yes, and the row is not there, or not as it was sent."""
    NO_RIGHT = "no right"
    BLOCKED = "blocked"
    """What has to be there first could not be put there."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the server has to say.

    Attributes:
        sqlstates: any of them.
        constraint: the name that it must give; None where it gives none.
        column: the same of a column.
        words: what its message must contain, where it names nothing.
    """

    sqlstates: frozenset[str]
    constraint: str | None = None
    column: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How to see what an accepted statement has done.

    Attributes:
        tell: gives what is wrong with the rows that come back; None if nothing is.
        fault: what it is if something is.
    """

    command: Command
    tell: Callable[[Sequence[Row]], str | None]
    fault: Verdict = Verdict.SWALLOWED


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing to try.

    Attributes:
        what: what is tried, in words.
        before: what has to be there.
        refusal: None where it must be accepted.
        as_role: under the role that the proof is made for, if there is one.
        touches: the table of which a row is changed or deleted.
    """

    claim: Claim
    what: str
    act: Command
    before: Sequence[Command] = ()
    refusal: Refusal | None = None
    look: Look | None = None
    as_role: bool = True
    touches: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a trial.

    Attributes:
        words: what happened, for people.
        culprit: table and rule that stood in the way, where the server named one.
        sqlstate: what it was refused with.
    """

    trial: Trial
    verdict: Verdict
    words: str = ""
    culprit: tuple[str, str] | None = None
    sqlstate: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """What the server calls the parts of partitioned tables: what it names there stands for the whole.

    Attributes:
        tables: partition to the table that it is part of.
        rules: name of a partition's index or constraint, with the partition, to that of the whole.
        enums: tables and columns of each enum type: what is no label of it, the server lays to the type alone.
    """

    tables: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[tuple[str, str], str] = field(default_factory=dict)
    enums: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    def whole(self, table: str, rule: str) -> tuple[str, str]:
        return self.tables.get(table, table), self.rules.get((table, rule), rule)


def judge(trial: Trial, replies: Sequence[Reply], places: Places, *, limited: bool = False) -> Told:
    """Say what a trial tells.

    Args:
        trial: that was made.
        replies: to what goes before, to the act, and to the look.
        places: for what the server names.
        limited: under a role that may not see every row.
    """
    before, act, looked = replies[: len(trial.before)], replies[len(trial.before)], replies[len(trial.before) + 1 :]
    failed = next((reply.error for reply in before if reply.error is not None), None)
    if failed is not None:
        words = f"what {trial.what} needs was refused: {said(failed)}"
        return Told(trial, Verdict.BLOCKED, words, culprit_of(failed, trial.claim, places), failed.sqlstate)
    if act.error is not None:
        return _refused(trial, act.error, places)
    if act.status in NOTHING_DONE:
        words = f"{trial.what}: the server said yes, and did it to no row"
        touched = (trial.touches or trial.claim.table, "")
        return Told(trial, Verdict.NO_RIGHT, words) if limited else Told(trial, Verdict.OTHER, words, touched)
    return _accepted(trial, looked)


def _accepted(trial: Trial, looked: Sequence[Reply]) -> Told:
    wrong = trial.look.tell(looked[0].rows) if trial.look and looked and not looked[0].error else None
    if wrong is not None and trial.look is not None:
        return Told(trial, trial.look.fault, f"{trial.what}: {wrong}")
    if trial.refusal is not None:
        return Told(trial, Verdict.ACCEPTED, f"{trial.what} was accepted")
    return Told(trial, Verdict.PROVED)


def _refused(trial: Trial, error: Refused, places: Places) -> Told:
    culprit = culprit_of(error, trial.claim, places)
    if trial.refusal is not None and _meets(trial.refusal, error, culprit):
        return Told(trial, Verdict.PROVED)
    words = f"{trial.what} was refused: {said(error)}"
    if error.sqlstate == NO_RIGHT:
        return Told(trial, Verdict.NO_RIGHT, words)
    if error.sqlstate in NOT_DEFERRABLE and trial.refusal is None:
        return Told(trial, Verdict.OTHERWISE, words)
    strict = culprit == (trial.claim.table, trial.claim.name) and trial.refusal is None
    return Told(trial, Verdict.STRICT if strict else Verdict.OTHER, words, culprit, error.sqlstate)


def _meets(refusal: Refusal, error: Refused, culprit: tuple[str, str] | None) -> bool:
    named = refusal.constraint or refusal.column
    return (
        error.sqlstate in refusal.sqlstates
        and (named is None or (culprit is not None and culprit[1] == named))
        and refusal.words in error.message
    )


def culprit_of(error: Refused, claim: Claim, places: Places) -> tuple[str, str] | None:
    """Name the table and the rule that a refusal comes from: a constraint, a column, or a trigger's function."""
    if error.sqlstate == NOT_NULL_VIOLATION and error.column:
        return places.whole(error.table, error.column)
    if error.constraint:
        return places.whole(error.table, error.constraint)
    if error.sqlstate == BAD_LABEL:
        columns = [one for kind, found in places.enums.items() if kind in error.message for one in found]
        return min(columns, key=lambda one: one[0] != claim.table, default=None)
    function = _FUNCTION.search(error.context)
    return (claim.table, function[1]) if function else None


def said(error: Refused) -> str:
    """Give a refusal in a few words: whose it is, and its SQLSTATE."""
    return f"{error.constraint or error.column or error.message} ({error.sqlstate})"
