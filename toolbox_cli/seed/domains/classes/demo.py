"""Accounts to sign in with: the same keys and passwords in every development database, as docs/seeding.md lists them.

Where a database holds several seedings, the first one has them.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from toolbox_cli.seed.domains.classes.people import ADMIN, STUDENTS, TEACHER, Role
from toolbox_cli.seed.making.keys import DEMO_RUN, Run

PASSWORD: Final = "toolbox-demo"  # noqa: S105  everybody may know it
"""Signs in to each of them."""


class Demo(NamedTuple):
    """One account.

    Attributes:
        key: in `users`.
        password_hash: of `PASSWORD`, by bcrypt with 2^12 rounds.
    """

    key: str
    username: str
    email: str
    password_hash: str


def _demo(role: Role, number: int, password_hash: str) -> Demo:
    return Demo(Run(DEMO_RUN).uuid("users", 0, number), f"demo-{role}", f"{role}@demo.school.example", password_hash)


DEMOS: Final[Mapping[Role, Demo]] = {
    "admin": _demo("admin", ADMIN, "$2b$12$5eedadminaccountdemo0.Y84MYvVRtE4nyZuhwaxdeGxpk3LEB6W"),
    "teacher": _demo("teacher", TEACHER, "$2b$12$5eedteacheraccountdem.u60jpVEYR1LbGnNElIunXxIuFvJVJT2"),
    "student": _demo("student", STUDENTS, "$2b$12$5eedstudentaccountdem.K/rEANP6uQuJhu2tMJt7cZHaI7sg9Qy"),
    "parent": _demo("parent", STUDENTS + 1, "$2b$12$5eedparentaccountdemo.EKUkiOrhZibT0TDcQQO0GvBifVpuEqi"),
}
"""Role to account."""
