"""What a command lets people choose between; light, since its help lists it."""

from enum import StrEnum


class Form(StrEnum):
    """The form of a report."""

    TABLE = "table"
    HTML = "html"
    JSON = "json"


class Span(StrEnum):
    """How long a report's period is."""

    WEEK = "week"
    MONTH = "month"
    TERM = "term"
