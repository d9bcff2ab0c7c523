"""Alembic's environment: one for all platforms, online and in `--sql` output.

`toolbox db` hands over its connection and the schemas' names; Alembic's own command gets them from the configuration
(`-x platform=NAME` picks the database where platforms live in several).
"""

import sys

from alembic import context
from alembic.runtime.migration import MigrationContext

from toolbox_cli.core.database.names import VERSION_TABLE
from toolbox_cli.core.database.steps import Run, Steps, configured_run, make_records_schema
from toolbox_cli.core.settings import RECORDS


def main() -> None:
    """Configure Alembic, and run its steps through ours."""
    run = context.config.attributes.get("run") or configured_run(context.get_x_argument(as_dictionary=True))
    if context.is_offline_mode():
        made = _configure(
            run,
            dialect_name="postgresql+psycopg",
            dialect_opts={"paramstyle": "named"},
            literal_binds=True,
            output_buffer=run.output or sys.stdout,
        )
        made.dialect.insert_returning = False  # psql would print what is returned
        _work()
        return
    with run.connected() as connection:
        made = _configure(run, connection=connection)
        if not made.opts.get("dont_mutate"):
            make_records_schema(connection)
        _work()


def _configure(run: Run, **options: object) -> MigrationContext:
    options |= {
        "version_table": VERSION_TABLE,
        "version_table_schema": RECORDS,
        "transaction_per_migration": True,
    }
    context.configure(**options)
    asked = context.get_context().opts["fn"]
    context.configure(fn=Steps(run, context.script, asked), **options)
    return context.get_context()


def _work() -> None:
    with context.begin_transaction():
        context.run_migrations()


main()
