"""Coverage is measured in the tests of what a floor is held for; everywhere else it would cost a tenth of the time."""

import os
from pathlib import Path
from typing import Final

from coverage import Coverage

TESTS: Final = Path(__file__).parents[1]
MEASURED: Final = ("core/database/partitions", "db", "lms/grades", "lms/people", "migrations", "models")
"""Folders of tests; each mirrors one of `source` of tool.coverage.run in pyproject.toml."""

VARIABLE: Final = "COVERAGE_PROCESS_CONFIG"
"""What makes processes that tests start measure themselves."""


class Measuring:
    """Whether this process measures, as it comes to one test after another."""

    def __init__(self) -> None:
        self._coverage = Coverage.current()
        self._inherited = os.environ.get(VARIABLE)
        self._on = True

    def come_to(self, test: Path) -> None:
        """Measure in this file's tests, or not; does nothing in a run that measures nothing."""
        wanted = any(test.is_relative_to(TESTS / folder) for folder in MEASURED)
        if self._coverage is None or wanted == self._on:
            return
        self._on = wanted
        if wanted:
            self._coverage.start()
            os.environ.update({VARIABLE: self._inherited} if self._inherited is not None else {})
        else:
            self._coverage.stop()
            os.environ.pop(VARIABLE, None)
