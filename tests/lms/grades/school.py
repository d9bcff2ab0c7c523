"""A small school in the database: one integration, one course, one quiz that is an assignment, students as they come.

school = School(connection)
ada = school.student("ada")
school.attempt(ada, 80)
school.collect()
"""

import datetime
import itertools
import uuid
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from toolbox_cli.lms.database import rows
from toolbox_cli.lms.grades.collecting import Collected, collect
from toolbox_cli.lms.grades.rules import read_graded

MORNING: Final = datetime.datetime(2026, 9, 1, 8, tzinfo=datetime.UTC)
ROBLOX: Final = {"data_collection_consent": True, "age_verified": True, "parental_consent_given": True}


class School:
    """Writes what a test needs; whatever is not said is as it usually is.

    Attributes:
        connection: whose search_path begins with the platform's schema.
    """

    def __init__(self, connection: psycopg.Connection[Any], **integration: Any) -> None:
        self.connection = connection
        self._numbers = itertools.count(1)
        self.name = f"oak-{uuid.uuid4()}"
        self.integration = self.add(
            "lms_integrations", name=self.name, platform_name="canvas", institution_name="Oak",
            base_url="https://lms.example", auth_type="token", **integration,
        )  # fmt: skip
        self.course = self.add("lms_courses", lms_integration_id=self.integration, external_course_id="7", title="Art")
        self.quiz = self.add("quizzes", title="Colours", subject="Art", grade_level=5)
        self.assignment = self.assign("11", toolboxai_quiz_id=self.quiz)

    def add(self, table: str, **columns: Any) -> uuid.UUID:
        key = columns.pop("id", None) or uuid.uuid4()
        given = {"id": key, **{n: Jsonb(v) if isinstance(v, dict) else v for n, v in columns.items()}}
        query = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, given)),
            sql.SQL(", ").join(map(sql.Placeholder, given)),
        )  # fmt: skip
        self.connection.execute(query, given)
        return key

    def change(self, table: str, key: uuid.UUID, **columns: Any) -> None:
        given = {n: Jsonb(v) if isinstance(v, dict) else v for n, v in columns.items()}
        pairs = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in given
        )
        query = sql.SQL("UPDATE {} SET {} WHERE id = {}").format(sql.Identifier(table), pairs, sql.Placeholder("key"))
        assert self.connection.execute(query, {**given, "key": key}).rowcount == 1

    def settle(self, **grades: Any) -> None:
        """Set how the integration grades."""
        self.change("lms_integrations", self.integration, settings={"grades": grades})

    def assign(self, external: str, **columns: Any) -> uuid.UUID:
        given = {"points_possible": 50, "title": f"Assignment {external}", "lms_course_id": self.course, **columns}
        return self.add("lms_assignments", external_assignment_id=external, **given)

    def person(self, name: str, **columns: Any) -> uuid.UUID:
        mail = f"{name}-{uuid.uuid4()}@oak.example"
        given = {"username": mail, "email": mail, "password_hash": "x" * 60, "role": "student", **columns}
        return self.add("users", **given)

    def account(self, user: uuid.UUID | None, external: str, **columns: Any) -> uuid.UUID:
        given = {"lms_integration_id": self.integration, "external_user_id": external, "user_id": user, **columns}
        return self.add("lms_identities", role="student", **given)

    def enroll(self, account: uuid.UUID, **columns: Any) -> uuid.UUID:
        given = {"lms_course_id": self.course, "role": "student", "status": "active", **columns}
        return self.add("lms_enrollments", lms_identity_id=account, **given)

    def student(self, name: str, external: str | None = None) -> uuid.UUID:
        """Let somebody be a student of the course; gives the key of the person here."""
        user = self.person(name)
        self.enroll(self.account(user, external or f"u-{name}", given_name=name), external_enrollment_id=f"e-{name}")
        return user

    def attempt(self, user: uuid.UUID, score: float | None, **columns: Any) -> uuid.UUID:
        """Let somebody finish the quiz, each time an hour later."""
        number = next(self._numbers)
        done = columns.pop("completed_at", MORNING + datetime.timedelta(hours=number))
        given = {"quiz_id": self.quiz, "attempt_number": number, "started_at": MORNING, "completed_at": done, **columns}
        return self.add("quiz_attempts", user_id=user, score=score, **given)

    def progress(self, user: uuid.UUID, content: uuid.UUID, **columns: Any) -> uuid.UUID:
        given = {"progress_type": "lesson", "last_interaction": MORNING, **columns}
        return self.add("user_progress", user_id=user, content_id=content, **given)

    def content(self) -> uuid.UUID:
        author = self.person("author", role="teacher")
        return self.add(
            "educational_content", title="Islands", subject="Art", grade_level=5, environment_type="island",
            content_data={}, created_by=author,
        )  # fmt: skip

    def played(self, user: uuid.UUID, percent: float, *, consents: dict[str, bool] = ROBLOX, **columns: Any) -> Any:
        """Let somebody finish the quiz in Roblox; gives the keys of progress and result."""
        teacher = self.person("teacher", role="teacher")
        lesson = self.add("lessons", title="Monday", teacher_id=teacher)
        session = self.add("roblox_sessions", lesson_id=lesson, teacher_id=teacher, place_id="1")
        progress = self.add(
            "roblox_player_progress", session_id=session, student_id=user, lesson_id=lesson, roblox_user_id="r",
            roblox_username="r", **consents,
        )  # fmt: skip
        given = {"completed": True, "started_at": MORNING, "completed_at": MORNING, "quiz_id": self.quiz, **columns}
        result = self.add(
            "roblox_quiz_results", session_id=session, player_progress_id=progress, quiz_name="Colours",
            total_questions=3, percentage_score=percent, **given,
        )  # fmt: skip
        return progress, result

    def collect(self) -> Collected:
        with self.connection.transaction():
            (done,) = collect(self.connection, read_graded(self.connection, [self.name], working=False))
        return done

    def grades(self) -> list[dict[str, Any]]:
        """Give all grades, as they were made."""
        query = "SELECT * FROM lms_grade_passbacks WHERE lms_assignment_id IN (SELECT a.id FROM lms_assignments a JOIN lms_courses c ON c.id = a.lms_course_id WHERE c.lms_integration_id = %(key)s) ORDER BY created_at, id"  # noqa: E501
        return rows(self.connection, query, {"key": self.integration})

    def scores(self) -> list[tuple[float, str]]:
        """Give score and status of each grade, as they were made."""
        return [(float(row["score"]), row["status"]) for row in self.grades()]

    def sent(self) -> None:
        """Let everything that waits be sent."""
        self.connection.execute("UPDATE lms_grade_passbacks SET status = 'success' WHERE status = 'pending'")
