"""How personal each column is: every column of every model says it."""

from enum import StrEnum


class Privacy(StrEnum):
    """What a reader of one column would learn about a person.

    Exports, reports, masks and grants all read the class from `column.info["privacy"]`.
    """

    NONE = "none"
    """Nothing about a person."""
    IDENTIFIER = "identifier"
    """Names or singles out a person: a key of a person, a name, an e-mail address, a device."""
    QUASI_IDENTIFIER = "quasi_identifier"
    """Narrows a person down together with other columns: grade, school, place, time of an act."""
    SENSITIVE = "sensitive"
    """Says something private of a person: results, free text, health, consent, family."""
    SECRET = "secret"  # noqa: S105  a class of data, not a password
    """Opens something: password and token hashes, keys. Never leaves the database."""
