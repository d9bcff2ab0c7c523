"""The commands that these tests try, wherever the root command stands."""

import json
from dataclasses import dataclass
from typing import Any

from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database
from toolbox_cli.core.commands import Entry, group

lms = group(
    "lms",
    "Tried here.",
    {
        "enrollments": Entry("toolbox_cli.lms.people.cli:enrollments", "Say who is in which course, in which role."),
        "identities": Entry(
            "toolbox_cli.lms.people.cli:identities",
            "Say which accounts at the other side are one person, who that is here, and change it.",
        ),
        "link": Entry("toolbox_cli.lms.links.cli:link", "Tie a course or assignment to content or a quiz of ours."),
        "unlink": Entry("toolbox_cli.lms.links.cli:unlink", "Take such ties away."),
        "suggest": Entry("toolbox_cli.lms.links.cli:suggest", "Propose such ties."),
    },
)


@dataclass(frozen=True)
class Lms:
    """`lms("identities", "district")` runs on one database."""

    cli: CommandLine
    database: Database

    def __call__(self, *argv: str) -> Outcome:
        return self.cli("lms", *argv, database=self.database)

    def report(self, *argv: str, exit_code: int = 0) -> dict[str, Any]:
        done = self(*argv, "--format", "json")
        assert done.exit_code == exit_code, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found
