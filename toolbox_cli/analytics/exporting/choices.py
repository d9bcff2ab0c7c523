"""What an export can be asked to be; light, for the command line."""

from enum import StrEnum
from typing import Final


class Form(StrEnum):
    """What a file is."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"
    ARROW = "arrow"
    XAPI = "xapi"


SUFFIXES: Final = {
    Form.PARQUET: ".parquet", Form.CSV: ".csv", Form.JSONL: ".jsonl", Form.ARROW: ".arrow", Form.XAPI: ".xapi.jsonl",
}  # fmt: skip


class Partition(StrEnum):
    """What decides a row's folder."""

    MONTH = "month"
    NONE = "none"


class PrivacyMode(StrEnum):
    """How much of a person leaves."""

    PSEUDONYMOUS = "pseudonymous"
    AGGREGATE = "aggregate"
    IDENTIFIED = "identified"
