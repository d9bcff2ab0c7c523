"""What the tables of pas_in_peace share; its keys are integers by document 002's decision."""

from enum import StrEnum
from typing import Annotated

from sqlalchemy import Enum, Integer
from sqlalchemy.orm import DeclarativeBase

from toolbox_cli.models.base import TYPE_MAP, column, platform_metadata
from toolbox_cli.models.privacy import Privacy


class Base(DeclarativeBase):
    metadata = platform_metadata("pas_in_peace")
    type_annotation_map = TYPE_MAP


PersonSerialKey = Annotated[int, column("Key of a person.", Privacy.IDENTIFIER, Integer, primary_key=True)]
"""Key from the table's own sequence, of a row that is a person."""


def labels(kind: type[StrEnum], name: str) -> Enum:
    """Make the PostgreSQL enum `name`: one label a value of `kind`, in the order of its members."""
    return Enum(kind, name=name, metadata=Base.metadata, values_callable=lambda members: [*map(str, members)])
