"""What can be chosen on the command line; imports nothing that help would pay for."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a course."""

    STUDENT = "student"
    TEACHER = "teacher"
    ASSISTANT = "assistant"


class Standing(StrEnum):
    """How an enrollment stands."""

    ACTIVE = "active"
    FUTURE = "future"
    ENDED = "ended"
    INACTIVE = "inactive"
    REMOVED = "removed"


class Only(StrEnum):
    """Which identities."""

    PRESENT = "present"
    REMOVED = "removed"
    MERGED = "merged"
    OPTED_OUT = "opted-out"
    LOCKED = "locked"
    WITHOUT_ACCOUNT = "without-account"


class Action(StrEnum):
    """What is done to people; each is an option of the command."""

    MERGE = "merge"
    SPLIT = "split"
    OPT_OUT = "opt-out"
    OPT_IN = "opt-in"
    LOCK = "lock"
    UNLOCK = "unlock"
    LINK = "link"
    UNLINK = "unlink"
