"""Integer keys by blocks: each block has as many of a table's keys as the next, whether it needs them all or not."""

from collections.abc import Mapping

from toolbox_cli.core.errors import UsageError
from toolbox_cli.seed.making.keys import INTEGERS_A_RUN, Run


def first_place(run: Run, block: int, places: int) -> int:
    """Give the first key that a block has in a table.

    Args:
        run: whose keys.
        block: which.
        places: keys that each block has in that table.
    """
    return run.integers.start + block * places


def require_places(blocks: int, places: Mapping[str, int]) -> int:
    """Refuse more blocks than a run has keys for.

    Args:
        blocks: how many there would be.
        places: table to keys that each block has in it.

    Returns:
        The blocks.

    Raises:
        UsageError: a table would need more keys than a run has.
    """
    table, most = max(places.items(), key=lambda item: item[1], default=("", 0))
    if blocks * most > INTEGERS_A_RUN:
        raise UsageError(
            f"The profile asks for more rows of {table} than a seeding has keys for: they need {blocks * most:,} of"
            f" {INTEGERS_A_RUN:,}.",
            remedy="Ask for fewer students, or for less a student.",
        )
    return blocks
