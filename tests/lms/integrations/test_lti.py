"""A platform of LTI from nothing to grades: its key, the courses of launches, a sync, and scores."""

import datetime
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.lms.doubles.lti import CLIENT_ID, LtiDouble
from tests.lms.doubles.roster import district
from tests.lms.integrations.conftest import Lms
from tests.lms.sources.lti.conftest import pem_of
from tests.support.web import Web
from toolbox_cli.core.exits import Exit

GRADE = """
INSERT INTO lms_grade_passbacks
    (lms_assignment_id, user_id, external_user_id, score, points_possible, graded_at, status)
SELECT a.id, i.user_id, i.external_user_id, 5, a.points_possible, now() - interval '1 hour', 'pending'
FROM lms_assignments AS a
JOIN lms_courses AS c ON c.id = a.lms_course_id
JOIN lms_enrollments AS e ON e.lms_course_id = c.id AND e.role = 'student'
JOIN lms_identities AS i ON i.id = e.lms_identity_id
WHERE c.external_course_id = '1' ORDER BY a.id, i.external_user_id LIMIT 1 RETURNING external_user_id"""


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@dataclass
class Ash:
    """A platform, and the commands that reach it."""

    lms: Lms
    double: LtiDouble
    file: Path

    def add(self, *more: str, **options: Any) -> Any:
        base, token = self.double.web.url, self.double.token_url
        return self.lms(
            "add", "ash", "--kind", "lti", "--base-url", base, "--client-id", CLIENT_ID, "--token-url", token, *more,
            **options,
        )  # fmt: skip

    def added(self) -> None:
        done = self.add("--secret-file", str(self.file))
        assert done.exit_code == 0, done.stderr

    def course(self, own: str) -> dict[str, str]:
        members, items = self.double.memberships_url(own), self.double.lineitems_url(own)
        return {"course": own, "members": members, "lineitems": items}

    def tell(self, *courses: dict[str, Any]) -> Any:
        """Give the addresses of courses."""
        file = self.file.with_name("contexts.yaml")
        file.write_text(yaml.safe_dump({"lti": {"contexts": list(courses)}}))
        return self.lms("settings", "ash", "--file", str(file))

    def told(self, *courses: str) -> None:
        done = self.tell(*map(self.course, courses))
        assert done.exit_code == 0, done.stderr

    def shown(self, **options: Any) -> Any:
        return self.lms.json("show", "ash", **options)["items"][0]


@pytest.fixture
def ash(lms: Lms, web: Web, key: rsa.RSAPrivateKey, tmp_path: Path) -> Ash:
    file = tmp_path / "lti.pem"
    file.write_text(pem_of(key))
    file.chmod(0o600)
    return Ash(lms, LtiDouble(web, district(), key.public_key(), lambda: datetime.datetime.now(datetime.UTC)), file)


def test_from_nothing_to_grades(ash: Ash) -> None:
    ash.added()
    ash.told("1", "2")
    notes = ash.lms.json("test", "ash")["items"][0]["notes"]
    assert "Courses known from launches: 2." in notes
    assert ash.lms.done("sync", "ash").exit_code == Exit.DONE
    names = {row["title"] for row in ash.lms.ask("SELECT title FROM lms_courses WHERE status = 'active'")}
    assert names == {course.title for course in ash.double.roster.courses.values()}
    [grade] = ash.lms.ask(GRADE)
    assert ash.lms.done("grades", "push", "ash").exit_code == Exit.DONE
    assert {person: held[0] for (_, person), held in ash.double.scores.items()} == {
        grade["external_user_id"]: Decimal(5)
    }
    assert ash.lms.ask("SELECT status FROM lms_grade_passbacks") == [{"status": "success"}]
    assert not ash.double.refused


def test_its_public_half_is_shown_and_its_private_one_never(ash: Ash, key: rsa.RSAPrivateKey) -> None:
    ash.added()
    public = ash.shown()["public_key"]
    assert serialization.load_pem_public_key(public["pem"].encode()) == key.public_key()
    assert set(public["jwk"]) == {"kty", "n", "e", "kid", "alg", "use"}
    assert public["jwk"]["kid"] == public["key_id"]
    shown = ash.lms.done("show", "ash").stdout
    assert f'"kid": "{public["key_id"]}"' in shown.replace("\n", "")
    assert "BEGIN PUBLIC KEY" in shown
    assert "PRIVATE" not in shown + ash.lms.everything()
    assert ash.lms.secret("ash", "client_secret_encrypted") == pem_of(key)
    ash.lms.done("settings", "ash", "--set", "lti.key_id=spring", "--set", "lti.audience=https://ash.example")
    assert ash.shown()["public_key"]["jwk"]["kid"] == "spring"
    keyless = ash.shown(environ={"TOOLBOX_SECRET_KEYS": ""})
    assert (keyless["public_key"], keyless["unusable"]) == (None, None)
    assert "can't be told: There is no key" in ash.lms.done("show", "ash", environ={"TOOLBOX_SECRET_KEYS": ""}).stdout


