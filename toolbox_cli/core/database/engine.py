"""SQLAlchemy over our own connections: the same addresses, the same errors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection, Engine, NullPool, Pool, StaticPool, create_engine

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target


def engine_of(target: Target, *, direct: bool = True, purpose: str = "toolbox") -> Engine:
    """Make an engine without a pool whose connections come from `connect`.

    Args:
        target: which database; the models' schema names are mapped to its own.
        direct: past a transaction pooler, where such an address is configured.
        purpose: shown to others as the connection's application_name.
    """
    return _engine(target, NullPool, lambda: connect(target, autocommit=False, direct=direct, purpose=purpose))


@contextmanager
def sqlalchemy_on(connection: psycopg.Connection, target: Target) -> Iterator[Connection]:
    """Use SQLAlchemy on a connection that stays its owner's.

    Args:
        connection: idle and in autocommit, as it is again afterwards unless it was lost meanwhile.
        target: which database the connection leads to.
    """
    connection.autocommit = False
    try:
        with _engine(target, StaticPool, lambda: connection).connect() as made:
            yield made
    finally:
        if not connection.closed:
            connection.autocommit = True


def _engine(target: Target, pool: type[Pool], creator: Callable[[], psycopg.Connection]) -> Engine:
    engine = create_engine("postgresql+psycopg://", creator=creator, poolclass=pool, use_native_hstore=False)
    return engine.execution_options(schema_translate_map=target.names.translate_map)
