"""Modules are assigned to whom is meant, once, however often it is said; rules find who has come since."""

import datetime
import json
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.modules.files import write
from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database

Assign = Callable[..., Outcome]
ROWS = """
SELECT m.module_id, coalesce(a.student_id, a.team_id::text, a.university_id), a.assignment_type, a.due_date::text
FROM frames.module_assignments AS a JOIN frames.modules AS m ON m.id = a.module_id ORDER BY 1, 2"""
STATE = """
SELECT (SELECT array_agg(a ORDER BY id)::text FROM frames.module_assignments AS a),
       (SELECT array_agg(r ORDER BY id)::text FROM frames.module_assignment_rules AS r),
       (SELECT count(*) FROM toolbox.audit_log)"""


@pytest.fixture
def assign(cli: CommandLine, database: Database, tmp_path: Path) -> Assign:
    """Run `toolbox modules assign` where lab and bench are published, draft is not, and there are students."""
    for slug in ("lab", "bench", "draft"):
        write(tmp_path / "files", slug, status="draft" if slug == "draft" else "published")
    assert cli("modules", "import", str(tmp_path / "files"), database=database).exit_code == 0
    database.execute("""
        SET search_path TO frames;
        INSERT INTO universities (id, name) VALUES ('north', 'Northern'), ('south', 'Southern');
        INSERT INTO teams (id, name, subsystem) VALUES (1, 'Sun', 'Power'), (2, 'Moon', ' power'), (3, 'Twin', 'Radio'),
            (4, 'Twin', NULL);
        INSERT INTO faculty (id, email) VALUES ('prof', 'Prof@north.example');
        INSERT INTO students (id, email, team_id, university_id) VALUES
            ('a', 'Ada@x.example', 1, 'north'), ('b', 'bo@x.example', 2, 'south'), ('c', NULL, 3, 'north'),
            ('d', 'two@x.example', NULL, NULL), ('e', 'TWO@x.example', NULL, 'south')""")
    return partial(cli, "modules", "assign", database=database)


def counts(done: Outcome) -> dict[str, int]:
    assert done.exit_code == 0, done.stdout + done.stderr
    summary = json.loads(done.stdout)["summary"]
    return {name: summary[name] for name in ("new", "changed", "unchanged", "removed") if summary[name]}


def test_what_is_said_is_assigned_once(assign: Assign, database: Database) -> None:
    to = ("--to", "student:a", "--to", "student:bo@X.example", "--to", "team:Sun", "--to", "university:north")
    assert counts(assign("lab", "bench", *to, "--due", "2031-05-01", "--format", "json")) == {"new": 8}
    held = database.execute(ROWS)
    assert held[:4] == [("bench", who, "required", "2031-05-01") for who in ("1", "a", "b", "north")]
    before = database.execute(STATE)
    again = ("lab", "bench", *to, "--to", "student:ada@x.example", "--format", "json")
    assert counts(assign(*again)) == {"unchanged": 8}
    assert counts(assign(*again, "--due", "2031-05-01", "--as", "required")) == {"unchanged": 8}
    assert database.execute(STATE) == before


def test_what_is_said_otherwise_changes_that_alone(assign: Assign, database: Database) -> None:
    assert assign("lab", "--to", "student:a", "--to", "student:b", "--due", "2031-05-01").exit_code == 0
    optional = ("lab", "--to", "student:a", "--as", "optional", "--by", "prof@north.example", "--format", "json")
    assert counts(assign(*optional)) == {"changed": 1}
    assert database.execute(ROWS) == [("lab", "a", "optional", "2031-05-01"), ("lab", "b", "required", "2031-05-01")]
    assert counts(assign("lab", "--to", "student:a", "--due", "none", "--format", "json")) == {"changed": 1}
    by = "SELECT assigned_by_id, due_date, assignment_type FROM frames.module_assignments WHERE student_id = 'a'"
    assert database.execute(by) == [("prof", None, "optional")]


def test_days_are_counted_from_the_assignment(assign: Assign, database: Database) -> None:
    before = datetime.datetime.now(datetime.UTC).date()
    assert assign("lab", "--to", "student:a", "--due", "+14").exit_code == 0
    after = datetime.datetime.now(datetime.UTC).date()
    ((due,),) = database.execute("SELECT due_date FROM frames.module_assignments")
    assert before <= due - datetime.timedelta(days=14) <= after