def test_what_is_signed_goes_by_its_settings(ash: Ash) -> None:
    ash.added()
    ash.told("1")
    ash.lms.done("settings", "ash", "--set", "lti.key_id=spring", "--set", "lti.audience=https://ash.example")
    assert ash.lms("test", "ash").exit_code == Exit.UNREACHABLE
    assert (ash.double.refused, ash.double.headers[-1]["kid"]) == (["audience"], "spring")
    assert ash.double.claims[-1]["aud"] == "https://ash.example"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("s3cr3t", "no private key in PEM"),
        (pem_of(rsa.generate_private_key(65537, 1024)), "not RSA of 2048 bits or more"),  # noqa: S505  is refused
        (pem_of(ec.generate_private_key(ec.SECP256R1())), "not RSA of 2048 bits or more"),
        (pem_of(rsa.generate_private_key(65537, 2048), b"word"), "no private key in PEM, or it is encrypted"),
        ("", "no private key in PEM"),
        ("x" * 20_000, "longer than"),
    ],
    ids=["text", "short", "curve", "locked", "empty", "long"],
)
def test_a_key_that_can_not_sign_is_refused(ash: Ash, text: str, why: str) -> None:
    ash.file.write_text(text)
    done = ash.add("--secret-file", str(ash.file))
    assert done.exit_code == Exit.USAGE
    assert why in done.stderr
    assert "s3cr3t" not in done.stderr
    assert not ash.lms.ask("SELECT FROM lms_integrations")


def test_nobody_types_a_key(ash: Ash) -> None:
    done = ash.add()
    assert done.exit_code == Exit.USAGE
    assert "has several lines: give it by --secret-file" in done.stderr


def test_another_key_takes_its_place(ash: Ash) -> None:
    ash.added()
    before = ash.shown()["public_key"]["key_id"]
    ash.file.write_text(pem_of(rsa.generate_private_key(65537, 2048)))
    ash.lms.done("rekey", "ash", "--secret-file", str(ash.file))
    assert ash.shown()["public_key"]["key_id"] != before
    ash.file.write_text("no key")
    assert ash.lms("rekey", "ash", "--secret-file", str(ash.file)).exit_code == Exit.USAGE


def test_without_the_extra_it_says_which_one(ash: Ash) -> None:
    argv = ["lms", "add", "ash", "--kind", "lti", "--base-url", "https://ash.example", "--secret-file", str(ash.file)]
    program = "import sys; sys.modules['joserfc'] = None; from toolbox_cli.app import run; sys.exit(run(sys.argv[1:]))"
    environ = {**ash.lms.environ, "TOOLBOX_DATABASE_URL": ash.lms.database.url}
    done = subprocess.run(
        [sys.executable, "-c", program, *argv], env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == Exit.USAGE
    assert "joserfc" in done.stderr
    assert "toolbox-cli[lti]" in done.stderr
    assert not ash.lms.ask("SELECT FROM lms_integrations")


def test_courses_elsewhere_are_refused_and_none_is_told_of(ash: Ash) -> None:
    ash.added()
    done = ash.tell({"course": "1", "members": "https://elsewhere.example/1"}, {"course": "2", "members": "nowhere"})
    assert done.exit_code == Exit.USAGE
    assert "has members in place 2, an address that" in done.stderr
    done = ash.tell({**ash.course("1"), "lineitems": "https://elsewhere.example/1"})
    assert done.exit_code == Exit.USAGE
    assert "https://elsewhere.example/1, which is not on" in done.stderr
    assert ash.lms.row("ash")["settings"] == {}
    assert "No course is known" in ash.lms.done("test", "ash").stdout
    done = ash.lms("sync", "ash")
    assert done.exit_code == Exit.FINDINGS
    [issue] = ash.lms.ask("SELECT code, message FROM lms_sync_issues ORDER BY run_id DESC LIMIT 1")
    assert issue["code"] == "lms-no-launch"


def test_courses_are_shown_and_one_that_is_taken_away_stays_and_is_named(ash: Ash) -> None:
    ash.added()
    ash.told("1", "2")
    shown = " ".join(ash.lms.done("show", "ash").stdout.split())
    assert f"course 2: members {ash.double.memberships_url('2')}, lineitems" in shown
    assert len(ash.shown()["settings"]["lti"]["contexts"]) == 2
    ash.lms.done("sync", "ash")
    counted = "SELECT status, count(*) FROM lms_enrollments GROUP BY status ORDER BY status"
    before = ash.lms.ask(counted)
    ash.told("1")
    done = ash.lms("sync", "ash", "--full")
    assert (done.exit_code, ash.lms.ask(counted)) == (Exit.FINDINGS, before)
    assert "Launch from the course once, and give the address of its members." in done.stdout
    assert {row["status"] for row in ash.lms.ask("SELECT status FROM lms_courses")} == {"active"}
