"""SQLAlchemy over our own connections: the same addresses, the same errors."""

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target


def engine_of(target: Target, *, direct: bool = True, purpose: str = "toolbox") -> Engine:
    """Make an engine without a pool whose connections come from `connect`.

    Args:
        target: which database; the models' schema names are mapped to its own.
        direct: past a transaction pooler, where such an address is configured.
        purpose: shown to others as the connection's application_name.
    """
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(target, autocommit=False, direct=direct, purpose=purpose),
        poolclass=NullPool,
        use_native_hstore=False,
    )
    return engine.execution_options(schema_translate_map=target.names.translate_map)
