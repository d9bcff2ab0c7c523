"""Prove one platform's rules on one connection, in a transaction that is rolled back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import ForeignKeyConstraint, MetaData, Table

from toolbox_cli.models.base import programs
from toolbox_cli.verify.constraints.claims import (
    Claim,
    Kind,
    claims_of,
    enum_types,
    key_claim,
    reference_claim,
    table_claim,
    trigger_claim,
)
from toolbox_cli.verify.constraints.scenes import COMPANIONS, HOLDS, scene_of
from toolbox_cli.verify.constraints.scenes.play import Play
from toolbox_cli.verify.constraints.server.wire import Command
from toolbox_cli.verify.constraints.trials.checks import check_trials, without_witness
from toolbox_cli.verify.constraints.trials.columns import enum_trials, not_null_trials
from toolbox_cli.verify.constraints.trials.keys import key_trials
from toolbox_cli.verify.constraints.trials.references import reference_trials
from toolbox_cli.verify.constraints.trials.rows import inserting
from toolbox_cli.verify.constraints.trials.session import Session
from toolbox_cli.verify.constraints.trials.trial import Told, Trial, Verdict
from toolbox_cli.verify.constraints.witnesses.choose import BARE, FIRST, OTHERS, SPARE, Choice, NoRowError
from toolbox_cli.verify.constraints.witnesses.rules import grouped, rules_of
from toolbox_cli.verify.constraints.witnesses.solve import Solution, Values, solve
from toolbox_cli.verify.constraints.witnesses.stock import Stock, foreign_keys


@dataclass
class Proof:
    """What was found out about one platform.

    Attributes:
        told: by claim, in the order of the trials.
        untried: claims that could not be tried, and why.
        unseen: CHECKs without a witness, and what that may mean.
    """

    claims: Sequence[Claim]
    told: dict[Claim, list[Told]] = field(default_factory=dict)
    untried: dict[Claim, str] = field(default_factory=dict)
    unseen: dict[Claim, str] = field(default_factory=dict)

    def hear(self, told: Iterable[Told]) -> None:
        for each in told:
            self.told.setdefault(each.trial.claim, []).append(each)


def prove(session: Session, platform: str, metadata: MetaData) -> Proof:
    """Try every rule of a platform.

    Args:
        session: with the platform's schema first in its search path.
        platform: for what is known of its triggers.
        metadata: its models.

    Effects: inserts, changes and deletes rows of its own; the session rolls back.
    """
    session.places = replace(session.places, enums=enum_types(metadata))
    return _Prover(session, platform, metadata, Proof(claims_of(metadata))).run()


@dataclass
class _Prover:
    session: Session
    platform: str
    metadata: MetaData
    proof: Proof
    standing: list[Command] = field(default_factory=list)
    """Rows that are to stay, inserted with the next trials."""
    others: dict[str, Values | None] = field(default_factory=dict)
    """Of each table a row that stays from the end of its trials on."""

    def run(self) -> Proof:
        self.stock = self._stock()
        waiting: list[ForeignKeyConstraint] = []
        for table in self.metadata.sorted_tables:
            self.proof.unseen |= dict(without_witness(self.stock, table))
            waiting += foreign_keys(table)
            if self._enter(table):
                ready = [foreign for foreign in waiting if self._is_ready(foreign)]
                waiting = [foreign for foreign in waiting if foreign not in ready]
                self._try(table, ready)
        for foreign in waiting:
            self.proof.untried.setdefault(reference_claim(foreign), "parent or child takes no row")
        self._play()
        return self.proof

    def _stock(self) -> Stock:
        holds = HOLDS.get(self.platform, {})
        groups = [group for table in self.metadata.sorted_tables for group in grouped(table, rules_of(table))]
        extra = {table: {name: (value,) for name, value in values.items()} for table, values in holds.items()}
        solutions: dict[str, list[Solution]] = {table.name: [] for table in self.metadata.sorted_tables}
        for solution in solve(self.session.connection, groups, self.session.schema, extra):
            solutions[solution.group.table.name].append(solution)
        choices = {
            table.name: Choice(table, solutions[table.name], holds.get(table.name, {}))
            for table in self.metadata.sorted_tables
        }
        return Stock(self.session.schema, self.metadata, choices, COMPANIONS.get(self.platform, {}))

    def _is_ready(self, foreign: ForeignKeyConstraint) -> bool:
        return {foreign.table.name, foreign.referred_table.name} <= self.stock.first.keys()

    def _attempt(self, trials: Sequence[Trial]) -> list[Told]:
        told = self.session.attempt(trials, self.standing)
        self.standing = []
        self.proof.hear(told)
        return told

    def _enter(self, table: Table) -> bool:
        """Find rows that the table takes, and let the first of them stay in it."""
        claim = table_claim(table)
        try:
            row = self._first(table)
            if row is None:
                self._leave_out(table, f"no row gets into {table.name}", but=claim)
                return False
            self.standing += [self.stock.insert(table, row)]
            self.others[table.name] = self._second(table)
        except NoRowError as error:
            self._leave_out(table, str(error))
            return False
        return True

    def _first(self, table: Table) -> Values | None:
        """Find a row that the table takes, the plainest before others and the emptiest."""
        for variant in (FIRST, *OTHERS, BARE):
            self.stock.instead[table.name, FIRST] = variant
            row = self.stock.first[table.name] = self.stock.row(table, FIRST)
            trial = inserting(self.stock, table_claim(table), row, list(row))
            (told,) = self._attempt([replace(trial, what="a row of plain values", as_role=False)])
            if told.verdict is Verdict.PROVED:
                return row
        del self.stock.first[table.name]
        return None

    def _second(self, table: Table) -> Values | None:
        """Find another that differs in every column; and see that one goes in that is as empty as can be."""
        found: Values | None = None
        claim, first = table_claim(table), self.stock.instead[table.name, FIRST]
        for variant in (SPARE, *OTHERS, first):
            self.stock.instead[table.name, SPARE] = variant
            row = self.stock.row(table)
            trial = replace(inserting(self.stock, claim, row, list(row)), what="a row of other values")
            (told,) = self._attempt([replace(trial, as_role=False)])
            if told.verdict is Verdict.PROVED:
                found = row
                break
        bare = self.stock.row(table, BARE)
        empty = inserting(self.stock, claim, bare, [name for name, value in bare.items() if value is None])
        empty = replace(empty, what="a row of NULLs wherever they are allowed", as_role=False)
        self._attempt([empty, *([trial] if self.session.role else [])])
        return found

    def _try(self, table: Table, ready: Sequence[ForeignKeyConstraint]) -> None:
        trials: list[Trial] = [*check_trials(self.stock, table)]
        for key in self.stock.keys[table.name]:
            trials += self._made(key_claim(table, key), key_trials(self.stock, table, key))
        trials += [*not_null_trials(self.stock, table), *enum_trials(self.stock, table)]
        for foreign in ready:
            trials += self._made(reference_claim(foreign), reference_trials(self.stock, foreign))
        self._attempt(trials)
        other = self.others[table.name]
        if other is not None:
            self.stock.spare[table.name] = other
            self.standing += [self.stock.insert(table, other)]

    def _made(self, claim: Claim, trials: Iterator[Trial]) -> list[Trial]:
        """Collect trials; where one of them can't be made, say so of their claim."""
        made = []
        try:
            made += [*trials]
        except NoRowError as error:
            self.proof.untried[claim] = str(error)
        return made

    def _play(self) -> None:
        """Play the triggers' scenes, now that all tables have rows."""
        trials: list[Trial] = []
        for trigger in programs(self.metadata).triggers:
            claim, scene = trigger_claim(trigger.table, trigger.name), scene_of(self.platform, trigger)
            if scene is None:
                self.proof.untried[claim] = "nobody has written down what it must do"
            elif trigger.table not in self.stock.first:
                self.proof.untried[claim] = f"no row gets into {trigger.table}"
            else:
                made = self._made(claim, scene(Play(self.stock, claim, self.session.live)))
                trials += made
                if not made:
                    self.proof.untried.setdefault(claim, "it would lock out everybody else from a table in use")
        self._attempt(trials)

    def _leave_out(self, table: Table, why: str, but: Claim | None = None) -> None:
        left = [claim for claim in self.proof.claims if claim.table == table.name and claim.kind is not Kind.TRIGGER]
        self.proof.untried |= {claim: why for claim in left if claim != but}
