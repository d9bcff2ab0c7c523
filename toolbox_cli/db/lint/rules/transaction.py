"""Rules about what a revision's one transaction can't hold, and what would outlive it."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from toolbox_cli.core.findings import Severity
from toolbox_cli.db.lint.rules.remark import Case, Remark, Rule
from toolbox_cli.db.revisions.plan.statements import Statement


class _Form(NamedTuple):
    pattern: re.Pattern[str]
    found: str
    remedy: str


def _form(pattern: str, found: str, remedy: str) -> _Form:
    return _Form(re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE | re.DOTALL), found, remedy)


_LOCALLY: Final = "Write SET LOCAL, which ends with the transaction."
_ELSEWHERE: Final = "Do it before or after the upgrade, in toolbox db shell."
_LEAKS: Final = (
    _form(r"SET (?!LOCAL\b|CONSTRAINTS\b|TRANSACTION\b|SESSION\b)", "a setting that the next revision still has",
          _LOCALLY),
    _form(r"SET SESSION\b", "a setting, or a role, that the next revision still has", _LOCALLY),
    _form(r"(?:RESET|DISCARD)\b", "settings that the next revision no longer has", _LOCALLY),
    _form(r"SET LOCAL search_path\b", "a search_path that leads the rest of the revision elsewhere",
          "Leave it: each revision runs in its platform's schema."),
    _form(r"ALTER (?:ROLE|USER|DATABASE) .*\bSET\b", "a setting of every later session", _ELSEWHERE),
    _form(r"(?:PREPARE(?! TRANSACTION)|LISTEN|LOAD)\b", "something that the session keeps", _ELSEWHERE),
    _form(r"DECLARE .*\bWITH HOLD\b", "a cursor that the session keeps", "Leave out WITH HOLD."),
    _form(r"CREATE (?:(?:GLOBAL|LOCAL) )?TEMP(?:ORARY)? TABLE (?!.*\bON COMMIT DROP\b)",
          "a temporary table that the session keeps, and that hides a real one of its name", "Add ON COMMIT DROP."),
)  # fmt: skip
_SESSION_CONFIG: Final = re.compile(r"\bset_config\s*\((?P<arguments>[^()]*)\)", re.IGNORECASE)
_SESSION_LOCK: Final = re.compile(r"\bpg_(?:try_)?advisory_lock(?:_shared)?\s*\(", re.IGNORECASE)

_OUTSIDE: Final = (
    _form(r"(?:CREATE (?:UNIQUE )?INDEX|DROP INDEX|REINDEX .*?) CONCURRENTLY\b", "CONCURRENTLY",
          "Build the index before the upgrade, in toolbox db shell, and write IF NOT EXISTS here."),
    _form(r"ALTER TABLE .*\bDETACH PARTITION .* CONCURRENTLY\b", "CONCURRENTLY", "Leave it out, or detach it by hand."),
    _form(r"VACUUM\b|CLUSTER$|REINDEX (?:\(.*?\) )?(?:DATABASE|SYSTEM|SCHEMA)\b", "maintenance", _ELSEWHERE),
    _form(r"(?:CREATE|DROP) (?:DATABASE|TABLESPACE)\b|ALTER SYSTEM\b|(?:CREATE|DROP) SUBSCRIPTION\b",
          "a change of the whole server", _ELSEWHERE),
)  # fmt: skip
_CONTROL: Final = re.compile(
    r"(?:BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|PREPARE\s+TRANSACTION)\b", re.IGNORECASE
)


def _leaking(case: Case) -> Iterator[Remark]:
    """Give what stays with the session, or with later ones, when the transaction has ended."""
    for place, part in case.parts():
        for one, shift in part.each():
            form = next((form for form in _LEAKS if form.pattern.match(one.bare)), None) or _called(one)
            if form:
                yield Remark(
                    "session-setting", Severity.ERROR, place, shift, shift + len(one.text), None, form.found,
                    "what ends with the revision", form.remedy,
                )  # fmt: skip


def _called(one: Statement) -> _Form | None:
    """Give what a function call leaves behind."""
    for call in _SESSION_CONFIG.finditer(one.bare):
        if not re.search(r",\s*(?:true|is_local\s*=>\s*true)\s*$", call["arguments"], re.IGNORECASE):
            return _form("", "a setting that the next revision still has", "Give set_config true as its last argument.")
    if _SESSION_LOCK.search(one.bare):
        return _form("", "a lock that the session keeps", "Use pg_advisory_xact_lock.")
    return None


def _outside(case: Case) -> Iterator[Remark]:
    """Give what the server refuses inside a transaction."""
    for place, part in case.parts():
        form = next((form for form in _OUTSIDE if form.pattern.match(part.bare)), None)
        if form:
            yield Remark(
                "not-in-transaction", Severity.ERROR, place, 0, len(part.text), None,
                f"{form.found}, which the server refuses in a transaction", "what runs in one transaction", form.remedy,
            )  # fmt: skip


def _controlled(case: Case) -> Iterator[Remark]:
    """Give what ends or parts the revision's transaction."""
    for place, part in case.parts():
        if _CONTROL.match(part.bare):
            yield Remark(
                "transaction-control", Severity.ERROR, place, 0, len(part.text), None,
                f"{part.text.split()[0].upper()}, in a revision that is one transaction already",
                "one transaction a revision",
                "Leave it out; what needs a transaction of its own is a revision of its own.",
            )  # fmt: skip


def _unfinished(case: Case) -> Iterator[Remark]:
    """Give texts that end in a comment, which swallows the semicolon that is written behind them."""
    for place, part in case.parts():
        end = len(case.reading.chunks[part.chunk].text)
        last = part.statement.comments[-1:]
        if any(one.text.startswith("--") and one.start + len(one.text) == end for one in last):
            yield Remark(
                "comment-at-end", Severity.ERROR, place, 0, len(part.text), None,
                "a comment behind the last statement: in upgrade --sql it takes the semicolon with it",
                "a comment before the statement", "Put the comment on a line before, or write /* … */.",
            )  # fmt: skip


TRANSACTION: Final = (
    Rule("session-setting", "settings, roles, locks and temporary tables that outlive the revision", _leaking),
    Rule("not-in-transaction", "what the server refuses in a transaction, such as CONCURRENTLY and VACUUM", _outside),
    Rule("transaction-control", "COMMIT and the like", _controlled),
    Rule("comment-at-end", "a comment that would swallow the end of its statement in `upgrade --sql`", _unfinished),
)
