"""Keys: a second row with the same values is refused, and one that differs in any single column is not."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Table

from toolbox_cli.core.database.names import quote
from toolbox_cli.verify.constraints.claims import Claim, key_claim
from toolbox_cli.verify.constraints.server.wire import Command
from toolbox_cli.verify.constraints.trials.rows import inserting
from toolbox_cli.verify.constraints.trials.trial import NOT_DEFERRABLE, Refusal, Trial
from toolbox_cli.verify.constraints.witnesses.choose import BARE, SPARE, NoRowError
from toolbox_cli.verify.constraints.witnesses.keys import Key
from toolbox_cli.verify.constraints.witnesses.solve import FALSE, TRUE, Values
from toolbox_cli.verify.constraints.witnesses.stock import Stock


def key_trials(stock: Stock, table: Table, key: Key) -> Iterator[Trial]:
    """Give the trials of a key; the first row of its table stands, the spare one does not yet.

    Raises:
        NoRowError: no row was found that the key counts.
    """
    claim = key_claim(table, key)
    if key.partial:
        yield from _partial(stock, claim, table, key)
    else:
        yield from _whole(stock, claim, table, key)
        yield from _nulls(stock, claim, table, key)
    if key.deferrable is not None:
        yield deferring(stock, claim, key.name, deferrable=key.deferrable)


def deferring(stock: Stock, claim: Claim, name: str, *, deferrable: bool) -> Trial:
    """Try to put a constraint off to the end of the transaction, which only a deferrable one allows."""
    refusal = None if deferrable else Refusal(NOT_DEFERRABLE)
    act = Command(f"SET CONSTRAINTS {quote(stock.schema)}.{quote(name)} DEFERRED")
    return Trial(claim, "SET CONSTRAINTS ... DEFERRED", act, refusal=refusal)


def _whole(stock: Stock, claim: Claim, table: Table, key: Key) -> Iterator[Trial]:
    partner = stock.first[table.name]
    for variant in (SPARE, BARE):
        second = stock.beside(table, partner, key.columns, variant)
        yield inserting(stock, claim, second, key.columns, _refusal(key))
    for column in key.columns if key.plain and len(key.columns) > 1 else ():
        others = [name for name in key.columns if name != column]
        second = stock.beside(table, partner, others)
        if second[column] not in (None, partner[column]):
            yield inserting(stock, claim, second, key.columns)


def _nulls(stock: Stock, claim: Claim, table: Table, key: Key) -> Iterator[Trial]:
    """Try two rows that agree but for a NULL in the same column."""
    for column in key.columns if key.plain else ():
        if table.columns[column].nullable:
            one, two = _two_without(stock, table, key, column)
            two |= {name: one[name] for name in key.columns}
            refusal = None if key.nulls_differ else _refusal(key)
            trial = inserting(stock, claim, two, key.columns, refusal)
            yield replace(trial, before=(stock.insert(table, one),))


def _two_without(stock: Stock, table: Table, key: Key, column: str) -> tuple[Values, Values]:
    """Make two rows without a value in a column of a key that keep all rules, and differ where the key does not look.

    Rules may ask for something else where the column is empty, and other keys count it.
    """
    for solution in stock.choices[table.name].solutions:
        names = [each.name for each in solution.group.columns]
        empty = [place for place in solution.kept if column in names and solution.values(place)[column] is None]
        if empty:
            first, shared = solution.values(empty[0]), [name for name in names if name in key.columns]
            like = [place for place in empty if all(solution.values(place)[name] == first[name] for name in shared)]
            other = max(like, key=lambda place: _elsewhere(solution.values(place), first))
            return stock.realised(table, solution, empty[0]), stock.realised(table, solution, other)
    return stock.row(table, given={column: None}), stock.row(table, given={column: None})


def _elsewhere(values: Values, first: Values) -> int:
    """Count the columns of which one has a value and the other has none."""
    return sum((value is None) != (first[name] is None) for name, value in values.items())


def _partial(stock: Stock, claim: Claim, table: Table, key: Key) -> Iterator[Trial]:
    """Try a key that counts only rows that meet a condition: two that do, and one that does with one that does not."""
    solution = next(
        each for each in stock.choices[table.name].solutions if key.name in {r.name for r in each.group.rules}
    )
    rule = next(rule for rule in solution.group.rules if rule.name == key.name)
    meeting = [place for place in solution.kept if solution.verdict(place, rule) == TRUE]
    missing = [place for place in solution.kept if solution.verdict(place, rule) == FALSE]
    if not meeting:
        raise NoRowError(f"nothing was found that meets the condition of {key.name}")
    one = stock.realised(table, solution, meeting[0])
    for places, refusal in ((meeting[:1] + meeting[-1:], _refusal(key)), (missing[:1], None)):
        for place in places:
            two = stock.realised(table, solution, place) | _shared(one, key, rule.columns)
            trial = inserting(stock, claim, two, (*key.columns, *rule.columns), refusal)
            yield replace(trial, before=(stock.insert(table, one),))


def _shared(one: Values, key: Key, but: tuple[str, ...]) -> Values:
    return {name: one[name] for name in key.columns if name not in but}


def _refusal(key: Key) -> Refusal:
    return Refusal(frozenset({key.sqlstate}), constraint=key.name)
