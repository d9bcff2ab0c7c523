import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import SerialKey, column, now
from toolbox_cli.models.frames.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import EMAIL, shaped


class University(Base):
    """A university that uses FRAMES."""

    __tablename__ = "universities"
    __table_args__ = (shaped("contact_email", EMAIL), {"comment": "Universities that use FRAMES."})

    id: Mapped[str] = column("Key, given by whoever enters the university.", Privacy.NONE, String, primary_key=True)
    name: Mapped[str | None] = column("Name of the university.", Privacy.NONE, String(255))
    location: Mapped[str | None] = column("Where the university is, free text.", Privacy.NONE, String(255))
    contact_email: Mapped[str | None] = column(
        "E-mail address of the university's contact.", Privacy.IDENTIFIER, String(255)
    )
    created_at: Mapped[datetime.datetime | None] = column("When the row was made.", Privacy.NONE, server_default=now())


class Team(Base):
    """A team of students of one university."""

    __tablename__ = "teams"
    __table_args__ = {"comment": "Teams of students."}

    id: Mapped[SerialKey]
    name: Mapped[str | None] = column("Name of the team.", Privacy.NONE, String(255))
    university_id: Mapped[str | None] = column(
        "University that the team belongs to.",
        Privacy.NONE,
        String,
        ForeignKey("frames.universities.id"),
        index=True,
    )
    subsystem: Mapped[str | None] = column("Subsystem that the team works on, free text.", Privacy.NONE, String(255))
    created_at: Mapped[datetime.datetime | None] = column("When the row was made.", Privacy.NONE, server_default=now())
