"""The forms of an answer."""

from enum import StrEnum


class QueryFormat(StrEnum):
    """The form of an answer."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
