"""What became of the objects of packages, for people and for programs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from toolbox_cli.content.modules.converting import Fate, LossReport, Object
from toolbox_cli.modules.foreign.opening import Package

_ORDER: Final = (Fate.DROPPED, Fate.MAPPED, Fate.MERGED)
"""What is lost comes first."""
_NAMED: Final = 3
"""Objects that are named of those that have a fate, kind and reason in common."""


def losses_text(packages: Iterable[Package], *, each: bool) -> Iterator[str]:
    """Tell what became of packages, in lines.

    Args:
        packages: that were converted.
        each: tell of each object; otherwise of those together that have a fate, kind and reason in common, and not of
            what was mapped without a loss.
    """
    for package in packages:
        report = package.losses
        if not report.counted:
            continue
        told = ", ".join(f"{count:,} {fate.value}" for fate, count in report.counts().items())
        yield f"{package.path}: {report.counted:,} objects of {package.form}: {told}."
        yield from map(_line, report.objects) if each else _together(report)
        if package.assets:
            count = len(package.assets)
            yield (f"  Sections name {count:,} file{'' if count == 1 else 's'} of it, which no import copies; "
                   "--format json lists them.")  # fmt: skip


def losses_data(packages: Sequence[Package]) -> dict[str, Any]:
    """Give the whole reports for a summary; empty where there is no package."""
    return {"losses": [_data(package) for package in packages]} if packages else {}


def _data(package: Package) -> dict[str, Any]:
    report = package.losses
    return {
        "path": package.path, "form": package.form, "objects": report.counted,
        **{fate.value: count for fate, count in report.counts().items()},
        "told": [one._asdict() for one in report.objects], "assets": package.assets,
    }  # fmt: skip


def _line(one: Object) -> str:
    into = f" into {one.into}" if one.into else ""
    other = f" ({one.other})" if one.other else ""
    return f"  {one.fate.value} {one.kind} {one.name}{into}{f': {one.reason}' if one.reason else ''}{other}"


def _together(report: LossReport) -> Iterator[str]:
    """Tell of what was lost, the most of it first."""
    found: dict[tuple[Fate, str, str], list[str]] = {}
    for one in report.objects:
        if one.reason:
            found.setdefault((one.fate, one.kind, one.reason), []).append(one.name)
    for (fate, kind, reason), names in sorted(
        found.items(), key=lambda each: (_ORDER.index(each[0][0]), -len(each[1]))
    ):
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        yield f"  {fate.value} {len(names):,} {kind}: {reason} ({', '.join(names[:_NAMED])}{more})"
