"""Where the Parquet files of exported datasets lie."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.exporting.manifest import Manifest, read_manifest
from toolbox_cli.analytics.exporting.stores.store import MANIFEST, SUCCESS
from toolbox_cli.analytics.masking.applying import masked_schema
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.analytics.reporting.engines.window import Window, window
from toolbox_cli.analytics.reporting.periods import Period
from toolbox_cli.core.errors import InputError

_PARQUET: Final = "parquet"
_AGGREGATE: Final = "aggregate"
_MONTH: Final = "month="


@dataclass(frozen=True)
class Exported:
    """What a folder holds of datasets.

    Attributes:
        files: that can hold rows of the period, by dataset.
        notes: what of the period they can't hold, sentences.
    """

    files: dict[str, list[Path]]
    notes: tuple[str, ...]


def files_of(folder: Path, datasets: Sequence[Dataset], period: Period) -> Exported:
    """Find the files of each dataset that was exported whole.

    Args:
        folder: as `toolbox analytics export --to` was given it.
        datasets: that are wanted.
        period: only the months that it touches.

    Raises:
        InputError: the folder is not there, or holds none of the datasets, or one that is no rows in Parquet.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}.", remedy="Check --from.")
    # a link to the latest generation is followed once: an export in the meantime changes nothing then
    places = {one: (folder / one.name).resolve() for one in datasets if (folder / one.name / SUCCESS).is_file()}
    if not places:
        names = " ".join(one.name for one in datasets)
        raise InputError(
            f"{folder} holds no whole export of {names.replace(' ', ', ')}.",
            remedy=f"Make one: toolbox analytics export {names} --to {folder}",
        )
    manifests = {one: _manifest(place, one) for one, place in places.items()}
    files = {one.name: _parts(place, manifests[one], window(one, period)) for one, place in places.items()}
    return Exported(files, tuple(_notes(manifests, period)))


def checked(files: Sequence[Path], dataset: Dataset) -> dict[str, str]:
    """Give the columns that a dataset's files have, by name, with how they are to be read.

    Raises:
        InputError: a file is no Parquet, or none of a pseudonymous or identified export.
    """
    wanted = set(masked_schema(dataset, Mode.PSEUDONYMOUS).names)
    there: set[str] = set()
    for file in files:
        try:
            there |= set(pq.read_schema(file).names)
        except (OSError, ValueError) as error:
            raise InputError(f"{file} can't be read as Parquet: {error}") from None
    if files and not there >= {*dataset.key, dataset.time} & wanted:
        raise InputError(f"{files[0].parent} holds no rows of {dataset.name}: {', '.join(sorted(there))}.")
    return {name: "there" if name in there else "missing" for name in sorted(wanted)}


def _manifest(place: Path, dataset: Dataset) -> Manifest | None:
    file = place / MANIFEST
    found = read_manifest(file.read_bytes(), str(file)) if file.is_file() else None
    if found and (found.terms.form != _PARQUET or found.terms.privacy == _AGGREGATE):
        what = "counts" if found.terms.privacy == _AGGREGATE else found.terms.form
        raise InputError(
            f"{place} holds {dataset.name} as {what}, and a report needs its rows in Parquet.",
            remedy=f"Export it anew: toolbox analytics export {dataset.name} --to FOLDER",
        )
    return found


def _parts(place: Path, manifest: Manifest | None, days: Window | None) -> list[Path]:
    if manifest is not None:
        return [place / part.path for part in manifest.files if _may_hold(part.month, days)]
    parts = (file for file in sorted(place.rglob("*.parquet")) if file.name[0] not in "._")
    return [file for file in parts if _may_hold(file.parent.name.removeprefix(_MONTH), days)]


def _may_hold(month: str, days: Window | None) -> bool:
    is_month = len(month) == 7 and month[4] == "-"
    return days is None or not is_month or f"{days.begins:%Y-%m}" <= month <= f"{days.ends:%Y-%m}"


def _notes(manifests: dict[Dataset, Manifest | None], period: Period) -> Iterator[str]:
    """Say which datasets can't tell of all of the period."""
    known = [(one, held, days) for one, held in manifests.items() if held and (days := window(one, period))]
    early = [one.name for one, held, days in known if _moment(held.made_at) < _midnight(days.ends)]
    if early:
        yield f"Exported before the {period.span} was over: {', '.join(early)}."
    cut = [one.name for one, held, days in known if _is_cut(held, days)]
    if cut:
        yield f"Exported for a part of the {period.span} alone: {', '.join(cut)}."


def _is_cut(manifest: Manifest, days: Window) -> bool:
    since, until = manifest.terms.since, manifest.terms.until
    late = since is not None and _moment(since) > _midnight(days.begins)
    return late or (until is not None and _moment(until) < _midnight(days.ends))


def _moment(text: str) -> datetime.datetime:
    found = datetime.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)
