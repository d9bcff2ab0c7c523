"""How a dictionary can be asked for."""

from enum import StrEnum


class Form(StrEnum):
    """The form of a dictionary."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
