"""Accounts."""

import datetime
from typing import Final

from toolbox_cli.seed.domains.classes.demo import DEMOS
from toolbox_cli.seed.domains.classes.people import ADMIN, Person, Student
from toolbox_cli.seed.domains.classes.roster import CLASSES_A_SCHOOL, SchoolClass
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Row, array, raw

NO_PASSWORD: Final = "!"  # noqa: S105  what no password's hash is: nobody can sign in with it

USERS: Final = (
    "id", "username", "email", "password_hash", "first_name", "last_name", "display_name", "role", "grade_level",
    "school_name", "district_name", "subjects_taught", "subjects_interested", "is_active", "is_verified",
    "email_verified_at", "last_login", "login_count", "preferences", "created_at", "updated_at", "created_by",
    "age_band",
)  # fmt: skip


def users(context: Context, school_class: SchoolClass) -> list[Row]:
    """Make the accounts of a class: staff first, then students, then parents."""
    admin = admin_key(context, school_class.number)
    taught = array(*({"subject": subject} for subject in school_class.subjects))
    chosen = [array({"subject": subject}) for subject in school_class.subjects]
    preferences = {
        locale: raw({"locale": locale.replace("_", "-"), "time_zone": school_class.zone})
        for locale in context.profile.locales
    }
    rows: list[Row] = []
    for person in school_class.people:
        student = person if isinstance(person, Student) else None
        seen = person.sign_ins[-1] if person.sign_ins else None
        interested = chosen[person.number % len(chosen)] if student else None
        rows.append((
            person.key, person.username, person.email, _password(person), person.first, person.last,
            f"{person.first} {person.last[0]}.", person.role, student.grade if student else None,
            None if person.role == "parent" else school_class.school, school_class.district,
            taught if person.role == "teacher" else None, interested, not (student and student.leaves_at),
            *_verified(person), seen, len(person.sign_ins), preferences[person.locale], person.joined_at,
            (student and student.leaves_at) or seen or person.joined_at,
            None if person.role in {"parent", "admin"} else admin, student.age_band if student else "adult",
        ))  # fmt: skip
    return rows


def admin_key(context: Context, block: int) -> str:
    """Give the key of the administrator of a class's school."""
    first = block // CLASSES_A_SCHOOL * CLASSES_A_SCHOOL
    return DEMOS["admin"].key if first == 0 and context.demo else context.run.uuid("users", first, ADMIN)


def _verified(person: Person) -> tuple[bool, datetime.datetime | None]:
    """Say whether somebody confirmed that the account is theirs, and when it was confirmed by mail."""
    if isinstance(person, Student):
        return person.parental_consent, None
    if person.role == "parent":
        return bool(person.sign_ins), person.sign_ins[0] if person.sign_ins else None
    return True, person.joined_at


def _password(person: Person) -> str:
    demo = DEMOS.get(person.role)
    return demo.password_hash if demo and demo.key == person.key else NO_PASSWORD
