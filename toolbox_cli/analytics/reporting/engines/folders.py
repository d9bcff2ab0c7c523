"""Where the Parquet files of exported datasets lie."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.masking.applying import masked_schema
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.analytics.reporting.engines.window import Window, window
from toolbox_cli.analytics.reporting.periods import Period
from toolbox_cli.core.errors import InputError

SUCCESS: Final = "_SUCCESS"
_MONTH: Final = "month="


def files_of(folder: Path, datasets: Sequence[Dataset], period: Period) -> dict[str, list[Path]]:
    """Find the files that can hold rows of a period, for each dataset that was exported whole.

    Args:
        folder: as `toolbox analytics export --to` was given it.
        datasets: that are wanted.
        period: only the months that it touches.

    Raises:
        InputError: the folder is not there, or holds none of the datasets.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}.", remedy="Check --from.")
    found = {
        one.name: _parts(folder / one.name, window(one, period)) for one in datasets if _is_whole(folder / one.name)
    }
    if not found:
        names = ", ".join(one.name for one in datasets)
        raise InputError(
            f"{folder} holds no whole export of {names}.",
            remedy=f"Make one: toolbox analytics export {' '.join(one.name for one in datasets)} --to {folder}",
        )
    return found


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
        raise InputError(
            f"{files[0].parent} holds no rows of {dataset.name}: {', '.join(sorted(there))}.",
            remedy="A report needs an export with --privacy pseudonymous.",
        )
    return {name: "there" if name in there else "missing" for name in sorted(wanted)}


def _is_whole(folder: Path) -> bool:
    return (folder / SUCCESS).is_file()


def _parts(folder: Path, days: Window | None) -> list[Path]:
    parts = (file for file in sorted(folder.rglob("*.parquet")) if file.name[0] not in "._")
    return [file for file in parts if days is None or _may_hold(file, days)]


def _may_hold(file: Path, days: Window) -> bool:
    month = file.parent.name.removeprefix(_MONTH)
    if not file.parent.name.startswith(_MONTH) or len(month) != 7:
        return True
    return f"{days.begins:%Y-%m}" <= month <= f"{days.ends:%Y-%m}"
