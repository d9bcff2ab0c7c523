"""The people of a classroom."""

from typing import Final

from toolbox_cli.seed.room import Classroom, Row, Student

NO_PASSWORD: Final = "!"  # noqa: S105  what no password's hash is: nobody can sign in with it

_GRADE: Final = {"under_13": 7, "13_17": 12}
_SCHOOL: Final = "Riverbend Example School"
_DISTRICT: Final = "Example District"


def add_person(room: Classroom, role: str, grade: int | None) -> Row:
    first, last = room.faker.first_name(), room.faker.last_name()
    tail = room.key("users").hex[-6:]
    band = "adult" if grade is None else next(name for name, top in _GRADE.items() if grade <= top)
    return room.add(
        "users",
        room.at(120, 8),
        username=f"{first}.{last}.{tail}".lower(),
        email=f"{first}.{last}.{tail}@example.org".lower(),
        password_hash=NO_PASSWORD,
        first_name=first,
        last_name=last,
        display_name=f"{first} {last[0]}.",
        role=role,
        grade_level=grade,
        age_band=band,
        school_name=_SCHOOL,
        district_name=_DISTRICT,
        is_verified=role == "teacher",
    )


def add_student(room: Classroom, number: int) -> Student:
    row = add_person(room, "student", 4 + number % 5)
    roblox_name = f"{room.faker.color_name()}{room.faker.last_name()}{number:02}"
    return Student(row, room.random.gauss(0, 1), str(room.random.randrange(10**9, 10**10)), roblox_name)
