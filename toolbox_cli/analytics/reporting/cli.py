"""`toolbox analytics report`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.analytics.reporting.choices import Form, Span
from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import OutputOption, runtime_of
from toolbox_cli.core.progress import status

if TYPE_CHECKING:
    from toolbox_cli.analytics.reporting import asking
else:
    asking = deferred("toolbox_cli.analytics.reporting.asking")


def report(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(metavar="REPORT", help="learning, adoption, operations, billing or kpi.", show_default=False),
    ],
    period: Annotated[
        Span | None, typer.Option("--period", help="How long; what --of names, or else a month.", show_default=False)
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(
            "--of",
            metavar="WHEN",
            help="2026-W42, 2026-10, 2026-T1 or any day of it; the last whole one by default.",
        ),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print the report.")] = Form.TABLE,
    output: OutputOption = None,
    source: Annotated[
        str, typer.Option("--from", metavar="PATH|live", help="Folder of exported datasets, or the live tables.")
    ] = "live",
    engine: Annotated[
        str,
        typer.Option("--engine", metavar="ENGINE", help="duckdb, postgres, spark, or spark://HOST:PORT."),
    ] = "duckdb",
    rates: Annotated[
        Path | None, typer.Option("--rates", metavar="FILE", help="Prices a unit, for billing: see docs/reports.md.")
    ] = None,
) -> None:
    """Tell how a week, a month or a term went: learning, adoption, operations, billing, or kpi.

    No figure is told that fewer than 10 persons are behind, nor one that would give such a figure away. HTML is one
    file without scripts, for light and dark screens and for paper. Days and hours are UTC.

    Examples:
        toolbox analytics report learning
        toolbox analytics report adoption --of 2026-10 --format html --output adoption.html
        toolbox analytics report operations --period week --format json
        toolbox analytics report billing --of 2026-10 --rates rates.yaml
        toolbox analytics report kpi --period term
    """
    runtime = runtime_of(ctx)
    wanted = asking.Wanted(name, period, of, source, engine, rates)
    with status(runtime, "Working the report out"):
        told = asking.make(runtime, wanted)
    asking.put(runtime, told, form, output)
