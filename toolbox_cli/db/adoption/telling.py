"""A comparison as findings: what keeps a schema from being adopted, and what is only worth knowing."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from typing import Final

from toolbox_cli.core.database.names import quote
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.db.adoption.fit import Fit, Taken
from toolbox_cli.db.diff.statement import Phase, Statement
from toolbox_cli.db.diff.statements import statements_for
from toolbox_cli.db.drift.drift import Change, finding_of

_NUMBERED: Final = "A later revision numbers it by a sequence, from where it stands."

_TURNED: Final = "A later revision makes the one of the other: both keep the same rows apart."

_RELATIONS: Final = frozenset({"table", "view", "index", "sequence"})


def differences(fit: Fit, schema: str) -> list[Finding]:
    """Tell what must go, or be accepted, before the schema is at the revision."""
    return [replace(finding_of(drift, schema), severity=Severity.ERROR, remedy=None) for drift in fit.remaining]


def taken_names(fit: Fit, schema: str, told: Set[str]) -> list[Statement]:
    """Write what frees names for later revisions; nobody can accept these, since the upgrade would stop there.

    Args:
        fit: the comparison.
        schema: what it is called.
        told: objects that must go anyway, and so free their names.
    """
    meant = [one for one in fit.taken if f"{schema}.{one.key.path}" not in told]
    return [
        Statement(
            Phase.RENAME, _rename(one, schema), f"{schema}.{one.key.path}", one.key.table or None,
            (_taken(one, schema),), transaction=-number,
        )
        for number, one in enumerate(meant, 1)
    ]  # fmt: skip


def _taken(one: Taken, schema: str) -> Finding:
    free = f"the name free for {one.revision.id}"
    told = f"{_rename(one, schema)};"
    return Finding("name-taken", Severity.ERROR, f"{schema}.{one.key.path}", None, free, one.key.kind, remedy=told)


def notes(fit: Fit, schema: str) -> Iterator[Finding]:
    """Tell what is no matter."""
    for drift in fit.renamed:
        yield replace(finding_of(drift, schema), severity=Severity.NOTE, remedy="It stays as it is called.")
    for drift in fit.ahead:
        told = finding_of(drift, schema)
        yield replace(
            told, code=f"{drift.key.kind}-ahead", severity=Severity.NOTE, expected="made by a later revision",
            remedy="That revision takes it over.",
        )  # fmt: skip
    for drift in fit.turned:
        told = finding_of(drift, schema)
        if drift.field == "identity" and drift.key.kind == "column":
            yield replace(told, code="column-numbered", severity=Severity.NOTE, expected="a sequence", remedy=_NUMBERED)
        elif drift.key.kind in {"constraint", "index"} and drift.change is not Change.MISSING:
            yield replace(told, code=f"{drift.key.kind}-turned", severity=Severity.NOTE, remedy=_TURNED)
    if fit.comments:
        yield Finding(
            "comments-own", Severity.NOTE, schema, None, "none yet", f"{fit.comments:,} comments",
            remedy="The upgrade writes its own over them.",
        )  # fmt: skip


def plan_of(fit: Fit, schema: str) -> list[Statement]:
    """Write the statements that would bring the schema to the revision; names first."""
    meant = {_identity(finding_of(drift, schema)) for drift in fit.remaining}
    if not meant:
        return []
    made = statements_for(fit.compared, schema)
    return [one for one in made if any(_identity(finding) in meant for finding in one.findings)]


def with_remedies(findings: Sequence[Finding], plan: Sequence[Statement]) -> list[Finding]:
    """Say of each difference where to go on."""
    mended = {_identity(finding) for one in plan for finding in one.findings}
    see, change = "Its statements stand in the plan.", "Change it, or accept it."
    return [replace(finding, remedy=see if _identity(finding) in mended else change) for finding in findings]


def _identity(finding: Finding) -> tuple[str, str, str | None]:
    return finding.code, finding.object, finding.field


def _rename(taken: Taken, schema: str) -> str:
    """Write the statement that gives something another name."""
    key, place = taken.key, f"{quote(schema)}."
    name = key.name or key.table
    new = quote(_other(name.partition("(")[0]))
    if key.kind in {"column", "constraint"}:
        return f"ALTER TABLE {place}{quote(key.table)} RENAME {key.kind.upper()} {quote(name)} TO {new}"
    if key.kind == "trigger":
        return f"ALTER TRIGGER {quote(name)} ON {place}{quote(key.table)} RENAME TO {new}"
    if key.kind == "function":
        called, _, arguments = name.partition("(")
        return f"ALTER ROUTINE {place}{quote(called)}({arguments} RENAME TO {new}"
    kind = key.kind.upper() if key.kind in _RELATIONS else "TYPE"
    return f"ALTER {kind} {place}{quote(name)} RENAME TO {new}"


def _other(name: str) -> str:
    """Make a name that is nobody's, most likely; PostgreSQL's have 63 bytes at most."""
    return f"other_{name}".encode()[:63].decode(errors="ignore")
