"""What people and programs do to these files."""

import logging
import re
from typing import Any

import pytest

from tests.lms.sources.oneroster.csv.conftest import HEADERS, KINDS, USERS_1P2, Deliver, read, rows
from toolbox_cli.lms.sources.records import Role

PASSWORD = "hunter2-of-ada"  # noqa: S105
ONE = {"sourcedId": "e1", "classSourcedId": "c1", "userSourcedId": "u1", "role": "student", "beginDate": "2026-08-20"}
USER = {"sourcedId": "u1", "role": "student", "username": "ada", "givenName": "Ada", "email": "ada@school.example"}


@pytest.mark.parametrize("header", ["password", "Password", "passwordHash", "pass word", "metadata.password"])
def test_passwords_reach_nothing(deliver: Deliver, header: str, caplog: pytest.LogCaptureFixture) -> None:
    columns = HEADERS["users"].replace("password", header)
    good, bad = USER | {header: PASSWORD}, USER | {"sourcedId": "", "enabledUser": "?", header: PASSWORD}
    text = rows("users", good, bad, good | {"role": "wizard", "status": "?"}, header=columns)
    text += f"u9,too,few,{PASSWORD}\r\n" + f'u9,"x"y,{PASSWORD}\r\n'
    with caplog.at_level(logging.DEBUG):
        source = deliver({"users": text, "userProfiles": f"sourcedId,username,password\r\n1,ada,{PASSWORD}\r\n"})
        told = [*(read(source, kind) for kind in KINDS), source.test()]
    assert PASSWORD not in repr(told)
    assert PASSWORD not in caplog.text
    assert len(told[1].records) == 1  # type: ignore[union-attr]


def _rename(text: str, how: str) -> str:
    header, _, rest = text.partition("\r\n")
    return {
        "upper": header.upper(),
        "lower": header.lower(),
        "snake": re.sub("([A-Z])", r"_\1", header).lower(),
        "spaced": header.replace(",", " , "),
        "quoted": ",".join(f'"{name}"' for name in header.split(",")),
        "slips": re.sub("^sourcedId", "sourceId", header).replace("classS", "clasS").replace("beginDate", "beginDte"),
    }[how] + "\r\n" + rest  # fmt: skip


@pytest.mark.parametrize("how", ["upper", "lower", "snake", "spaced", "quoted", "slips"])
def test_headers_as_people_write_them(deliver: Deliver, how: str) -> None:
    text = rows("enrollments", ONE)
    plain = read(deliver({"enrollments": text}), "enrollments")
    found = read(deliver({"enrollments": _rename(text, how)}), "enrollments")
    assert found.complete
    assert found.records == plain.records
    assert found.codes == (["lms-header"] * 3 if how == "slips" else [])


@pytest.mark.parametrize("column", ["classSourcedId", "userSourcedId", "role"])
def test_a_column_that_nothing_works_without(deliver: Deliver, column: str) -> None:
    text = rows("enrollments", ONE).replace(column, "nonsense", 1)
    found = read(deliver({"enrollments": text}), "enrollments")
    assert found.broken is not None
    assert (found.broken.code, found.broken.field, found.records) == ("lms-column-missing", column, [])


def test_a_column_that_is_missed(deliver: Deliver) -> None:
    found = read(deliver({"users": rows("users", USER).replace("email", "nonsense", 1)}), "users")
    assert found.complete
    assert [(fault.code, fault.field) for fault in found.faults] == [("lms-column-missing", "email")]


def test_a_column_that_stands_there_twice(deliver: Deliver) -> None:
    found = read(deliver({"users": rows("users", USER).replace("phone", "email", 1)}), "users")
    assert found.broken is not None
    assert found.broken.code == "lms-column-twice"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_marks_and_line_ends(deliver: Deliver, delimiter: str, mark: str, end: str) -> None:
    text = rows("classes", {"sourcedId": "c1", "title": "Five", "grades": '"05,06"'})
    text = mark + text.replace('"05,06"', "\0").replace(",", delimiter).replace("\0", '"05,06"').replace("\r\n", end)
    found = read(deliver({"classes": text}), "courses")
    assert [(course.id, course.title, course.grade) for course in found.records] == [("c1", "Five", "05,06")]
    assert found.complete


