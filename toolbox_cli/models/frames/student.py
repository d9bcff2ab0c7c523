import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import column, now
from toolbox_cli.models.frames.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import EMAIL, shaped


class Student(Base):
    """A student who works through modules."""

    __tablename__ = "students"
    __table_args__ = (shaped("email", EMAIL), {"comment": "Students, who work through modules."})

    id: Mapped[str] = column(
        "Key of the student, as the university gives it.", Privacy.IDENTIFIER, String, primary_key=True
    )
    name: Mapped[str | None] = column("Full name.", Privacy.IDENTIFIER, String(255))
    email: Mapped[str | None] = column("E-mail address.", Privacy.IDENTIFIER, String(255))
    university_id: Mapped[str | None] = column(
        "University that the student attends.",
        Privacy.QUASI_IDENTIFIER,
        String,
        ForeignKey("frames.universities.id"),
        index=True,
    )
    team_id: Mapped[int | None] = column(
        "Team that the student belongs to.", Privacy.QUASI_IDENTIFIER, ForeignKey("frames.teams.id"), index=True
    )
    role: Mapped[str | None] = column("Role in the team, free text.", Privacy.QUASI_IDENTIFIER, String(100))
    created_at: Mapped[datetime.datetime | None] = column(
        "When the row was made.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
