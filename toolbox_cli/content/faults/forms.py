"""The forms of a report of faults."""

from enum import StrEnum


class Form(StrEnum):
    """The form of a report that may be one of faults."""

    TABLE = "table"
    JSON = "json"
    SARIF = "sarif"
