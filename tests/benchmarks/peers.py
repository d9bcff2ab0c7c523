"""What others do to compare a live database with its models: `python -m tests.benchmarks.peers WHICH URL`.

Both look at the same tables as `toolbox verify schema`; neither looks at as much of them.
"""

import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, MetaData, NullPool, create_engine, inspect

from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.models import metadata_of
from toolbox_cli.models.base import programs

ENVIRONMENT = """
from alembic import context
made = context.config.attributes
with made["engine"].connect() as connection:
    context.configure(connection=connection, target_metadata=made["metadata"], include_schemas=True,
                      include_name=made["include_name"], version_table="not_ours")
    with context.begin_transaction():
        context.run_migrations()
"""

KINDS = ("columns", "pk_constraint", "foreign_keys", "indexes", "unique_constraints", "check_constraints")


def alembic_check(engine: Engine, metadata: Mapping[str, MetaData]) -> None:
    """Run `alembic check` as it comes, in an environment of its own."""
    parts = {name for each in metadata.values() for name in programs(each).default_partitions.values()}

    def include_name(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
        return name in metadata if kind == "schema" else kind != "table" or name not in {*parts, "alembic_version"}

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "versions").mkdir()
        (Path(folder) / "env.py").write_text(ENVIRONMENT)
        config = Config(stdout=sys.stderr)
        config.set_main_option("script_location", folder)
        config.attributes |= {"engine": engine, "metadata": list(metadata.values()), "include_name": include_name}
        command.check(config)


def per_table_inspection(engine: Engine, metadata: Mapping[str, MetaData]) -> None:
    """Reflect table by table, as most scripts do, and compare the names of columns."""
    with engine.connect() as connection:
        inspector = inspect(connection)
        for schema, each in metadata.items():
            for table in each.tables.values():
                found = {kind: getattr(inspector, f"get_{kind}")(table.name, schema) for kind in KINDS}
                if {column["name"] for column in found["columns"]} != set(table.c.keys()):
                    raise SystemExit(f"{table.name} has other columns")


PEERS: Mapping[str, Callable[[Engine, Mapping[str, MetaData]], None]] = {
    "alembic": alembic_check,
    "inspector": per_table_inspection,
}


def main() -> None:
    """Run one of them."""
    which, url = sys.argv[1:]
    address = url.replace("postgresql://", "postgresql+psycopg://")
    plain = {"options": "-csearch_path=public"}  # schema `toolbox` is the default of a role of that name
    engine = create_engine(address, poolclass=NullPool, connect_args=plain)
    PEERS[which](engine, {name: metadata_of(name) for name in (RECORDS, *PLATFORMS)})


if __name__ == "__main__":
    main()
