import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import SerialKey, column, now
from toolbox_cli.models.frames.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import not_negative, one_of, set_exactly_when


class ModuleAssignment(Base):
    """A module given to a student, a team or a university."""

    __tablename__ = "module_assignments"
    __table_args__ = (
        UniqueConstraint("module_id", "student_id"),
        one_of("assignment_type", "required", "optional", "recommended"),
        CheckConstraint("num_nonnulls(student_id, team_id, university_id) > 0", name="assignee"),
        Index("idx_assignments_student", "student_id"),
        Index("idx_assignments_module", "module_id", info={"keep": "deployed"}),
        Index(
            "module_assignments_module_id_team_id_key",
            "module_id",
            "team_id",
            unique=True,
            postgresql_where=text("student_id IS NULL AND team_id IS NOT NULL"),
        ),
        Index(
            "module_assignments_module_id_university_id_key",
            "module_id",
            "university_id",
            unique=True,
            postgresql_where=text("student_id IS NULL AND team_id IS NULL AND university_id IS NOT NULL"),
        ),
        {"comment": "Modules assigned to students, teams or universities."},
    )

    id: Mapped[SerialKey]
    module_id: Mapped[int] = column(
        "Module that is assigned.", Privacy.NONE, ForeignKey("frames.modules.id", ondelete="CASCADE")
    )
    student_id: Mapped[str | None] = column(
        "Student who gets the module.",
        Privacy.IDENTIFIER,
        String,
        ForeignKey("frames.students.id", ondelete="CASCADE"),
    )
    university_id: Mapped[str | None] = column(
        "University whose students get the module.",
        Privacy.QUASI_IDENTIFIER,
        String,
        ForeignKey("frames.universities.id"),
        index=True,
    )
    team_id: Mapped[int | None] = column(
        "Team that gets the module.", Privacy.QUASI_IDENTIFIER, ForeignKey("frames.teams.id"), index=True
    )
    assigned_by_id: Mapped[str | None] = column(
        "Member of faculty who assigned the module.",
        Privacy.IDENTIFIER,
        String,
        ForeignKey("frames.faculty.id"),
        index=True,
    )
    assignment_type: Mapped[str | None] = column(
        "required, optional or recommended.", Privacy.NONE, String(50), server_default="required"
    )
    due_date: Mapped[datetime.date | None] = column("Last day to finish the module.", Privacy.QUASI_IDENTIFIER)
    assigned_at: Mapped[datetime.datetime | None] = column(
        "When the module was assigned.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    auto_assigned: Mapped[bool | None] = column(
        "Whether a rule made the assignment.", Privacy.NONE, server_default=text("false")
    )
    assignment_rule: Mapped[str | None] = column("Name of that rule.", Privacy.NONE, String(255))


class ModuleAssignmentRule(Base):
    """A rule that assigns a module again and again, to whoever has come since."""

    __tablename__ = "module_assignment_rules"
    __table_args__ = (
        one_of("rule", "all_incoming_students", "subsystem_specific"),
        one_of("assignment_type", "required", "optional", "recommended"),
        set_exactly_when("subsystem", "rule = 'subsystem_specific'"),
        *not_negative("due_days"),
        CheckConstraint("num_nonnulls(due_date, due_days) <= 1", name="due_once"),
        Index(
            "module_assignment_rules_target_key",
            "module_id",
            "rule",
            "university_id",
            "subsystem",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        {"comment": "Rules that assign modules to whoever they fit, each time they are run."},
    )

    id: Mapped[int] = column("Key.", Privacy.NONE, BigInteger, Identity(), primary_key=True)
    module_id: Mapped[int] = column(
        "Module that the rule assigns.", Privacy.NONE, ForeignKey("frames.modules.id", ondelete="CASCADE")
    )
    rule: Mapped[str] = column(
        "all_incoming_students, or subsystem_specific: students of teams that work on the subsystem.",
        Privacy.NONE,
        String(255),
    )
    university_id: Mapped[str | None] = column(
        "University whose students the rule is for; null for those of all.",
        Privacy.NONE,
        String,
        ForeignKey("frames.universities.id"),
        index=True,
    )
    subsystem: Mapped[str | None] = column("Subsystem of the teams, of a rule for one.", Privacy.NONE, String(255))
    assignment_type: Mapped[str] = column(
        "required, optional or recommended.", Privacy.NONE, String(50), server_default="required"
    )
    due_date: Mapped[datetime.date | None] = column("Last day to finish the module, of all.", Privacy.NONE)
    due_days: Mapped[int | None] = column(
        "Days that each has from the day of the assignment, not negative.", Privacy.NONE
    )
    is_active: Mapped[bool] = column("Whether the rule still assigns.", Privacy.NONE, server_default=text("true"))
    assigned_by_id: Mapped[str | None] = column(
        "Member of faculty who made the rule.", Privacy.IDENTIFIER, String, ForeignKey("frames.faculty.id"), index=True
    )
    created_at: Mapped[datetime.datetime] = column("When the rule was made.", Privacy.NONE, server_default=now())