def test_a_last_day_that_is_past_is_told(assign: Assign, database: Database) -> None:
    done = assign("lab", "--to", "student:a", "--due", "2021-05-01")
    assert (done.exit_code, done.stderr.startswith("2021-05-01 is past")) == (0, True)


def test_a_file_may_be_from_windows(assign: Assign, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "students.txt"
    file.write_bytes(b"\xef\xbb\xbf# new\r\na\r\n\r\nteam: 1\r\n")
    assert counts(assign("lab", "--from-file", str(file), "--format", "json")) == {"new": 2}


def test_a_file_names_many(assign: Assign, database: Database, tmp_path: Path) -> None:
    database.execute("INSERT INTO frames.students (id) SELECT 'n-' || n FROM generate_series(1, 20000) AS n")
    file = tmp_path / "students.txt"
    names = "\n".join(f"n-{n}" for n in range(1, 20001))
    file.write_text(f"# the new ones\n{names}\n\nada@x.example\nteam:2\n", encoding="utf-8")
    assert counts(assign("lab", "bench", "--from-file", str(file), "--format", "json")) == {"new": 40004}
    assert counts(assign("lab", "bench", "--from-file", str(file), "--format", "json")) == {"unchanged": 40004}
    done = assign("lab", "--from-file", "-", "--format", "json", stdin="n-1\nb\n")
    assert counts(done) == {"new": 1, "unchanged": 1}


@pytest.mark.parametrize("content", [b"a\0b\n", b"\xff\n", b"# nobody\n"])
def test_a_file_that_names_nobody_is_wrong_use(assign: Assign, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "students.txt"
    file.write_bytes(content)
    for said in (str(file), str(tmp_path / "gone.txt")):
        done = assign("lab", "--from-file", said)
        assert (done.exit_code, done.stdout, done.stderr.startswith("Error: ")) == (2, "", True)
        assert "unexpectedly" not in done.stderr


def test_all_who_are_not_there_are_told_and_nobody_gets_anything(
    assign: Assign, database: Database, tmp_path: Path
) -> None:
    before = database.execute(STATE)
    file = tmp_path / "students.txt"
    file.write_text("a\nnobody\nteam:9\n", encoding="utf-8")
    done = assign(
        "lab", "--from-file", str(file), "--to", "student:two@x.example", "--to", "team:twin", "--to", "university:west"
    )
    assert done.exit_code == 2
    assert f"{file}:2: student: there is no such student" in done.stderr
    assert f"{file}:3: team: there is no such team" in done.stderr
    assert "t…@x.example: 2 are called so" in done.stderr
    assert "two@x.example" not in done.stderr
    assert "team:twin: 2 are called so" in done.stderr
    assert "university:west: there is no such university" in done.stderr
    assert database.execute(STATE) == before


def test_only_published_modules_are_assigned(assign: Assign, database: Database) -> None:
    done = assign("lab", "draft", "--to", "student:a")
    assert (done.exit_code, "toolbox modules publish draft" in done.stderr) == (4, True)
    done = assign("draft", "--to", "rule:all_incoming_students")
    assert done.exit_code == 4
    assert database.execute(STATE)[0][:2] == (None, None)


@pytest.mark.parametrize(
    "said",
    [
        (),
        ("lab",),
        ("--to", "student:a"),
        ("lab", "--to", "a"),
        ("lab", "--to", "studnet:a"),
        ("lab", "--to", "student:"),
        ("gone", "--to", "student:a"),
        ("lab", "--to", "student:a", "--due", "soon"),
        ("lab", "--to", "student:a", "--by", "nobody"),
        ("lab", "--to", "student:a", "--university", "north"),
        ("lab", "--to", "student:a", "--even-begun"),
        ("lab", "--to", "student:a", "--remove", "--due", "+1"),
        ("lab", "--to", "student:a", "--remove", "--with-assigned"),
        ("lab", "--to", "rule:all"),
        ("lab", "--to", "rule:all_incoming_students", "--subsystem", "Power"),
        ("lab", "--to", "rule:all_incoming_students", "--university", "west"),
        ("lab", "--to", "rule:subsystem_specific"),
        ("lab", "--rules", "--to", "student:a"),
        ("gone", "--rules"),
    ],
)
def test_what_can_not_be_meant_is_wrong_use(assign: Assign, database: Database, said: tuple[str, ...]) -> None:
    done = assign(*said)
    assert (done.exit_code, done.stdout) == (2, "")
    assert database.execute(STATE)[0][:2] == (None, None)


def test_a_dry_run_says_the_same_and_writes_nothing(assign: Assign, database: Database) -> None:
    before = database.execute(STATE)
    said = ("lab", "--to", "team:1", "--to", "rule:all_incoming_students", "--format", "json")
    dry = json.loads(assign(*said, "--dry-run").stdout)
    assert database.execute(STATE) == before
    real = json.loads(assign(*said).stdout)
    assert (dry["summary"].pop("dry_run"), real["summary"].pop("dry_run")) == (True, False)
    assert dry == real


def test_the_record_names_no_student(assign: Assign, database: Database) -> None:
    assert assign("lab", "--to", "student:ada@x.example", "--to", "rule:all_incoming_students").exit_code == 0
    assert database.execute("SELECT command, counts, details FROM toolbox.audit_log ORDER BY id DESC LIMIT 1") == [(
        "toolbox modules assign", {"module_assignments": 5, "module_assignment_rules": 1}, {"modules": ["lab"]},
    )]  # fmt: skip


def new_ones(done: Outcome) -> dict[tuple[str, str], int]:
    assert done.exit_code == 0, done.stderr
    return {(item["slug"], item["to"]): item["new"] for item in json.loads(done.stdout)["items"]}


def test_rules_find_who_has_come_since_and_nobody_twice(assign: Assign, database: Database) -> None:
    kept = assign(
        "lab", "--to", "rule:all_incoming_students", "--university", "north", "--due", "+7", "--format", "json"
    )
    assert new_ones(kept) == {("lab", "rule:all_incoming_students"): 2}
    power = (
        "bench",
        "--to",
        "rule:subsystem_specific",
        "--subsystem",
        "POWER",
        "--as",
        "recommended",
        "--format",
        "json",
    )
    assert new_ones(assign(*power)) == {("bench", "rule:subsystem_specific"): 2}
    before = database.execute(STATE)
    quiet = assign("--rules")
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, "", "")
    assert new_ones(assign(*power)) == {("bench", "rule:subsystem_specific"): 0}
    assert database.execute(STATE) == before

    database.execute("INSERT INTO frames.students (id, team_id, university_id) VALUES ('z', 2, 'north')")
    assert new_ones(assign("bench", "--rules", "--dry-run", "--format", "json")) == {
        ("bench", "rule:subsystem_specific"): 1
    }
    assert new_ones(assign("--rules", "--format", "json")) == {
        ("lab", "rule:all_incoming_students"): 1, ("bench", "rule:subsystem_specific"): 1,
    }  # fmt: skip
    assert assign("--rules").stdout == ""
    made = """
        SELECT a.assignment_type, a.auto_assigned, a.assignment_rule, a.due_date - a.assigned_at::date
        FROM frames.module_assignments AS a WHERE a.student_id = 'z' ORDER BY module_id"""
    assert sorted(database.execute(made), key=str) == [
        ("recommended", True, "subsystem_specific", None), ("required", True, "all_incoming_students", 7),
    ]  # fmt: skip


def test_rules_run_over_many_whom_nobody_has_counted(assign: Assign, database: Database) -> None:
    database.execute(f"ALTER DATABASE {database.name} SET statement_timeout = '10s'")  # row by row takes minutes
    database.execute("""
        INSERT INTO frames.students (id, team_id, university_id)
        SELECT 'n-' || n, 1 + n % 2, 'north' FROM generate_series(1, 20000) AS n""")
    rule = ("lab", "--to", "rule:all_incoming_students", "--format", "json")
    assert counts(assign(*rule)) == {"new": 20005}
    assert assign("--rules").stdout == ""
    assert counts(assign(*rule, "--remove", "--with-assigned")) == {"removed": 20005}


@pytest.mark.parametrize("way", ["student:a", "team:1", "university:north"])
def test_a_rule_leaves_alone_who_has_the_module_in_any_way(assign: Assign, database: Database, way: str) -> None:
    assert assign("lab", "--to", way, "--as", "optional").exit_code == 0
    assert assign("lab", "--to", "rule:subsystem_specific", "--subsystem", "power").exit_code == 0
    autos = "SELECT student_id FROM frames.module_assignments WHERE auto_assigned"
    assert database.execute(autos) == [("b",)]
    assert ("lab", way.split(":")[1], "optional", None) in database.execute(ROWS)


def test_of_several_rules_the_one_that_binds_most_assigns(assign: Assign, database: Database) -> None:
    database.execute("""
        INSERT INTO frames.module_assignment_rules (module_id, rule, subsystem, assignment_type, due_date)
        SELECT id, 'subsystem_specific', 'power', 'required', DATE '2031-02-01' FROM frames.modules
        WHERE module_id = 'lab'
        UNION ALL SELECT id, 'subsystem_specific', 'Power', 'required', DATE '2031-01-01' FROM frames.modules
        WHERE module_id = 'lab'
        UNION ALL SELECT id, 'all_incoming_students', NULL, 'optional', NULL FROM frames.modules
        WHERE module_id = 'lab'""")
    assert assign("--rules").exit_code == 0
    assert database.execute(ROWS) == [
        ("lab", "a", "required", "2031-01-01"), ("lab", "b", "required", "2031-01-01"),
        ("lab", "c", "optional", None), ("lab", "d", "optional", None), ("lab", "e", "optional", None),
    ]  # fmt: skip


def test_rules_of_modules_that_are_not_published_rest(assign: Assign, database: Database, cli: CommandLine) -> None:
    assert assign("lab", "--to", "rule:all_incoming_students", "--as", "optional").exit_code == 0
    assert cli("modules", "archive", "lab", database=database).exit_code == 0
    database.execute("INSERT INTO frames.students (id) VALUES ('z')")
    report = json.loads(assign("--rules", "--format", "json").stdout)
    assert (report["items"], report["summary"]["rules"], report["summary"]["waiting"]) == ([], 0, 1)
    assert assign("--rules").stdout == ""
    assert cli("modules", "publish", "lab", database=database).exit_code == 0
    assert new_ones(assign("--rules", "--format", "json")) == {("lab", "rule:all_incoming_students"): 1}


def test_rules_at_once_assign_once(assign: Assign, database: Database) -> None:
    assert assign("lab", "--to", "rule:all_incoming_students").exit_code == 0
    database.execute("INSERT INTO frames.students (id) SELECT 'n-' || n FROM generate_series(1, 2000) AS n")
    done: list[Outcome] = []
    with database.connect(autocommit=False) as other:
        other.execute("""
            INSERT INTO frames.module_assignments (module_id, student_id)
            SELECT id, 'n-7' FROM frames.modules WHERE module_id = 'lab'""")
        running = threading.Thread(target=lambda: done.append(assign("--rules", "--format", "json")))
        running.start()
        running.join(0.5)
        other.commit()
        running.join()
    assert new_ones(done[0]) == {("lab", "rule:all_incoming_students"): 1999}


def test_what_a_rule_assigns_meanwhile_is_assigned_as_was_said(assign: Assign, database: Database) -> None:
    done: list[Outcome] = []
    with database.connect(autocommit=False) as other:
        other.execute("""
            INSERT INTO frames.module_assignments (module_id, student_id, due_date, auto_assigned, assignment_rule)
            SELECT id, 'a', '2031-01-01', true, 'all_incoming_students' FROM frames.modules WHERE module_id = 'lab'""")
        said = ("lab", "--to", "student:a", "--due", "2031-09-09", "--format", "json")
        assigning = threading.Thread(target=lambda: done.append(assign(*said)))
        assigning.start()
        assigning.join(0.5)
        other.commit()
        assigning.join()
    assert counts(done[0]) == {"changed": 1}
    assert database.execute(ROWS) == [("lab", "a", "required", "2031-09-09")]


def test_two_who_change_one_assignment_lose_nothing(assign: Assign, database: Database) -> None:
    assert assign("lab", "--to", "student:a").exit_code == 0
    done: list[Outcome] = []
    with database.connect(autocommit=False) as other:
        other.execute("UPDATE frames.module_assignments SET due_date = '2031-09-09'")
        assigning = threading.Thread(target=lambda: done.append(assign("lab", "--to", "student:a", "--as", "optional")))
        assigning.start()
        assigning.join(0.5)
        other.commit()
        assigning.join()
    assert database.execute(ROWS) == [("lab", "a", "optional", "2031-09-09")]


def test_a_rule_is_changed_stopped_and_begun_again(assign: Assign, database: Database) -> None:
    rule = ("lab", "--to", "rule:all_incoming_students", "--format", "json")
    fate = lambda *said: [item["rule"] for item in json.loads(assign(*said).stdout)["items"]]  # noqa: E731
    assert fate(*rule, "--due", "+3") == ["new"]
    assert fate(*rule) == ["unchanged"]
    assert fate(*rule, "--due", "2031-01-01", "--as", "optional") == ["changed"]
    held = "SELECT assignment_type, due_date::text, due_days, is_active FROM frames.module_assignment_rules"
    assert database.execute(held) == [("optional", "2031-01-01", None, True)]
    assert fate(*rule, "--remove") == ["stopped"]
    database.execute("INSERT INTO frames.students (id) VALUES ('z')")
    assert assign("--rules").stdout == ""
    assert len(database.execute(ROWS)) == 5  # what it assigned stays
    assert fate(*rule, "--remove") == ["unchanged"]
    assert fate(*rule) == ["changed"]
    assert len(database.execute(ROWS)) == 6
    assert database.execute(held) == [("optional", "2031-01-01", None, True)]


def test_a_rule_is_taken_back_with_what_it_assigned(assign: Assign, database: Database) -> None:
    assert assign("lab", "--to", "rule:all_incoming_students").exit_code == 0
    assert assign("lab", "--to", "student:a").exit_code == 0  # is somebody's own from now on
    back = ("lab", "--to", "rule:all_incoming_students", "--remove", "--with-assigned", "--format", "json")
    assert counts(assign(*back)) == {"removed": 4}
    assert [row[1] for row in database.execute(ROWS)] == ["a"]


def begin(database: Database, *students: str) -> None:
    database.execute(f"""
        INSERT INTO frames.module_progress (module_id, student_id, status)
        SELECT m.id, s.id, CASE WHEN s.id = ANY ('{{{",".join(students)}}}') THEN 'in_progress' ELSE 'not_started' END
        FROM frames.modules AS m, frames.students AS s WHERE m.module_id = 'lab'""")


@pytest.mark.parametrize("target", ["student:a", "team:1", "university:north"])
def test_progress_is_not_left_alone_unless_that_is_asked(assign: Assign, database: Database, target: str) -> None:
    assert assign("lab", "--to", target, "--to", "student:d").exit_code == 0
    begin(database, "a")
    before = database.execute(STATE)
    done = assign("lab", "--to", target, "--to", "student:d", "--remove")
    assert (done.exit_code, "lab: students who have begun: 1" in done.stderr) == (4, True)
    assert database.execute(STATE) == before
    assert counts(assign("lab", "--to", target, "--remove", "--even-begun", "--format", "json")) == {"removed": 1}
    assert database.execute("SELECT count(*) FROM frames.module_progress") == [(5,)]


def test_who_has_it_in_another_way_is_not_left_alone(assign: Assign, database: Database) -> None:
    assert assign("lab", "--to", "student:a", "--to", "team:1").exit_code == 0
    begin(database, "a")
    assert counts(assign("lab", "--to", "student:a", "--remove", "--format", "json")) == {"removed": 1}
    assert assign("lab", "--to", "team:1", "--remove").exit_code == 4


def test_it_is_told_that_a_rule_assigns_again_what_was_taken_back(assign: Assign, database: Database) -> None:
    assert assign("lab", "bench", "--to", "student:a").exit_code == 0
    assert assign("lab", "--to", "rule:all_incoming_students").exit_code == 0
    done = assign("lab", "bench", "--to", "student:a", "--remove")
    assert (done.exit_code, "when rules are run: lab." in done.stderr) == (0, True)
    assert assign("lab", "--to", "rule:all_incoming_students", "--remove", "--with-assigned").stderr == ""


def test_what_was_not_begun_is_taken_back(assign: Assign, database: Database) -> None:
    assert assign("lab", "bench", "--to", "student:a", "--to", "team:1").exit_code == 0
    begin(database)
    done: Any = assign("lab", "--to", "student:a", "--to", "student:b", "--remove", "--format", "json")
    assert counts(done) == {"removed": 1, "unchanged": 1}
    assert [row[:2] for row in database.execute(ROWS)] == [("bench", "1"), ("bench", "a"), ("lab", "1")]
