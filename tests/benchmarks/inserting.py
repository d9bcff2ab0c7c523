"""What others do to load rows: `python -m tests.benchmarks.inserting bulk|faker URL FOLDER TABLE...`."""

import pickle
import sys
from pathlib import Path

import psycopg
from faker import Faker
from psycopg import sql
from sqlalchemy import create_engine, insert

from tests.benchmarks.seeding import FAKER_ROWS, SCHEMA
from toolbox_cli.models import metadata_of

CHUNK = 10_000


def bulk(url: str, folder: Path, tables: list[str]) -> None:
    """Insert the prepared rows as SQLAlchemy does many at once, in one transaction."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    known = metadata_of(SCHEMA).tables
    with engine.begin() as connection:
        for table in tables:
            with (folder / f"{table}.pickle").open("rb") as file:
                rows = pickle.load(file)  # noqa: S301  our own
            for start in range(0, len(rows), CHUNK):
                connection.execute(insert(known[f"{SCHEMA}.{table}"]), rows[start : start + CHUNK])


def faker(url: str, _: Path, __: list[str]) -> None:
    """Make a person up, and insert them, and again."""
    made = Faker("en_US")
    columns = ("username", "email", "password_hash", "first_name", "last_name", "role", "bio", "school_name")
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(SCHEMA, "users"),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
    )
    with psycopg.connect(url) as connection:
        for number in range(FAKER_ROWS):
            first, last = made.first_name(), made.last_name()
            name = f"{first}.{last}.{number}".lower()
            person = (name, f"{name}@example.org", "!", first, last, "student", made.sentence(), made.company())
            connection.execute(statement, person)


if __name__ == "__main__":
    {"bulk": bulk, "faker": faker}[sys.argv[1]](sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
