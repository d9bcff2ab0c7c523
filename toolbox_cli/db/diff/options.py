"""The options of `toolbox db diff`."""

from enum import StrEnum
from typing import Annotated

import typer


class Form(StrEnum):
    """The form of the difference."""

    SQL = "sql"
    TABLE = "table"
    JSON = "json"


FormOption = Annotated[
    Form, typer.Option("--format", help="sql: a script for psql. table and json: its statements one by one.")
]
AgainstOption = Annotated[
    str | None, typer.Option("--against", metavar="URL", help="Bring it to this database instead of the models.")
]
NoCacheOption = Annotated[bool, typer.Option("--no-cache", help="Build anew what the models stand for.")]
