"""What a role of the database can be for."""

from enum import StrEnum


class Use(StrEnum):
    """What a role is for."""

    APP = "app"
    """A platform's own programs: read and write all rows."""
    READONLY = "readonly"
    """People and monitoring: read everything but secrets."""
    SYNC = "sync"
    """`toolbox lms`: rosters and grades."""
    ANALYTICS = "analytics"
    """`toolbox analytics`: measures, and keys that exports replace by pseudonyms."""
    AGENTS = "agents"
    """`toolbox agents`: workers, and whoever asks for lessons; a person's judgement is not theirs to give."""
    INGEST = "ingest"
    """`toolbox analytics ingest`: adds events, and sees of everything else only which keys there are."""
    COMPUTE = "compute"
    """`toolbox analytics compute`: writes the signals' columns, and reads what they are made of; no names."""
