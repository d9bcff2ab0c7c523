import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import column, now
from toolbox_cli.models.frames.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import EMAIL, shaped


class Faculty(Base):
    """A member of a university's faculty."""

    __tablename__ = "faculty"
    __table_args__ = (shaped("email", EMAIL), {"comment": "Members of faculty, who write modules and assign them."})

    id: Mapped[str] = column(
        "Key of the member, as the university gives it.", Privacy.IDENTIFIER, String, primary_key=True
    )
    name: Mapped[str | None] = column("Full name.", Privacy.IDENTIFIER, String(255))
    email: Mapped[str | None] = column("E-mail address.", Privacy.IDENTIFIER, String(255))
    university_id: Mapped[str | None] = column(
        "University that the member works at.",
        Privacy.QUASI_IDENTIFIER,
        String,
        ForeignKey("frames.universities.id"),
        index=True,
    )
    department: Mapped[str | None] = column("Department, free text.", Privacy.QUASI_IDENTIFIER, String(255))
    created_at: Mapped[datetime.datetime | None] = column(
        "When the row was made.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
