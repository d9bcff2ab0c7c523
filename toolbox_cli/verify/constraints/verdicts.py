"""From what was tried to one case a claim, and one finding a fault."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.verify.cases import Case, Outcome
from toolbox_cli.verify.constraints.claims import Claim, Kind
from toolbox_cli.verify.constraints.prove import Proof
from toolbox_cli.verify.constraints.scenes import SPEAKS_FOR
from toolbox_cli.verify.constraints.server.facts import Fact
from toolbox_cli.verify.constraints.trials.trial import BAD_LABEL, NOT_DEFERRABLE, Told, Verdict

PART: Final = "constraints"
MOST_SHOWN: Final = 3
COMPARE: Final = "Compare its definition with the models': toolbox verify schema"

FAULTS: Final = {
    Verdict.ACCEPTED: ("constraint-accepts", COMPARE),
    Verdict.SWALLOWED: ("row-swallowed", "Look for a trigger or a rule that drops rows or changes them."),
    Verdict.OTHERWISE: ("constraint-acts-otherwise", COMPARE),
    Verdict.STRICT: ("constraint-too-strict", COMPARE),
}
"""What is a claim's own fault, the worst first: the finding's code, and what to do."""

OTHER: Final = ("refused-by-other", "Find out why that comes first.")
STRANGER: Final = ("unknown-rule", "It is not in the models: drop it, or take it up there.")
UNREACHED: Final = ("table-unreachable", "Remove what refuses its rows; nothing else of this table could be tried.")
UNSEEN: Final = (
    "no-witness",
    'Show a row that breaks it alone and one that keeps it: info={"example": [{...}, {...}]}.',
)
RENAMED: Final = ("constraint-renamed", "It does its work under another name: rename it.")
NOT_ASKED: Final = "the session runs with session_replication_role = replica, which leaves it out"

INTEGRITY: Final = "23"
"""Class of the SQLSTATEs with which a rule refuses a row."""

Place = tuple[str, str]
"""Table and name of a rule."""


@dataclass(frozen=True)
class Reading:
    """What the proof of one platform says.

    Attributes:
        schema: as the live database calls it.
        facts: that concern it.
        replica: keys and triggers were not asked.
    """

    platform: str
    schema: str
    proof: Proof
    facts: Sequence[Fact] = ()
    replica: bool = False

    def cases(self) -> list[Case]:
        """Give one case a claim, in the models' order; then those of rules that are not in the models."""
        return [*map(self._case, self.proof.claims), *self._strange_cases()]

    def _case(self, claim: Claim) -> Case:
        faults, facts = self._faults.get(claim, ()), self._facts.get((claim.table, claim.name), ())
        if faults:
            code, remedy = FAULTS[min((each.verdict for each in faults), key=[*FAULTS].index)]
            return self._failed(claim, code, [*_words(faults), *(fact.words for fact in facts)], remedy)
        if facts:
            return self._failed(claim, facts[0].code, [fact.words for fact in facts], facts[0].remedy)
        if claim in self.proof.untried and claim not in self.proof.unseen:
            return self._skipped(claim, self.proof.untried[claim])
        if self._is_not_asked(claim):
            return self._skipped(claim, NOT_ASKED)
        return self._of_others(claim)

    def _of_others(self, claim: Claim) -> Case:
        """Judge a claim without a fault of its own, in the way of whose trials others may have stood."""
        told = self.proof.told.get(claim, [])
        bad = [each for each in told if each.verdict in (Verdict.OTHER, Verdict.BLOCKED)]
        renamed = self._renaming.get(claim)
        unexplained = [each for each in bad if not self._is_explained(each)]
        proved = sum(each.verdict is Verdict.PROVED for each in told)
        kept_out = [each for each in told if each.verdict is Verdict.NO_RIGHT]
        if unexplained:
            code, remedy = UNREACHED if claim.kind is Kind.TABLE and not proved else OTHER
            return self._failed(claim, code, _words(unexplained), remedy)
        if renamed is not None:
            finding = self._finding(claim, RENAMED[0], Severity.WARNING, [f"as {renamed[1]}"], RENAMED[1])
            return self._case_of(claim, Outcome.PASSED, (finding,), f"proved by {_counted(len(told))}")
        if claim in self.proof.unseen:
            finding = self._finding(claim, UNSEEN[0], Severity.WARNING, [self.proof.unseen[claim]], UNSEEN[1])
            return self._case_of(claim, Outcome.SKIPPED, (finding,), self.proof.unseen[claim])
        if kept_out and not any(map(_bites, told)):
            return self._skipped(claim, "; ".join(_words(kept_out)))
        if proved:
            held = f"; {len(bad)} more held up by what is at fault elsewhere" if bad else ""
            return self._case_of(claim, Outcome.PASSED, (), f"proved by {_counted(proved)}{held}")
        return self._skipped(claim, "; ".join(_words(told)) or "nothing could be tried")

    @cached_property
    def _faults(self) -> dict[Claim, list[Told]]:
        """What is at fault, each cause once: an enum at its first column, a table that changes rows at the table."""
        found: dict[Claim, list[Told]] = {}
        causes: set[tuple[str, str]] = set()
        for claim in self.proof.claims:
            own = [each for each in self._blamed.get(claim, ()) if not self._is_not_asked(claim)]
            if (claim.table, Kind.TABLE) in causes:
                own = [each for each in own if each.verdict is not Verdict.SWALLOWED]
            if own and ("", claim.says) not in causes:
                found[claim] = own
                causes.add(("", claim.says) if claim.kind is Kind.ENUM else (claim.table, claim.kind))
        return found

    @cached_property
    def _blamed(self) -> dict[Claim, list[Told]]:
        """What tells against each claim: its own trials, and those of others in the way of which it stood.

        Every row that is tried breaks one rule or none: another that refuses it is not as declared.
        """
        found: dict[Claim, list[Told]] = {}
        for told in self._all:
            if told.verdict in FAULTS:
                found.setdefault(told.trial.claim, []).append(told)
            elif told.verdict in (Verdict.OTHER, Verdict.BLOCKED) and told.culprit is not None:
                for claim in self._culprits(told)[:1]:
                    fault = Verdict.SWALLOWED if claim.kind is Kind.TABLE else Verdict.STRICT
                    found.setdefault(claim, []).append(replace(told, verdict=fault))
        return found

    @property
    def _all(self) -> Iterator[Told]:
        return (each for told in self.proof.told.values() for each in told)

    @cached_property
    def _facts(self) -> dict[Place, list[Fact]]:
        found: dict[Place, list[Fact]] = {}
        for fact in self.facts:
            found.setdefault((fact.table, fact.name), []).append(fact)
        return found

    @cached_property
    def _ours(self) -> dict[Place, list[Claim]]:
        found: dict[Place, list[Claim]] = {}
        for claim in self.proof.claims:
            found.setdefault((claim.table, claim.name), []).append(claim)
        return found

    @cached_property
    def _renaming(self) -> dict[Claim, Place]:
        """Rules of no known name that refuse just what a claim is about, and nothing else."""
        found: dict[Claim, Place] = {}
        for claim, told in self.proof.told.items():
            rightly = {
                each.culprit for each in told if each.trial.refusal and _is_right(each) and self._is_strange(each)
            }
            if len(rightly) == 1 and (place := rightly.pop()) is not None:
                found[claim] = place
        return {claim: place for claim, place in found.items() if not self._refuses_others(place, claim)}

    def _refuses_others(self, place: Place, claim: Claim) -> bool:
        return any(each.culprit == place and not (each.trial.claim == claim and _is_right(each)) for each in self._all)

    def _is_not_asked(self, claim: Claim) -> bool:
        return self.replica and claim.kind in (Kind.REFERENCE, Kind.TRIGGER)

    def _is_strange(self, told: Told) -> bool:
        return told.culprit is not None and SPEAKS_FOR.get(told.culprit, told.culprit) not in self._ours

    def _is_explained(self, told: Told) -> bool:
        """Say whether what stood in the way has a finding of its own."""
        if told.culprit is None:
            return False
        claims = self._culprits(told)
        return not claims or any(claim in self._faults for claim in claims)

    def _culprits(self, told: Told) -> list[Claim]:
        """Give the claims that stood in the way; a column may have two, of which the server means one."""
        place = told.culprit or ("", "")
        claims = self._ours.get(SPEAKS_FOR.get(place, place), [])
        meant = Kind.ENUM if told.sqlstate == BAD_LABEL else Kind.NOT_NULL
        return sorted(claims, key=lambda claim: claim.kind is not meant)

    def _strange_cases(self) -> Iterable[Case]:
        """Give the rules that are not in the models and refuse what these allow."""
        renaming = set(self._renaming.values())
        seen: dict[Place, list[Told]] = {}
        for each in self._all:
            if each.culprit is not None and self._is_strange(each) and each.culprit not in renaming:
                seen.setdefault(each.culprit, []).append(each)
        for place, told_by in seen.items():
            claim = Claim(Kind.CHECK, *place, "refuses nothing that the models allow")
            yield self._failed(claim, STRANGER[0], _words(told_by), STRANGER[1])

    def _failed(self, claim: Claim, code: str, words: Sequence[str], remedy: str) -> Case:
        finding = self._finding(claim, code, Severity.ERROR, words, remedy)
        return self._case_of(claim, Outcome.FAILED, (finding,), "; ".join(words))

    def _skipped(self, claim: Claim, why: str) -> Case:
        return self._case_of(claim, Outcome.SKIPPED, (), why)

    def _case_of(self, claim: Claim, outcome: Outcome, findings: tuple[Finding, ...], detail: str) -> Case:
        return Case(PART, self.platform, f"{self.schema}.{claim.path}", claim.says, outcome, findings, detail)

    def _finding(self, claim: Claim, code: str, severity: Severity, words: Sequence[str], remedy: str) -> Finding:
        return Finding(
            code, severity, f"{self.schema}.{claim.path}", claim.kind.value, claim.says, "; ".join(words), remedy=remedy
        )


def _words(told: Iterable[Told]) -> list[str]:
    found = list(dict.fromkeys(each.words for each in told if each.words))
    more = len(found) - MOST_SHOWN
    return [*found[:MOST_SHOWN], f"and {more} more"] if more > 0 else found


def _counted(trials: int) -> str:
    return "1 trial" if trials == 1 else f"{trials} trials"


def _bites(told: Told) -> bool:
    """Say whether a trial showed that a rule refuses what breaks it, or takes it as a table does."""
    refusal = told.trial.refusal
    if told.trial.claim.kind is Kind.TABLE:
        return told.verdict is Verdict.PROVED
    return told.verdict is Verdict.PROVED and refusal is not None and refusal.sqlstates != NOT_DEFERRABLE


def _is_right(told: Told) -> bool:
    """Say whether something else refused a row, but as it had to be refused."""
    return told.trial.refusal is not None and told.sqlstate.startswith(INTEGRITY)
