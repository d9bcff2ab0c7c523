"""Monthly partitions are judged as a set: which months there are is time's business, what each looks like is not."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from toolbox_cli.core.database.catalog import Catalog, Key
from toolbox_cli.core.findings import Severity
from toolbox_cli.db.drift.drift import Change, Drift, Side, with_objects

DEFAULT: Final = "DEFAULT"
UNKNOWN_BELOW_MONTHS: Final = 12
"""A shorter gap is a lost month; a longer one parts months of old rows, which stand alone, from the present."""

_BOUND: Final = re.compile(r"FOR VALUES FROM \((?:'([^']+)'|MINVALUE)\) TO \((?:'([^']+)'|MAXVALUE)\)")


class Month(NamedTuple):
    """What one partition holds; None is without end."""

    begins: datetime | None
    ends: datetime | None
    name: str


def expand(expected: Side, live: Catalog) -> tuple[Side, Catalog, list[Drift]]:
    """Expect of each partition that is there what its table's default partition is expected to be.

    Returns:
        The expected side with the live months, the live side without what is told here, and the set's own drifts.
    """
    objects, links = dict(expected.catalog.objects), dict(expected.links)
    found = dict(live.objects)
    drifts: list[Drift] = []
    for parent, default in _defaults(expected.catalog).items():
        template = {key: fields for key, fields in objects.items() if key.table == default}
        joints = {key: link for key, link in links.items() if key.table == default}
        held = _partitions(live, parent)
        drifts += _default_drifts(live, parent, default, held)
        drifts += _set_drifts(live, parent, held)
        for key in (*template, Key("partition", parent, default)):
            objects.pop(key, None)
        for name, bound in held.items():
            objects[Key("partition", parent, name)] = {"bound": bound, "detaching": False}
            if Key("table", name, "") in live.objects:
                objects |= {key: fields for key, fields in _under(template, default, name)}
                links |= {_named(key, default, name): link for key, link in joints.items()}
    for drift in drifts:
        if drift.change is Change.DETACHED:
            found = {key: fields for key, fields in found.items() if key.table != drift.key.table}
    return Side(with_objects(expected.catalog, objects), links), with_objects(live, found), drifts


def parents_of(*catalogs: Catalog) -> dict[str, str]:
    """Give each partition's table."""
    return {key.name: key.table for one in catalogs for key in one.objects if key.kind == "partition"}


def _defaults(catalog: Catalog) -> dict[str, str]:
    return {
        key.table: key.name
        for key, fields in catalog.objects.items()
        if key.kind == "partition" and fields["bound"] == DEFAULT
    }


def _partitions(live: Catalog, parent: str) -> dict[str, str]:
    return {
        key.name: fields["bound"]
        for key, fields in live.objects.items()
        if key.kind == "partition" and key.table == parent
    }


def _default_drifts(live: Catalog, parent: str, default: str, held: Mapping[str, str]) -> Iterator[Drift]:
    if not _is_partitioned(live, parent):
        return  # which is told of the table itself
    key = Key("partition", parent, default)
    found = next((name for name, bound in held.items() if bound == DEFAULT), None)
    if found is None and Key("table", default, "") in live.objects:
        yield Drift(Change.DETACHED, Key("table", default, ""), None, f"the default partition of {parent}", "a table")
    elif found is None:
        yield Drift(Change.MISSING, key, None, "the default partition")
    elif found != default:
        yield Drift(Change.RENAMED, Key("partition", parent, found), None, default, found)


def _set_drifts(live: Catalog, parent: str, held: Mapping[str, str]) -> Iterator[Drift]:
    """Tell of months that are not whole, missing in between, or detached."""
    if not _is_partitioned(live, parent):
        return
    months = sorted((month for month in map(_month, held.items()) if month), key=_begins)
    for name, bound in held.items():
        if bound != DEFAULT and name not in {month.name for month in months}:
            yield Drift(Change.CHANGED, Key("partition", parent, name), "bound", "whole months, in UTC", bound)
    loose = sorted(_loose(live, parent, held))
    for name in loose:
        yield Drift(Change.DETACHED, Key("table", name, ""), None, f"a partition of {parent}", "a table of its own")
    for before, after in zip(months, months[1:], strict=False):
        if before.ends and after.begins and before.ends < after.begins:
            gap = _between(before.ends, after.begins)
            if not {f"{parent}_{month}" for month in gap} <= set(loose):
                yield _gap(parent, gap)


def _gap(parent: str, gap: list[str]) -> Drift:
    """A month lost is an error; a long stretch that never was is worth a look."""
    severity = Severity.ERROR if len(gap) < UNKNOWN_BELOW_MONTHS else Severity.WARNING
    told = gap[0].replace("_", "-") + (f" to {gap[-1].replace('_', '-')}" if len(gap) > 1 else "")
    return Drift(Change.GAP, Key("partition", parent, ""), "months", f"a partition for {told}", "none", severity)


def _loose(live: Catalog, parent: str, held: Mapping[str, str]) -> Iterator[str]:
    """Name the tables that are called like a partition and are none."""
    called = re.compile(re.escape(parent) + r"_\d{4}_\d{2}")
    attached = parents_of(live)
    for key in live.objects:
        if key.kind == "table" and called.fullmatch(key.table) and key.table not in {*held, *attached}:
            yield key.table


def _month(held: tuple[str, str]) -> Month | None:
    """Read a bound; None for the default's, and for one that is no whole months."""
    name, bound = held
    match = _BOUND.fullmatch(bound)
    if match is None:
        return None
    try:
        ends = [datetime.fromisoformat(text).astimezone(UTC) if text else None for text in match.groups()]
    except ValueError:
        return None
    if any(end and (end.day, end.time()) != (1, datetime.min.time()) for end in ends):
        return None
    return Month(ends[0], ends[1], name)


def _begins(month: Month) -> datetime:
    return month.begins or datetime.min.replace(tzinfo=UTC)


def _between(begins: datetime, ends: datetime) -> list[str]:
    """Name the months from one moment to another, such as 2026_01."""
    first, last = begins.year * 12 + begins.month - 1, ends.year * 12 + ends.month - 1
    return [f"{month // 12:04}_{month % 12 + 1:02}" for month in range(first, last)]


def _is_partitioned(live: Catalog, parent: str) -> bool:
    fields = live.objects.get(Key("table", parent, ""))
    return fields is not None and fields["type"] == "partitioned"


def _under(template: Mapping[Key, Any], default: str, name: str) -> Iterator[tuple[Key, Any]]:
    """Give the objects of the default partition as those of another."""
    for key, fields in template.items():
        if key.kind == "trigger":
            definition = fields["definition"].replace(f" ON {default} ", f" ON {name} ", 1)
            yield _named(key, default, name), {**fields, "definition": definition}
        else:
            yield _named(key, default, name), fields


def _named(key: Key, default: str, name: str) -> Key:
    own = name + key.name.removeprefix(default) if key.name.startswith(default) else key.name
    return Key(key.kind, name, own)
