"""docs/signals.md is what the signals are, and their words tell every number of their statements."""

import re
from typing import Final

import pytest

from docs.signals import PAGE, page
from tests.analytics.computing.test_compute import CHANGED, changed_by, fill
from tests.support.commands import CommandLine
from tests.support.psql import psql
from tests.support.servers import Database
from toolbox_cli.analytics.computing import risk
from toolbox_cli.analytics.computing.registry import SIGNALS

SELF_EVIDENT: Final = frozenset({"0", "1", "1.0", "100", "100.0", "2.0", "4", "60", "64"})
"""Nothing, all of it, percent, a half, places, seconds in a minute."""

STATEMENTS: Final = {
    **{name: ("\n".join((*one.before, one.update, *one.after)), one.told) for name, one in SIGNALS.items()},
    "at_risk": (risk.SCORES, risk.__doc__ or ""),
}


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/signals.md is not what the signals are: run `make docs`"


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_number_is_told(name: str) -> None:
    statement, told = STATEMENTS[name]
    numbers = set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?", re.sub(r"'under_13'|GROUP BY[ \d,]+", "", statement)))
    words = SIGNALS["struggle_signal"].told if name in {"pattern_detected", "at_risk"} else ""
    untold = {one for one in numbers - SELF_EVIDENT if one not in re.findall(r"\d+(?:\.\d+)?", told + words)}
    assert not untold


def test_the_statements_as_shown_do_what_the_command_does(cli: CommandLine, database: Database) -> None:
    fill(database)
    for section in page().split("\n## ")[1:]:
        name = section.partition("\n")[0]
        block = re.findall(r"```sql\n(.*?)```", section, re.DOTALL)[-1]
        signal = SIGNALS.get(name)
        schema = signal.platform if signal else "frames"
        month = ("2026-09-01", "2026-10-01") if signal and signal.by_month else ("-infinity", "infinity")
        told = dict(zip(("begin", "end"), month, strict=True)) | {"at": "2026-09-15", "persons": "10"}
        variables = "\n".join(f"\\set {variable} {value}" for variable, value in told.items())
        done = psql(database, f"{variables}\nBEGIN;\nSET LOCAL search_path TO {schema};\n{block}\nCOMMIT;")
        assert done.returncode == 0, done.stderr
        assert ("0.2 |    0 |   0.2" in done.stdout) == (signal is None)
    assert changed_by(cli, database) == dict.fromkeys(CHANGED, 0)
