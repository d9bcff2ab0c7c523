"""`toolbox analytics query`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.analytics.querying.forms import QueryFormat
from toolbox_cli.core.commands import deferred
from toolbox_cli.core.durations import seconds
from toolbox_cli.core.extras import require
from toolbox_cli.core.options import OutputOption, runtime_of

if TYPE_CHECKING:
    from toolbox_cli.analytics.querying import asking
else:
    asking = deferred("toolbox_cli.analytics.querying.asking")


def query(
    ctx: typer.Context,
    sql: Annotated[
        str, typer.Argument(metavar="SQL", help="One statement that reads; - for stdin.", show_default=False)
    ],
    source: Annotated[
        str,
        typer.Option("--from", metavar="PATH|s3://...|live", help="Where datasets were exported to, or the database."),
    ] = "live",
    form: Annotated[QueryFormat, typer.Option("--format", help="How to print the answer.")] = QueryFormat.TABLE,
    output: OutputOption = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Rows at most.")] = 1000,
    timeout: Annotated[str, typer.Option("--timeout", metavar="TIME", help="How long it may take.")] = "60s",
    recipient: Annotated[
        str | None, typer.Option("--recipient", metavar="NAME", help="Who gets the file; goes into its record.")
    ] = None,
    basis: Annotated[
        str | None, typer.Option("--basis", metavar="TEXT", help="Why it may be given away; likewise.")
    ] = None,
) -> None:
    """Ask datasets by SQL, as they were exported or as they stand now.

    Each dataset is a table by its name, with underscores for hyphens: module_events. The SQL is DuckDB's. With `live`,
    the datasets that the query names are read from the database at one moment, under pseudonyms that fit no export.

    A query reads these tables and nothing else: no file, no address, no setting, no extension. Its rows are single
    persons', so no group is too small to show here: what others may see is made by `toolbox analytics report`. A file
    of live datasets is recorded in the database like an export.

    Examples:
        toolbox analytics query "SELECT event_type, count(*) FROM module_events GROUP BY ALL"
        toolbox analytics query "SUMMARIZE quiz_attempts" --from exports
        toolbox analytics query "SHOW TABLES" --format json
        toolbox analytics query "FROM module_events" --from exports --format csv --output events.csv
    """
    require("analytics", "pyarrow", "duckdb")
    question = asking.Question(sql, source, limit, seconds(timeout), recipient, basis)
    asking.query(runtime_of(ctx), question, form, output)
