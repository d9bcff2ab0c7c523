"""How much of a person leaves with an export's rows."""

from enum import StrEnum


class Mode(StrEnum):
    """What becomes of the columns that tell who somebody is."""

    PSEUDONYMOUS = "pseudonymous"
    """Each column leaves as its mask has it; the default."""
    IDENTIFIED = "identified"
    """Persons, moments and numbers leave as they are; words still only as one of a closed list."""
