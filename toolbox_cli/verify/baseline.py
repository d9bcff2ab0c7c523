"""Drift that somebody has accepted, as cases of a verification."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.db.drift.accepted import Accepted, AcceptedList, read_accepted
from toolbox_cli.verify.cases import Case, Outcome

__all__ = ["Accepted", "Baseline", "read_baseline"]

PART: Final = "baseline"


@dataclass(frozen=True, slots=True)
class Baseline(AcceptedList):
    """All that is accepted."""

    def cases(self, findings: Sequence[Finding], today: datetime.date) -> Iterator[Case]:
        """Look at each entry: one that has expired is an error, one that nothing matches is a note.

        Args:
            findings: all that were found.
            today: in UTC.
        """
        for entry in self.entries:
            stale = self.stale(entry, findings, today)
            failed = stale is not None and stale.severity is Severity.ERROR
            yield Case(
                PART, "", entry.object, f"{entry.code} is accepted by {entry.owner}",
                Outcome.FAILED if failed else Outcome.PASSED, (stale,) if stale else (), entry.reason,
            )  # fmt: skip


def read_baseline(file: Path) -> Baseline:
    """Read a file of accepted findings.

    Raises:
        InputError: with all the faults of the file at once.
    """
    return Baseline(file, read_accepted(file, PART).entries)
