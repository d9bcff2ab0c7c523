"""Programs that some tests need and that not every machine has."""

import os
import shutil
from collections.abc import Iterable
from typing import Final

import pytest

TOOLS: Final = {
    "java": ("java",),
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "chromedriver": ("chromedriver",),
    "dot": ("dot",),
    "pgbouncer": ("pgbouncer",),
    "systemd-analyze": ("systemd-analyze",),
}
"""Tool to the names that its program goes by."""

REQUIRE_ALL: Final = "TOOLBOX_TESTS_REQUIRE_ALL"
"""Set to 1 where nothing may be left out: a missing tool then fails its tests."""

SKIPPED_FOR: Final = "skipped for want of"


def find_tool(name: str) -> str | None:
    """Give the path of a tool's program."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
    return next((found for program in TOOLS[name] if (found := shutil.which(program, path=path))), None)


def check_needs(item: pytest.Item) -> None:
    """Skip a test whose tool is missing, or fail it where all are required."""
    needed = [name for marker in item.iter_markers("needs") for name in marker.args]
    missing = [name for name in needed if find_tool(name) is None]
    if not missing:
        return
    message = f"needs {', '.join(missing)}, which is not installed here"
    if os.environ.get(REQUIRE_ALL) == "1":
        pytest.fail(f"{message}, and {REQUIRE_ALL} is set", pytrace=False)
    item.user_properties += [(SKIPPED_FOR, name) for name in missing]
    pytest.skip(message)


def summary(reports: Iterable[pytest.TestReport]) -> list[str]:
    """Say which tests were skipped for which tool, by tool and name."""
    names: dict[str, list[str]] = {}
    for report in reports:
        for tool in (value for key, value in report.user_properties if key == SKIPPED_FOR):
            names.setdefault(str(tool), []).append(report.nodeid)
    return [
        line
        for tool, tests in sorted(names.items())
        for line in (f"{tool} is not installed here, so {_counted(tests)} skipped:", *(f"  {t}" for t in sorted(tests)))
    ]


def _counted(tests: list[str]) -> str:
    number = len(tests)
    return "1 test was" if number == 1 else f"{number} tests were"
