"""One way in which a live schema is not what its models say, and how grave that is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from toolbox_cli.core.database.catalog import SCHEMA, Catalog, Key
from toolbox_cli.core.database.links import Links
from toolbox_cli.core.findings import Finding, Severity


class Change(StrEnum):
    """What became of an object."""

    MISSING = "missing"
    EXTRA = "extra"
    CHANGED = "changed"
    RENAMED = "renamed"
    DETACHED = "detached"
    """A partition that is a table of its own."""
    GAP = "gap"
    """Months without a partition between others."""
    UNMANAGED = "unmanaged"
    """Not on a table of ours: somebody else's, most likely."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one side holds, and what stands on what in it."""

    catalog: Catalog
    links: Links


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference.

    Attributes:
        key: the object as the live database names it; as the models do where it is missing there.
        field: what of it differs; None for the whole.
        expected: the models' side; a name where it was renamed.
        found: the live side.
        severity: where it is not what kind of object and field say.
    """

    change: Change
    key: Key
    field: str | None = None
    expected: Any = None
    found: Any = None
    severity: Severity | None = None


NAMED_BY_PROGRAMS: Final = frozenset({"table", "view", "column", "enum", "domain", "composite", "range", "function"})
"""Kinds whose names stand in programs: another name is another meaning."""

MINOR_KINDS: Final = frozenset({"statistics"})
MINOR_FIELDS: Final = frozenset({
    "comment", "options", "statistics", "storage", "compression", "access_method", "replica_identity", "clustered",
    "cost", "rows", "parallel", "cache", "start", "target",
})  # fmt: skip
"""What decides on speed, space or words, and not on which rows there may be."""

KIND_NAMES: Final = {"internal trigger": "foreign-key-trigger"}


def severity_of(drift: Drift) -> Severity:
    """Say how grave a difference is: an error where it changes what the database accepts, does or is called."""
    if drift.severity:
        return drift.severity
    if drift.change is Change.UNMANAGED:
        return Severity.NOTE
    kind = drift.key.kind
    if kind in MINOR_KINDS or drift.field in MINOR_FIELDS:
        return Severity.WARNING
    if drift.change is Change.RENAMED:
        return Severity.ERROR if kind in NAMED_BY_PROGRAMS else Severity.WARNING
    if drift.change is Change.EXTRA and kind == "index" and not (drift.found or {}).get("unique"):
        return Severity.WARNING
    return Severity.ERROR


def finding_of(drift: Drift, schema: str) -> Finding:
    """Write a difference down as a finding."""
    kind = KIND_NAMES.get(drift.key.kind, drift.key.kind)
    field = drift.field.replace("_", " ") if drift.field else None
    expected, found = (_named(_told(drift, value), schema) for value in (drift.expected, drift.found))
    if drift.change is Change.MISSING:
        found = found or "nothing"
    if drift.change in {Change.EXTRA, Change.UNMANAGED}:
        expected = expected or "nothing"
    object_name = f"{schema}.{drift.key.path}"
    code = f"{kind}-{drift.change.value}"
    return Finding(code, severity_of(drift), object_name, field, expected, found, remedy=REMEDIES.get(drift.change))


REMEDIES: Final = {
    Change.MISSING: "If a revision is pending: toolbox db upgrade. Otherwise create it again.",
    Change.EXTRA: "Drop it, or bring it into the models and a revision.",
    Change.CHANGED: "Change it back, or bring the change into the models and a revision.",
    Change.RENAMED: "Rename it back.",
    Change.DETACHED: "Attach it again, or move it to another schema.",
    Change.GAP: "If a month was lost, bring it back from a backup; a month to come: toolbox db partitions",
}


def _named(text: str | None, schema: str) -> str | None:
    return text.replace(SCHEMA, schema) if text else text


_WORDS: Final = {
    ("validated", True): "valid",
    ("validated", False): "NOT VALID",
    ("not_null_validated", True): "valid",
    ("not_null_validated", False): "NOT VALID",
    ("enforced", True): "enforced",
    ("enforced", False): "NOT ENFORCED",
    ("valid", True): "valid",
    ("valid", False): "invalid",
    ("index_valid", True): "valid",
    ("index_valid", False): "invalid",
}


def _told(drift: Drift, value: Any) -> str | None:
    """Give one side as text."""
    if (drift.field, value) in _WORDS if isinstance(value, bool) else False:
        return _WORDS[drift.field or "", value]
    if drift.field is None and isinstance(value, Mapping):
        return _whole(drift.key, value)
    if value is None:
        return "none" if drift.field else None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)


def _whole(key: Key, fields: Mapping[str, Any]) -> str:
    """Describe an object in a line."""
    if key.kind == "column":
        default = f" DEFAULT {fields['default']}" if fields.get("default") else ""
        return f"{fields['type']}{' NOT NULL' if fields.get('not_null') else ''}{default}"
    if key.kind == "index":
        return f"{'UNIQUE ' if fields.get('unique') else ''}{fields['definition']}"
    if key.kind == "enum":
        return ", ".join(fields["labels"])
    for telling in ("definition", "bound", "using", "columns"):
        if fields.get(telling):
            return str(fields[telling])
    return f"{fields.get('type') or ''} {key.kind}".strip() if key.kind in {"table", "view"} else key.kind


def with_objects(catalog: Catalog, objects: Mapping[Key, Mapping[str, Any]]) -> Catalog:
    """Give a catalog with other objects."""
    return replace(catalog, objects=dict(sorted(objects.items())))
