"""CHECKs: rows that break exactly one of them, and rows just inside."""

from collections.abc import Iterator

from sqlalchemy import Table

from toolbox_cli.verify.constraints.claims import Claim, checks_of
from toolbox_cli.verify.constraints.trials.rows import inserting
from toolbox_cli.verify.constraints.trials.trial import CHECK_VIOLATION, Refusal, Trial
from toolbox_cli.verify.constraints.witnesses.rules import Rule
from toolbox_cli.verify.constraints.witnesses.solve import FALSE, Solution
from toolbox_cli.verify.constraints.witnesses.stock import Stock


def check_trials(stock: Stock, table: Table) -> Iterator[Trial]:
    claims = {name: claim for claim, name in checks_of(table)}
    for solution in stock.choices[table.name].solutions:
        tried: set[int] = set()
        for rule in solution.group.rules:
            if rule.binding:
                yield from _of_rule(stock, claims[rule.name], solution, rule, tried)


def without_witness(stock: Stock, table: Table) -> Iterator[tuple[Claim, str]]:
    """Say of which CHECKs no row was found that breaks them alone, or none that keeps them, and what that means."""
    claims = {name: claim for claim, name in checks_of(table)}
    for solution in stock.choices[table.name].solutions:
        for rule in solution.unsolved:
            if rule.binding:
                yield claims[rule.name], _why(solution, rule)


def _of_rule(stock: Stock, claim: Claim, solution: Solution, rule: Rule, tried: set[int]) -> Iterator[Trial]:
    table = solution.group.table
    refusal = Refusal(frozenset({CHECK_VIOLATION}), constraint=rule.name)
    for place in solution.breaking(rule):
        yield inserting(stock, claim, stock.realised(table, solution, place), rule.columns, refusal)
    for place in solution.keeping(rule):
        if place not in tried:
            tried.add(place)
            yield inserting(stock, claim, stock.realised(table, solution, place), rule.columns)


def _why(solution: Solution, rule: Rule) -> str:
    verdicts = {solution.verdict(place, rule) for place in range(len(solution.verdicts))}
    if FALSE not in verdicts:
        return "no value was found that breaks it: it may be always true"
    if not solution.breaking(rule):
        return "whatever breaks it breaks another rule as well: it may have no effect of its own"
    return "no value was found that keeps it and all others: it may be always false"
