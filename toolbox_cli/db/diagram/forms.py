"""How a diagram can be asked for."""

from enum import StrEnum


class Language(StrEnum):
    """What a diagram is written in."""

    MERMAID = "mermaid"
    DOT = "dot"
    JSON = "json"


class Columns(StrEnum):
    """Which columns the boxes list."""

    ALL = "all"
    KEYS = "keys"
    NONE = "none"
