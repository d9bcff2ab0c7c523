"""What becomes of each rule of squawk: the one place that turns rules off, each with its reason.

A rule that is not listed here, because a newer squawk brought it, is shown as a warning.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from toolbox_cli.core.findings import Severity


class Fate(Enum):
    """What becomes of a rule's findings."""

    SHOWN = auto()
    """They are reported."""
    COVERED = auto()
    """A rule of ours says the same, and knows the target's rows."""
    OFF = auto()
    """A decision of ours says otherwise."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of one rule.

    Attributes:
        why: the reason; of a covered rule, the names of ours that cover it.
        severity: of what is shown.
        documents_only: it is off for the documents' revisions alone.
        in_use_only: it is about programs of today, so it counts only on tables that are there, or once a platform is.
        rows_only: it fails on tables with rows alone.
        unless: a statement in which it means nothing.
        otherwise: our rules that say more where they find something in the same statement.
    """

    fate: Fate
    why: str = ""
    severity: Severity = Severity.WARNING
    documents_only: bool = False
    in_use_only: bool = False
    rows_only: bool = False
    unless: re.Pattern[str] | None = None
    otherwise: tuple[str, ...] = ()


def _covered(*rules: str) -> Judgement:
    return Judgement(Fate.COVERED, ", ".join(rules), otherwise=rules)


def _off(why: str, *, documents_only: bool = False) -> Judgement:
    return Judgement(Fate.OFF, why, documents_only=documents_only)


def _breaks(*otherwise: str, unless: str | None = None) -> Judgement:
    """Show what programs of today may miss."""
    pattern = re.compile(unless, re.IGNORECASE) if unless else None
    return Judgement(Fate.SHOWN, in_use_only=True, unless=pattern, otherwise=otherwise)


_SHOWN: Final = Judgement(Fate.SHOWN)
_ONE_TRANSACTION: Final = "A revision is one transaction, and either all of it is there or nothing."
_AS_WRITTEN: Final = "The documents' types are kept as written (decision 9)."
_KEYS: Final = (
    "Keys and counts are as wide as the documents have them (decision 9), and what refers to them is as wide."
)

JUDGEMENTS: Final[dict[str, Judgement]] = {
    "require-concurrent-index-creation": _covered("index-build", "partitioned-parent"),
    "require-concurrent-reindex": _covered("index-build", "partitioned-parent", "not-in-transaction"),
    "constraint-missing-not-valid": _covered(
        "validating-constraint", "unique-constraint", "set-not-null", "partitioned-parent"
    ),
    "adding-field-with-default": _covered("volatile-default", "table-rewrite"),
    "adding-foreign-key-constraint": _covered("validating-constraint"),
    "adding-not-nullable-field": _covered("set-not-null"),
    "adding-serial-primary-key-field": _covered("unique-constraint", "table-rewrite"),
    "changing-column-type": _covered("table-rewrite"),
    "disallowed-unique-constraint": _covered("unique-constraint"),
    "prefer-repack": _covered("table-rewrite", "not-in-transaction"),
    "ban-concurrent-index-creation-in-transaction": _covered("not-in-transaction"),
    "ban-drop-database": _covered("not-in-transaction"),
    "transaction-nesting": _covered("transaction-control"),
    "ban-uncommitted-transaction": _covered("transaction-control"),
    "prefer-robust-stmts": _off(_ONE_TRANSACTION),
    "require-concurrent-index-deletion": _off(
        f"{_ONE_TRANSACTION} CONCURRENTLY can't be in it, and dropping an index takes a moment."
    ),
    "require-concurrent-partition-detach": _off(
        f"{_ONE_TRANSACTION} CONCURRENTLY can't be in it, and detaching takes a moment."
    ),
    "require-lock-timeout": _off("toolbox db upgrade sets one for each revision, and tries again (decision 14)."),
    "require-statement-timeout": _off("How long is too long depends on the rows: rules of ours say it beforehand."),
    "require-timeout-settings": _off("toolbox db upgrade sets them for each revision (decision 14)."),
    "require-table-schema": _off("Revisions name no schema, since a platform may live under another (decision 10)."),
    "prefer-text-field": _off("Lengths are the documents', and are part of what a column means (decision 9)."),
    "prefer-bigint-over-int": _off(_KEYS),
    "prefer-bigint-over-smallint": _off(_KEYS),
    "prefer-identity": _off(_AS_WRITTEN, documents_only=True),
    "prefer-timestamp-tz": _off(_AS_WRITTEN, documents_only=True),
    "ban-char-field": _off(_AS_WRITTEN, documents_only=True),
    "ban-drop-column": _breaks("drop-with-data"),
    "ban-drop-table": _breaks("drop-with-data"),
    "ban-truncate-cascade": Judgement(Fate.SHOWN, severity=Severity.ERROR),
    "renaming-column": _breaks(),
    "renaming-table": _breaks(),
    "renaming-object": _breaks("enum-relabelled", unless=r"ALTER\s+INDEX\b"),
    "ban-drop-default": _breaks(unless=r"\bSET\s+DEFAULT\b"),
    "ban-drop-constraint": _breaks(),
    "ban-drop-not-null": _breaks(),
    "ban-drop-view": _breaks(),
    "ban-drop-function": _breaks(),
    "ban-drop-type": _breaks(),
    "ban-drop-schema": _breaks(),
    "ban-drop-sequence": _breaks(),
    "ban-drop-domain": _breaks(),
    "ban-drop-extension": _breaks(),
    "ban-drop-generated-expression": _breaks(),
    "ban-set-schema": _breaks(),
    "ban-alter-identity": _breaks(),
    "ban-alter-generated-expression": _breaks(),
    "adding-required-field": Judgement(Fate.SHOWN, severity=Severity.ERROR, rows_only=True),
    "require-enum-value-ordering": _SHOWN,
    "identifier-too-long": _SHOWN,
    "ban-create-domain-with-constraint": _SHOWN,
    "ban-alter-domain-with-add-constraint": _SHOWN,
    "syntax-error": _SHOWN,
}


def judgement_of(rule: str) -> Judgement:
    """Say what becomes of a rule."""
    return JUDGEMENTS.get(rule, _SHOWN)
