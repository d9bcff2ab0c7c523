"""Fills the template database with the whole schema, through the same environment as `toolbox db upgrade`."""

from alembic import command
from alembic.config import Config
from sqlalchemy import NullPool, create_engine

from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.steps import Run
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.core.shipped import shipped

NAMES = Names({name: name for name in (RECORDS, *PLATFORMS)})


def build_template(url: str) -> None:
    """Bring an empty database to the heads of all platforms."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
    config = Config(shipped("alembic.ini"))
    with engine.connect() as connection:
        config.attributes["run"] = Run(NAMES, connection)
        command.upgrade(config, "heads")
