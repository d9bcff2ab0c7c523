import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import SerialKey, column, now
from toolbox_cli.models.frames.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import one_of


class ModuleAssignment(Base):
    """A module given to a student, a team or a university."""

    __tablename__ = "module_assignments"
    __table_args__ = (
        UniqueConstraint("module_id", "student_id"),
        one_of("assignment_type", "required", "optional", "recommended"),
        CheckConstraint("num_nonnulls(student_id, team_id, university_id) > 0", name="assignee"),
        Index("idx_assignments_student", "student_id"),
        Index("idx_assignments_module", "module_id", info={"keep": "deployed"}),
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
