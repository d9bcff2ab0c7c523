"""What is wrong with an archive: all of it at once, each with its entry's name."""

from pathlib import Path
from typing import Final

from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding, Severity

LISTED: Final = 100
"""How many faults are told; a hostile archive can have as many as it has entries."""
_NAME: Final = 200


class ArchiveError(InputError):
    """The archive can't be trusted."""


class Faults:
    """Collects what is wrong with one archive."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._found: list[Finding] = []
        self._more = 0

    def add(self, code: str, name: str, message: str) -> None:
        if len(self._found) < LISTED:
            self._found.append(
                Finding(f"archive-{code}", Severity.ERROR, shown(name), found=message, file=str(self.path))
            )
        else:
            self._more += 1

    def settle(self) -> None:
        """Refuse the archive if anything is wrong with it.

        Raises:
            ArchiveError: with every fault as a finding.
        """
        if not self._found:
            return
        count = len(self._found) + self._more
        told = f"; the first {LISTED} are listed" if self._more else ""
        raise ArchiveError(
            f"{self.path} is not read: {count} of its entries can't be trusted{told}.", findings=self._found
        )


def shown(name: str, longest: int = _NAME) -> str:
    """Write a name of somebody else's so that it does nothing to a terminal."""
    clean = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in name[: longest + 1])
    return clean if len(name) <= longest else clean[:longest] + "…"
