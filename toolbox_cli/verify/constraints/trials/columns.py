"""Single columns: NULL is refused where a value is required, and so is what is no label of an enum."""

from collections.abc import Iterator

from sqlalchemy import Enum, Table

from toolbox_cli.verify.constraints.claims import enum_claim, enum_columns, not_null_claim, required_columns
from toolbox_cli.verify.constraints.trials.rows import inserting
from toolbox_cli.verify.constraints.trials.trial import BAD_LABEL, NOT_NULL_VIOLATION, Refusal, Trial
from toolbox_cli.verify.constraints.witnesses.stock import Stock

NO_LABEL = "no such label"


def not_null_trials(stock: Stock, table: Table) -> Iterator[Trial]:
    for name in required_columns(table):
        refusal = Refusal(frozenset({NOT_NULL_VIOLATION}), column=name)
        yield inserting(stock, not_null_claim(table, name), stock.row(table, given={name: None}), [name], refusal)


def enum_trials(stock: Stock, table: Table) -> Iterator[Trial]:
    for name in enum_columns(table):
        kind = table.columns[name].type
        assert isinstance(kind, Enum)  # noqa: S101  asked for enum columns alone
        claim = enum_claim(table, name)
        refusal = Refusal(frozenset({BAD_LABEL}), words=str(kind.name))
        for wrong in (NO_LABEL, kind.enums[0].swapcase()):
            yield inserting(stock, claim, stock.row(table, given={name: wrong}), [name], refusal)
        for label in kind.enums:
            if name not in stock.choices[table.name].ruled:  # else a CHECK may refuse it, and its trials show that
                yield inserting(stock, claim, stock.row(table, given={name: label}), [name])