def test_line_ends_within_quotes_and_the_lines_of_faults(deliver: Deliver) -> None:
    long = {"sourcedId": "i", "title": '"two\r\nlines"', "description": '"a\nb\rc\r\n"', "classSourcedId": "c"}
    bad = {"sourcedId": "i2", "title": "T", "classSourcedId": "c", "resultValueMax": "NaN"}
    found = read(deliver({"lineItems": rows("lineItems", long, bad, long, {"title": "T"})}), "assignments")
    assert found.records[0].title == "two\r\nlines"
    assert found.records[0].description == "a\nb\rc"
    assert [(fault.code, fault.place) for fault in found.faults] == [
        ("lms-no-id", "lineItems.csv:13"),
        ("lms-value", "lineItems.csv:7"),
    ]


def test_text_is_nfc_trimmed_and_without_nul(deliver: Deliver) -> None:
    user = USER | {"givenName": " Zoe\N{COMBINING DIAERESIS} ", "familyName": "O\0'Dell", "email": " "}
    found = read(deliver({"users": rows("users", user)}), "users")
    assert (found.records[0].given_name, found.records[0].family_name, found.records[0].email) == (
        "Zoë",
        "O'Dell",
        None,
    )
    assert [(fault.code, fault.id, fault.field) for fault in found.faults] == [("lms-nul", "u1", "familyName")]


def test_what_is_not_utf_8_is_broken_where_it_is(deliver: Deliver) -> None:
    text = rows("users", *[USER] * 3000, USER | {"givenName": "Zoë"}, USER)
    found = read(deliver({"users": text.encode("cp1252")}), "users")
    assert found.broken is not None
    assert (found.broken.code, found.broken.place, found.complete) == ("lms-not-utf-8", "users.csv:3002", False)
    wide = read(deliver({"users": rows("users", USER).encode("utf-16")}), "users")
    assert wide.broken is not None
    assert "UTF-16" in wide.broken.message


def test_dates_and_truth_values_that_are_none(deliver: Deliver) -> None:
    bad = ONE | {"sourcedId": "e2", "beginDate": "08/20/2026", "endDate": "2026-02-30", "primary": "maybe"}
    moment = ONE | {"sourcedId": "e3", "beginDate": "2026-08-20T00:00:00.000Z"}
    found = read(deliver({"enrollments": rows("enrollments", ONE, bad, moment)}), "enrollments")
    assert found.complete
    assert found.records[1].begins_on is None
    assert found.records[2].begins_on == found.records[0].begins_on is not None
    assert sorted((fault.field or "", fault.id) for fault in found.faults) == [
        ("beginDate", "e2"), ("endDate", "e2"), ("primary", "e2")
    ]  # fmt: skip
    assert {fault.place for fault in found.faults} == {"enrollments.csv:3"}


def test_only_teachers_are_primary(deliver: Deliver) -> None:
    found = read(
        deliver(
            {
                "enrollments": rows(
                    "enrollments", *(ONE | {"role": r, "primary": "TRUE"} for r in ("teacher", "student"))
                )
            }
        ),
        "enrollments",
    )
    assert [one.primary for one in found.records] == [True, False]


def test_roles_of_enrollments(deliver: Deliver) -> None:
    given = ("student", "Teacher", "administrator", "proctor", "aide", "guardian", "parent", "ext:coach", "")
    text = rows("enrollments", *(ONE | {"sourcedId": word or "none", "role": word} for word in given))
    found = read(deliver({"enrollments": text}), "enrollments")
    assert [one.role for one in found.records] == [
        Role.STUDENT, Role.TEACHER, Role.ADMIN, Role.ASSISTANT, Role.ASSISTANT
    ]  # fmt: skip
    assert [(fault.code, fault.id, str(fault.severity)) for fault in found.faults] == [
        ("lms-unknown-role", "ext:coach", "warning"),
        ("lms-unknown-role", "none", "warning"),
        ("lms-role-skipped", None, "note"),
    ]
    assert "2 rows of the roles guardian, parent" in found.faults[2].message
    mapped = read(deliver({"enrollments": text}, roles={"ext:coach": Role.ASSISTANT}), "enrollments")
    assert [one.id for one in mapped.records if one.id == "ext:coach"] == ["ext:coach"]


