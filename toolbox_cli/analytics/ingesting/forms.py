from enum import StrEnum


class From(StrEnum):
    """What lines are read as."""

    JSONL = "jsonl"
    XAPI = "xapi"
