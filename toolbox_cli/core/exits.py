"""What a command's exit status means."""

from enum import IntEnum


class Exit(IntEnum):
    """Every exit status of `toolbox`.

    Of several causes in one run the highest of `UNREACHABLE`, `REFUSED` and `FINDINGS` is reported.
    """

    DONE = 0
    FAULT = 1
    """A fault of ours: please report it."""
    USAGE = 2
    """Wrong use, bad configuration, unreadable input or unwritable output."""
    FINDINGS = 3
    """Verification failed, or some records were refused."""
    REFUSED = 4
    """Refused or held by a safety guard, or a question without a terminal and without `--yes`."""
    UNREACHABLE = 5
    """A database, LMS or API could not be reached."""
    LOCKED = 6
    """Another run holds the lock."""
    INTERRUPTED = 130
