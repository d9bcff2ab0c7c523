"""The generators that work offline: the same request, seed and version of theirs give the same bytes.

They read no database, no network and no clock, and draw by `core.chance` alone.
"""

from typing import Final

VERSION: Final = "1.0.0"
"""Of the generators: another one may make something else of the same request."""
