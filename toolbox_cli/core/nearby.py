"""What somebody may have meant by a name that there is not."""

from collections.abc import Iterable
from difflib import get_close_matches


def near(name: object, known: Iterable[str]) -> str | None:
    """Give a remedy where a name is nearly one of those that are known; None where it is like none of them."""
    meant = get_close_matches(str(name), [*known], n=1)
    return f"Did you mean {meant[0]}?" if meant else None
