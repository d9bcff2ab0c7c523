"""Learning management systems: connections, courses, assignments, and grades sent back."""

import datetime
import uuid
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Numeric, String, UniqueConstraint, Uuid, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import EMAIL, ends_after, finite, not_negative, one_of, shaped, within
from toolbox_cli.models.toolboxai.base import ActCreatedAt, ActUpdatedAt, Base, CreatedAt, UpdatedAt


class LmsIntegration(Base):
    __tablename__ = "lms_integrations"
    __table_args__ = (
        one_of("platform_name", "schoology", "canvas", "blackboard", "moodle", "oneroster", "oneroster-csv", "lti"),
        one_of("auth_type", "oauth2", "api_key", "basic", "oauth1", "token"),
        one_of("last_sync_status", "success", "partial", "failed", "held"),
        *not_negative("sync_frequency_hours"),
        {"comment": "Connections to learning management systems, one for each institution and system."},
    )

    id: Mapped[UuidKey]
    platform_name: Mapped[str] = column(
        "schoology, canvas, blackboard, moodle, oneroster, oneroster-csv or lti.", Privacy.NONE, String(50)
    )
    institution_name: Mapped[str] = column("School or district it serves.", Privacy.NONE, String(200))
    base_url: Mapped[str] = column(
        "Root address of its interface; for oneroster-csv where the files are.", Privacy.NONE, String(500)
    )
    api_version: Mapped[str | None] = column(
        "Version of that interface; null means the newest known.", Privacy.NONE, String(20)
    )
    auth_type: Mapped[str] = column(
        "How we sign in: oauth2, api_key, basic, oauth1 or token.", Privacy.NONE, String(20)
    )
    client_id: Mapped[str | None] = column(
        "Public half of our credentials; null where there is none.", Privacy.NONE, String(255)
    )
    client_secret_encrypted: Mapped[str | None] = column(
        "Client secret, encrypted with the installation's keys.", Privacy.SECRET
    )
    api_key_encrypted: Mapped[str | None] = column("API key, encrypted with the installation's keys.", Privacy.SECRET)
    auth_endpoint: Mapped[str | None] = column(
        "Address where a person allows access; null means the system's usual one.", Privacy.NONE, String(500)
    )
    token_endpoint: Mapped[str | None] = column(
        "Address where tokens are fetched; null means the system's usual one.", Privacy.NONE, String(500)
    )
    refresh_token_encrypted: Mapped[str | None] = column(
        "Refresh token, encrypted with the installation's keys.", Privacy.SECRET
    )
    sync_frequency_hours: Mapped[int | None] = column(
        "Hours between two planned syncs, 0 or more.", Privacy.NONE, server_default=text("24")
    )
    grade_passback_enabled: Mapped[bool | None] = column(
        "Whether grades may be sent to it at all.", Privacy.NONE, server_default=true()
    )
    roster_sync_enabled: Mapped[bool | None] = column(
        "Whether people and enrollments are read from it.", Privacy.NONE, server_default=true()
    )
    content_sync_enabled: Mapped[bool | None] = column(
        "Whether assignments are read from it.", Privacy.NONE, server_default=true()
    )
    is_active: Mapped[bool | None] = column(
        "False while nothing is exchanged with it.", Privacy.NONE, server_default=true()
    )
    last_sync_at: Mapped[datetime.datetime | None] = column(
        "When the latest sync ended; null before the first.", Privacy.NONE
    )
    last_sync_status: Mapped[str | None] = column(
        "success, partial (some records refused), failed, or held (waits for a person's yes); null before the first.",
        Privacy.NONE,
        String(20),
    )
    sync_error_message: Mapped[str | None] = column(
        "Why the latest sync was not a success; may quote a record.", Privacy.SENSITIVE
    )
    health_check_url: Mapped[str | None] = column(
        "Address that answers if it is up; null means base_url.", Privacy.NONE, String(500)
    )
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]


class LmsCourse(Base):
    __tablename__ = "lms_courses"
    __table_args__ = (
        UniqueConstraint("lms_integration_id", "external_course_id"),
        *within(1, 12, "grade_level"),
        shaped("instructor_email", EMAIL),
        *not_negative("enrollment_count"),
        ends_after("end_date", "start_date"),
        {"comment": "Courses as a learning management system has them."},
    )

    id: Mapped[UuidKey]
    lms_integration_id: Mapped[uuid.UUID | None] = column(
        "Connection it came through.", Privacy.NONE, ForeignKey("toolboxai.lms_integrations.id")
    )
    external_course_id: Mapped[str] = column("Its key there, unique in the connection.", Privacy.NONE, String(100))
    title: Mapped[str] = column("Its name there; may carry a teacher's name.", Privacy.QUASI_IDENTIFIER, String(200))
    description: Mapped[str | None] = column("Its description there.", Privacy.NONE)
    subject: Mapped[str | None] = column("School subject; null if not given.", Privacy.NONE, String(50))
    grade_level: Mapped[int | None] = column("School grade, 1 to 12; null for several or none.", Privacy.NONE)
    instructor_name: Mapped[str | None] = column("First teacher named there.", Privacy.IDENTIFIER, String(200))
    instructor_email: Mapped[str | None] = column(
        "That teacher's address, one @ and no blanks.", Privacy.IDENTIFIER, String(255)
    )
    enrollment_count: Mapped[int | None] = column(
        "Students enrolled at the latest sync.", Privacy.NONE, server_default=text("0")
    )
    start_date: Mapped[datetime.date | None] = column("First day; null if open.", Privacy.NONE, Date)
    end_date: Mapped[datetime.date | None] = column("Last day, not before the first; null if open.", Privacy.NONE, Date)
    last_synced_at: Mapped[datetime.datetime | None] = column(
        "When it was last read there; null before the first.", Privacy.NONE
    )
    sync_hash: Mapped[str | None] = column(
        "Digest of what was last read: the same means unchanged.", Privacy.NONE, String(64)
    )
    raw_data: Mapped[Json | None] = column("The answer as it was read; may name people.", Privacy.SENSITIVE)
    linked_content_ids: Mapped[list[uuid.UUID] | None] = column(
        "Keys of educational_content used in it.", Privacy.NONE, ARRAY(Uuid)
    )
    auto_sync_enabled: Mapped[bool | None] = column(
        "Whether planned syncs include it.", Privacy.NONE, server_default=true()
    )
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]