def test_roles_of_1_2(deliver: Deliver) -> None:
    held: list[tuple[str, str, str, str, str]] = [
        ("both", "secondary", "parent", "", ""),
        ("both", "primary", "teacher", "", ""),
        ("parent", "primary", "parent", "", ""),
        ("odd", "primary", "ext:coach", "", ""),
        ("was", "primary", "teacher", "2020-01-01", "2021-01-01"),
        ("was", "secondary", "student", "", ""),
        ("ended", "primary", "teacher", "2020-01-01", "2021-01-01"),
        ("two", "primary", "student", "", ""),
        ("two", "primary", "aide", "", ""),
        ("helps", "secondary", "teacher", "", ""),
        ("helps", "primary", "student", "", ""),
        ("head", "primary", "principal", "", ""),
        ("oddparent", "primary", "ext:coach", "", ""),
        ("oddparent", "secondary", "guardian", "", ""),
    ]
    names = ("userSourcedId", "roleType", "role", "beginDate", "endDate")
    people = [*dict.fromkeys(user for user, *_ in held), "none"]
    files: dict[str, Any] = {
        "users": rows("users", *({"sourcedId": user} for user in people), header=USERS_1P2),
        "roles": rows("roles", *(dict(zip(names, row, strict=True)) for row in held)),
    }
    found = read(deliver(files, version="1.2"), "users")
    assert {user.id: user.role for user in found.records} == {
        "both": Role.TEACHER, "was": Role.STUDENT, "ended": Role.TEACHER, "two": Role.ASSISTANT,
        "helps": Role.STUDENT, "head": Role.ADMIN,
        "none": None,
    }  # fmt: skip
    assert [(fault.code, fault.id) for fault in found.faults] == [
        ("lms-unknown-role", "odd"), ("lms-role-skipped", None), ("lms-no-role", None)
    ]  # fmt: skip
    assert found.complete


def test_without_any_roles_nobody_can_be_told_from_a_parent(deliver: Deliver) -> None:
    text = rows("users", {"sourcedId": "u1"}, header=USERS_1P2)
    assert read(deliver({"users": text}, version="1.2"), "users").broken is not None
    broken = read(deliver({"users": text, "roles": "sourcedId\r\n"}, version="1.2"), "users")
    assert broken.broken is not None
    assert broken.broken.place == "roles.csv:1"
    delta = rows("users", {"sourcedId": "u1", "status": "active"}, header=USERS_1P2)
    found = read(deliver({"users": delta}, {"users": "delta"}, version="1.2"), "users")
    assert ([user.role for user in found.records], found.broken) == ([None], None)


def test_what_classes_refer_to_and_is_not_there(deliver: Deliver) -> None:
    lonely = {"sourcedId": "c1", "title": "Five", "schoolSourcedId": "s9", "termSourcedIds": '"t1,t9"'}
    files = {
        "classes": rows("classes", lonely),
        "orgs": rows("orgs", {"sourcedId": "s1", "name": "School"}),
        "academicSessions": rows("academicSessions", {"sourcedId": "t1", "title": "Fall", "startDate": "2026-08-20"}),
    }
    found = read(deliver(files), "courses")
    assert (found.records[0].school, found.records[0].term) == (None, "Fall")
    assert [(fault.code, fault.field) for fault in found.faults] == [
        ("lms-reference", "termSourcedIds"), ("lms-reference", "schoolSourcedId")
    ]  # fmt: skip
    assert found.complete


def test_a_school_that_stands_there_twice(deliver: Deliver) -> None:
    schools = [{"sourcedId": "s1", "name": name} for name in ("First", "First", "Second")]
    files = {
        "classes": rows("classes", {"sourcedId": "c", "title": "T", "schoolSourcedId": "s1"}),
        "orgs": rows("orgs", *schools),
    }
    found = read(deliver(files), "courses")
    assert found.records[0].school == "First"
    assert [(fault.code, fault.place) for fault in found.faults if fault.code == "lms-twice"] == [
        ("lms-twice", "orgs.csv:4")
    ]


def test_a_moment_without_a_zone_is_told(deliver: Deliver) -> None:
    given = {"sourcedId": "i", "title": "T", "classSourcedId": "c"}
    text = rows(
        "lineItems", given | {"dueDate": "2026-09-08T12:00:00"}, given | {"dueDate": "2026-09-08T12:00:00+02:00"}
    )
    found = read(deliver({"lineItems": text}), "assignments")
    assert [item.due_at.hour for item in found.records] == [12, 10]
    assert found.codes == ["lms-no-zone"]


def test_ids_that_stand_there_twice_are_all_given(deliver: Deliver) -> None:
    """Which of them counts can be said only where all is known, in the sync."""
    found = read(deliver({"users": rows("users", USER, USER | {"username": "eve"})}), "users")
    assert [user.username for user in found.records] == ["ada", "eve"]


def test_ids_are_text_as_sent(deliver: Deliver) -> None:
    big = "0092233720368547758079"
    found = read(
        deliver({"enrollments": rows("enrollments", ONE | {"userSourcedId": big, "sourcedId": ""})}), "enrollments"
    )
    assert (found.records[0].user_id, found.records[0].id) == (big, None)
