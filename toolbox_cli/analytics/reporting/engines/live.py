"""The live tables as files: a private folder that is gone afterwards, masked with a key that nobody keeps."""

import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.exporting.writing.writer import Form, open_writer
from toolbox_cli.analytics.extracting.extract import Snapshot, snapshot
from toolbox_cli.analytics.masking.applying import masked_schema, masker
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.analytics.masking.pseudonyms import Pseudonyms
from toolbox_cli.analytics.reporting.engines.window import in_window
from toolbox_cli.analytics.reporting.periods import Period
from toolbox_cli.core.database.target import Target


@contextmanager
def extracted(
    targets: Sequence[Target], datasets: Sequence[Dataset], period: Period
) -> Iterator[dict[str, list[Path]]]:
    """Write the rows of a period to files, of each database from one moment; gives the files by dataset.

    Raises:
        UnreachableError: a database can't be reached.
    """
    wanted = {dataset.platform for dataset in datasets}
    needed = [target for target in targets if wanted & set(target.names.platforms)]
    with tempfile.TemporaryDirectory(prefix="toolbox-report-") as folder:  # nobody else may enter it
        keys = Pseudonyms(secrets.token_bytes(32))
        files: dict[str, list[Path]] = {}
        with ExitStack() as stack:
            found: dict[str, Snapshot] = {}
            for target in needed:
                found |= dict.fromkeys(target.names.platforms, stack.enter_context(snapshot(target)))
            for one in datasets:
                files[one.name] = [_write(Path(folder), one, period, found[one.platform], keys)]
        yield files


def _write(folder: Path, dataset: Dataset, period: Period, held: Snapshot, keys: Pseudonyms) -> Path:
    file = folder / f"{dataset.name}.parquet"
    mask = masker(dataset, Mode.PSEUDONYMOUS, keys)
    stream: Any = file.open("wb")
    writer = open_writer(Form.PARQUET, stream, masked_schema(dataset, Mode.PSEUDONYMOUS), dataset)
    try:
        for batch in held.batches(in_window(dataset, period)):
            writer.write(mask(batch))
    finally:
        writer.close()
    return file