class LmsAssignment(Base):
    __tablename__ = "lms_assignments"
    __table_args__ = (
        UniqueConstraint("lms_course_id", "external_assignment_id"),
        *finite("points_possible"),
        ends_after("lock_date", "unlock_date"),
        {"comment": "Assignments of those courses, and what of ours they stand for."},
    )

    id: Mapped[UuidKey]
    lms_course_id: Mapped[uuid.UUID | None] = column(
        "Course it belongs to.", Privacy.NONE, ForeignKey("toolboxai.lms_courses.id")
    )
    external_assignment_id: Mapped[str] = column("Its key there, unique in the course.", Privacy.NONE, String(100))
    title: Mapped[str] = column("Its name there.", Privacy.NONE, String(200))
    description: Mapped[str | None] = column("Its instructions there.", Privacy.NONE)
    assignment_type: Mapped[str | None] = column(
        "Kind as named there, such as quiz, project or discussion; open list.", Privacy.NONE, String(50)
    )
    points_possible: Mapped[Decimal | None] = column(
        "Points of a full result, 0 or more; null if it is not graded.", Privacy.NONE, Numeric(8, 2)
    )
    due_date: Mapped[datetime.datetime | None] = column("When it should be handed in; null if open.", Privacy.NONE)
    unlock_date: Mapped[datetime.datetime | None] = column(
        "From when students see it; null means at once.", Privacy.NONE
    )
    lock_date: Mapped[datetime.datetime | None] = column(
        "From when nothing is accepted, not before unlock_date; null means never.", Privacy.NONE
    )
    toolboxai_content_id: Mapped[uuid.UUID | None] = column(
        "Our content that it stands for; null if not linked.",
        Privacy.NONE,
        ForeignKey("toolboxai.educational_content.id"),
        index=True,
    )
    toolboxai_quiz_id: Mapped[uuid.UUID | None] = column(
        "Our quiz whose results are its grades; null if not linked.",
        Privacy.NONE,
        ForeignKey("toolboxai.quizzes.id"),
        index=True,
    )
    grade_passback_enabled: Mapped[bool | None] = column(
        "Whether its results are sent back.", Privacy.NONE, server_default=true()
    )
    last_synced_at: Mapped[datetime.datetime | None] = column(
        "When it was last read there; null before the first.", Privacy.NONE
    )
    raw_data: Mapped[Json | None] = column("The answer as it was read; may name people.", Privacy.SENSITIVE)
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]


class LmsGradePassback(Base):
    __tablename__ = "lms_grade_passbacks"
    __table_args__ = (
        one_of("status", "pending", "success", "failed", "dead"),
        *finite("score", "points_possible"),
        *within(0, 100, "percentage"),
        *not_negative("attempt_count"),
        {"comment": "Grades to send back, sent, or given up."},
    )

    id: Mapped[UuidKey]
    lms_assignment_id: Mapped[uuid.UUID | None] = column(
        "Assignment that is graded.", Privacy.NONE, ForeignKey("toolboxai.lms_assignments.id"), index=True
    )
    user_id: Mapped[uuid.UUID | None] = column(
        "The student here.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True
    )
    external_user_id: Mapped[str] = column("The student's key there.", Privacy.IDENTIFIER, String(100))
    score: Mapped[Decimal | None] = column(
        "Points reached; may pass points_possible by bonus.", Privacy.SENSITIVE, Numeric(8, 2)
    )
    points_possible: Mapped[Decimal | None] = column(
        "Points of a full result when the grade was made.", Privacy.NONE, Numeric(8, 2)
    )
    percentage: Mapped[Decimal | None] = column(
        "Result in percent of points_possible, 0 to 100.", Privacy.SENSITIVE, Numeric(5, 2)
    )
    letter_grade: Mapped[str | None] = column(
        "Letter by the institution's scale; null without one.", Privacy.SENSITIVE, String(5)
    )
    status: Mapped[str | None] = column(
        "pending, success, failed (will be tried again) or dead (given up).",
        Privacy.NONE,
        String(20),
        server_default="pending",
    )
    attempt_count: Mapped[int | None] = column("How often sending was tried.", Privacy.NONE, server_default=text("0"))
    last_attempt_at: Mapped[datetime.datetime | None] = column(
        "When it was last tried; null before the first.", Privacy.NONE
    )
    error_message: Mapped[str | None] = column("Why the latest try failed; may quote the answer.", Privacy.SENSITIVE)
    quiz_attempt_id: Mapped[uuid.UUID | None] = column(
        "Attempt that the grade comes from; null if from progress.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.quiz_attempts.id"),
        index=True,
    )
    progress_id: Mapped[uuid.UUID | None] = column(
        "Progress that the grade comes from; null if from an attempt.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.user_progress.id"),
        index=True,
    )
    created_at: Mapped[ActCreatedAt | None]
    updated_at: Mapped[ActUpdatedAt | None]
