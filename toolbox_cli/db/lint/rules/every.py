"""All rules of our own, in the order that the documentation lists them."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.db.lint.rules.data import DATA
from toolbox_cli.db.lint.rules.enums import ENUMS
from toolbox_cli.db.lint.rules.locks import LOCKS
from toolbox_cli.db.lint.rules.remark import Case, Remark
from toolbox_cli.db.lint.rules.security import SECURITY
from toolbox_cli.db.lint.rules.transaction import TRANSACTION

RULES: Final = (*LOCKS, *DATA, *SECURITY, *ENUMS, *TRANSACTION)


def remarks(case: Case) -> Iterator[Remark]:
    """Look at a revision by every rule."""
    for rule in RULES:
        yield from rule.check(case)
