from typing import Annotated

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import DeclarativeBase

from toolbox_cli.models.base import TYPE_MAP, column, platform_metadata
from toolbox_cli.models.privacy import Privacy


class Base(DeclarativeBase):
    """The tables of schema `toolbox`."""

    metadata = platform_metadata("toolbox")
    type_annotation_map = TYPE_MAP


RecordKey = Annotated[
    int,
    column("Key, in the order of writing.", Privacy.NONE, BigInteger, Identity(always=True), primary_key=True),
]
"""An identity, so that a role that may only INSERT needs no right on a sequence."""
