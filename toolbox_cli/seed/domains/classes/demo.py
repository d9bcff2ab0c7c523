"""Accounts to sign in with: the same keys and passwords in every development database, as docs/seeding.md lists them.

Where a database holds several seedings, the first one has them.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from toolbox_cli.seed.domains.classes.people import ADMIN, STUDENTS, TEACHER, Role
from toolbox_cli.seed.making.keys import Run

DEMO_RUN: Final = Run("00000de0")
"""What the keys of these accounts show in place of a run."""


class Demo(NamedTuple):
    """One account.

    Attributes:
        key: in `users`.
        password: in clear: everybody may know it.
        password_hash: PBKDF2 with SHA-256, 600,000 rounds.
    """

    key: str
    username: str
    email: str
    password: str
    password_hash: str


def _demo(role: Role, number: int, password: str, password_hash: str) -> Demo:
    key = DEMO_RUN.uuid("users", 0, number)
    return Demo(key, f"demo-{role}", f"{role}@demo.school.example", password, password_hash)


DEMOS: Final[Mapping[Role, Demo]] = {
    "admin": _demo("admin", ADMIN, "demo-admin-5eed", "!"),
    "teacher": _demo("teacher", TEACHER, "demo-teacher-5eed", "!"),
    "student": _demo("student", STUDENTS, "demo-student-5eed", "!"),
    "parent": _demo("parent", STUDENTS + 1, "demo-parent-5eed", "!"),
}
"""Role to account."""
