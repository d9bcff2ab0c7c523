"""Rules about who may do what, and whose names a function finds."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.db.lint.rules.remark import Case, Remark, Rule
from toolbox_cli.db.revisions.plan.acts import IDENTIFIER, acts, name_of
from toolbox_cli.db.revisions.plan.statements import Statement

_CALLED: Final = rf"(?:{IDENTIFIER}\s*\.\s*)?(?P<name>{IDENTIFIER})"
_CREATED: Final = re.compile(rf"CREATE\s+(?:OR\s+REPLACE\s+)?(?P<kind>FUNCTION|PROCEDURE)\s+{_CALLED}", re.IGNORECASE)
_DEFINER: Final = re.compile(r"\bSECURITY\s+DEFINER\b", re.IGNORECASE)
_PINNED: Final = re.compile(r"\bSET\s+search_path\b(?P<to>.*)", re.IGNORECASE | re.DOTALL)
_TEMP_LAST: Final = re.compile(r"(?:=|\bTO\b).*\bpg_temp\b", re.IGNORECASE | re.DOTALL)
_BOUND: Final = re.compile(r"\bBEGIN\s+ATOMIC\b|\bRETURN\s|\bLANGUAGE\s+(?:c|internal)\b", re.IGNORECASE)
_PIN: Final = "SET search_path FROM CURRENT"

_GRANTED: Final = re.compile(
    r"(?:ALTER\s+DEFAULT\s+PRIVILEGES\b.*?\b)?GRANT\b.*?\bTO\s+(?:[^;]*,\s*)?PUBLIC\b", re.IGNORECASE | re.DOTALL
)
_HARMLESS: Final = re.compile(
    r"\bON\s+(?:ALL\s+)?(?:FUNCTIONS?|PROCEDURES?|ROUTINES?|TYPES?|DOMAINS?|LANGUAGES?)\b", re.IGNORECASE
)
"""What PUBLIC may use from the start."""

_DISABLED: Final = re.compile(rf"\bDISABLE\s+TRIGGER\s+(?P<name>{IDENTIFIER})", re.IGNORECASE)
_REPLICA: Final = re.compile(r"SET\s+(?:LOCAL\s+|SESSION\s+)?session_replication_role\s*(?:=|\bTO\b)", re.IGNORECASE)
_REPLICA_CONFIG: Final = re.compile(r"set_config\s*\(\s*'session_replication_role'", re.IGNORECASE)


def _unpinned(case: Case) -> Iterator[Remark]:
    """Give functions whose names are looked up wherever their caller's search_path leads."""
    for place, part in case.parts():
        created = _CREATED.match(part.bare)
        if created is None:
            continue
        name, definer = name_of(created["name"]), bool(_DEFINER.search(part.bare))
        told = _unpinned_words(case, part.statement, name, definer=definer)
        if told:
            yield Remark(
                "unpinned-function", Severity.ERROR if definer else Severity.WARNING, place, 0, created.end(), name,
                told, "a search_path of its own", _pin(definer=definer),
            )  # fmt: skip


def _unpinned_words(case: Case, statement: Statement, name: str, *, definer: bool) -> str | None:
    """Say what is wrong with a function's search_path; None for nothing."""
    pinned = _PINNED.search(statement.bare)
    if pinned is None and not _pinned_later(case, name):
        if _BOUND.search(statement.bare) and not definer:
            return None  # its names are bound when it is made, or it has none
        return (
            "runs with the rights of its owner, and finds what its caller puts in the way"
            if definer
            else ("finds other tables and functions when its caller's search_path is another")
        )
    if definer and pinned and not _TEMP_LAST.search(pinned["to"]) and not _pinned_later(case, name):
        return "runs with the rights of its owner, and finds its caller's temporary tables first"
    return None


def _pinned_later(case: Case, name: str) -> bool:
    """Whether a statement of the revision, or one that a block puts together, pins the function."""
    pattern = re.compile(
        rf"ALTER\s+(?:FUNCTION|PROCEDURE|ROUTINE)\s+\"?{re.escape(name)}\b.*?\bSET\s+search_path\b",
        re.IGNORECASE | re.DOTALL,
    )
    return any(pattern.search(part.text) for _, part in case.parts())


def _pin(*, definer: bool) -> str:
    if definer:
        return "Give it SET search_path TO the platform's schema and then pg_temp, and REVOKE EXECUTE … FROM PUBLIC."
    return f"End it with {_PIN}."


def _granted(case: Case) -> Iterator[Remark]:
    """Give rights that every role gets."""
    for place, part in case.parts():
        for one, shift in part.each():
            if _GRANTED.match(one.bare):
                harmless = _HARMLESS.search(one.bare)
                yield Remark(
                    "grant-to-public", Severity.WARNING if harmless else Severity.ERROR, place, shift,
                    shift + len(one.text), None, "every role of the server gets this right", "a right for one role",
                    "Grant it to the role that needs it: toolbox db grant --role.",
                )  # fmt: skip


def _disabled(case: Case) -> Iterator[Remark]:
    """Give triggers that are switched off, and foreign keys with them."""
    for place, part in case.parts():
        for one, shift in part.each():
            off = _DISABLED.search(one.bare) if re.match(r"ALTER\s+TABLE\b", one.bare, re.IGNORECASE) else None
            if not off and not _replicating(one):
                continue
            back = bool(off and _enabled_again(case, place, off["name"]))
            yield Remark(
                "trigger-disabled", Severity.WARNING if back else Severity.ERROR, place, shift, shift + len(one.text),
                next((act.table for act in acts(one)), None),
                "rows that are written meanwhile pass unchecked" + ("" if back else ", and it stays so"),
                "triggers that stay on",
                "Write rows that the triggers accept; where that can't be, look for the rest with toolbox verify data.",
            )  # fmt: skip


def _replicating(one: Statement) -> bool:
    """Whether a statement has the session act as a replica, which heeds no trigger."""
    calls = _REPLICA_CONFIG.finditer(one.text)
    return bool(_REPLICA.match(one.bare)) or any(one.bare[call.start()] == call[0][0] for call in calls)


def _enabled_again(case: Case, place: int, name: str) -> bool:
    pattern = re.compile(rf"\bENABLE\s+(?:ALWAYS\s+)?TRIGGER\s+{re.escape(name)}(?![\w$])", re.IGNORECASE)
    return any(pattern.search(part.bare) for later, part in case.parts() if later >= place)


SECURITY: Final = (
    Rule("unpinned-function", "a function or procedure without a search_path of its own; graver with SECURITY DEFINER",
         _unpinned),
    Rule("grant-to-public", "rights for every role", _granted),
    Rule("trigger-disabled", "triggers switched off, by ALTER TABLE or session_replication_role", _disabled),
)  # fmt: skip
