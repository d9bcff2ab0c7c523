"""`toolbox analytics export`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.analytics.exporting.choices import Form, Partition, PrivacyMode
from toolbox_cli.core.commands import deferred
from toolbox_cli.core.extras import require
from toolbox_cli.core.options import FormatOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.analytics.exporting import asking, telling
else:
    asking = deferred("toolbox_cli.analytics.exporting.asking")
    telling = deferred("toolbox_cli.analytics.exporting.telling")


def export(
    ctx: typer.Context,
    datasets: Annotated[
        list[str] | None,
        typer.Argument(metavar="DATASET", help="Which; all of them where none is named.", show_default=False),
    ] = None,
    to: Annotated[
        str, typer.Option("--to", metavar="PATH|s3://...", help="Where a folder for each dataset is made.")
    ] = "exports",
    file_form: Annotated[Form, typer.Option("--as", help="What the files are.")] = Form.PARQUET,
    since: Annotated[
        str | None, typer.Option("--since", metavar="WHEN", help="First month, day or moment, in UTC.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="WHEN", help="First month, day or moment that is too late.")
    ] = None,
    incremental: Annotated[
        bool, typer.Option("--incremental", help="Go on from the last export there: keep files that are still right.")
    ] = False,
    partition: Annotated[
        Partition, typer.Option("--partition", help="What decides the folders within a dataset.")
    ] = Partition.MONTH,
    privacy: Annotated[
        PrivacyMode, typer.Option("--privacy", help="How much of a person leaves.")
    ] = PrivacyMode.PSEUDONYMOUS,
    recipient: Annotated[
        str | None, typer.Option("--recipient", metavar="NAME", help="Who gets it; each gets pseudonyms of its own.")
    ] = None,
    basis: Annotated[
        str | None, typer.Option("--basis", metavar="TEXT", help="Why identified data may be given away.")
    ] = None,
    replica_url: Annotated[
        str | None, typer.Option("--replica-url", metavar="URL", help="Read from this copy of the database.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how many rows would be written, and how each column would leave.")
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Write datasets to files that pyarrow, DuckDB, Polars and Spark read, as they all stand at one moment.

    Each dataset becomes a folder with a folder a month, a `_manifest.json` and, once it is whole, `_SUCCESS`; readers
    see the export before, or this one, and nothing between. Persons leave under pseudonyms, words only where they are
    of a closed list. Every export is recorded in the database.

    Examples:
        toolbox analytics export module-events --dry-run
        toolbox analytics export module-events --to exports
        toolbox analytics export module-events --to exports --incremental
        toolbox analytics export module-events --since 2026-09 --until 2026-11 --as csv --to university
    """
    require("analytics", "pyarrow", "adbc_driver_postgresql")
    ask = asking.Ask(
        asking.chosen(datasets or [], file_form), to, file_form, partition, privacy, asking.span_of(since, until),
        incremental, recipient, basis, replica_url,
    )  # fmt: skip
    told = telling.planned if dry_run else telling.exported
    render(runtime_of(ctx), told(runtime_of(ctx), ask), form)
