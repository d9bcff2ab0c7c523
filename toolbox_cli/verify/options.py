"""The options of `toolbox verify`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class What(StrEnum):
    """What is verified."""

    ALL = "all"
    SCHEMA = "schema"
    CONSTRAINTS = "constraints"
    INDEXES = "indexes"
    DATA = "data"


class Form(StrEnum):
    """The form of the report."""

    TABLE = "table"
    JSON = "json"
    JUNIT = "junit"
    SARIF = "sarif"


WhatArgument = Annotated[
    What,
    typer.Argument(
        metavar="WHAT",
        help="schema: every object, field by field. constraints: each refuses a row that breaks it. "
        "indexes: each serves what it is for. data: rows that no constraint refuses and that should not be.",
    ),
]
FormOption = Annotated[Form, typer.Option("--format", help="How to print the report.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Fail on warnings, and on what others have put there.")]
BaselineOption = Annotated[
    Path | None, typer.Option("--baseline", metavar="FILE", help="Findings that somebody has accepted, in YAML.")
]
IgnoreOption = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="PATTERN", help="Leave out objects of such a name, as 'frames.tmp_*'."),
]
AgainstOption = Annotated[
    str | None, typer.Option("--against", metavar="URL", help="Compare with this database instead of the models.")
]
LiveOption = Annotated[
    bool,
    typer.Option("--live", help="Try rows in the database itself and take them back, not on a clone of its schema."),
]
RoleOption = Annotated[
    str | None, typer.Option("--as-role", metavar="ROLE", help="Try rows with this role's rights; with --live.")
]
NoCacheOption = Annotated[bool, typer.Option("--no-cache", help="Build anew what the models stand for.")]
