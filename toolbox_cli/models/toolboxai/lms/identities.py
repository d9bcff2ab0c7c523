import datetime
import uuid
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid, false, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped
from sqlalchemy.types import Text

from toolbox_cli.models.base import column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import EMAIL, one_of, set_exactly_when, shaped, within
from toolbox_cli.models.toolboxai.base import Base, CreatedAt, PersonRowKey, UpdatedAt

LOCKABLE: Final = (
    "username", "email", "first_name", "last_name", "display_name", "role", "grade_level", "school_name",
    "district_name", "is_active", "age_band",
)  # fmt: skip
"""Columns of `users` that a roster may change and a person may keep."""

_LOCKABLE_LIST: Final = ", ".join(f"'{name}'" for name in LOCKABLE)


class LmsIdentity(Base):
    """An account at a system, and who that is here: what is read there stays apart from what people are here."""

    __tablename__ = "lms_identities"
    __table_args__ = (
        UniqueConstraint("lms_integration_id", "external_user_id"),
        Index(None, "lms_integration_id", "sis_id"),
        one_of("role", "student", "teacher", "assistant", "admin"),
        one_of("status", "present", "removed"),
        *within(1, 12, "grade_level"),
        shaped("email", EMAIL),
        set_exactly_when("removed_at", "status = 'removed'"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
        CheckConstraint("user_id IS NOT NULL OR NOT account_made", name="account_made"),
        CheckConstraint(f"locked_fields <@ ARRAY[{_LOCKABLE_LIST}]", name="locked_fields"),
        {"comment": "Accounts at learning management systems, and which people here they are."},
    )

    id: Mapped[PersonRowKey]
    lms_integration_id: Mapped[uuid.UUID] = column(
        "Connection it was read through.", Privacy.NONE, ForeignKey("toolboxai.lms_integrations.id")
    )
    external_user_id: Mapped[str] = column(
        "The account's key there, unique in the connection.", Privacy.IDENTIFIER, String(255)
    )
    user_id: Mapped[uuid.UUID | None] = column(
        "Who it is here; null for whom no account is kept. A merge leaves it as it was, for the split.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.users.id"),
        index=True,
    )
    username: Mapped[str | None] = column("Sign-in name there.", Privacy.IDENTIFIER)
    email: Mapped[str | None] = column(
        "Address there, one @ and no blanks; tells nobody apart: it may be missing, shared or change.",
        Privacy.IDENTIFIER,
    )
    given_name: Mapped[str | None] = column("Given name there.", Privacy.IDENTIFIER)
    family_name: Mapped[str | None] = column("Family name there.", Privacy.IDENTIFIER)
    sis_id: Mapped[str | None] = column(
        "Key in the student information system, where the other side shows it: tells a merge from a removal.",
        Privacy.IDENTIFIER,
    )
    role: Mapped[str | None] = column(
        "student, teacher, assistant or admin; null where there are roles in courses alone.", Privacy.QUASI_IDENTIFIER
    )
    grade_level: Mapped[int | None] = column(
        "School grade, 1 to 12; null where grade_label says no such grade.", Privacy.QUASI_IDENTIFIER
    )
    grade_label: Mapped[str | None] = column("Grade as written there, such as KG.", Privacy.QUASI_IDENTIFIER)
    is_enabled: Mapped[bool] = column(
        "False while the account is off there, which is no removal.", Privacy.QUASI_IDENTIFIER, server_default=true()
    )
    status: Mapped[str] = column(
        "present, or removed: no longer there.", Privacy.QUASI_IDENTIFIER, server_default="present"
    )
    removed_at: Mapped[datetime.datetime | None] = column(
        "When a sync found it gone; null while it is present.", Privacy.QUASI_IDENTIFIER
    )
    merged_into_id: Mapped[uuid.UUID | None] = column(
        "Identity of the same person that counts in place of this one; null if this one counts.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.lms_identities.id"),
        index=True,
    )
    opted_out: Mapped[bool] = column("Whether syncs leave this person out.", Privacy.SENSITIVE, server_default=false())
    locked_fields: Mapped[list[str]] = column(
        "Columns of the users row that syncs leave as they are.",
        Privacy.NONE,
        ARRAY(Text),
        server_default=text("'{}'"),
    )
    account_made: Mapped[bool] = column(
        "Whether this connection made the users row, and so may close it.", Privacy.NONE, server_default=false()
    )
    sync_hash: Mapped[uuid.UUID | None] = column(
        "First half of the digest of what was last read: the same means unchanged.", Privacy.IDENTIFIER, Uuid
    )
    first_run_id: Mapped[int | None] = column(
        "Sync that made the row; null if none did.",
        Privacy.NONE,
        ForeignKey("toolboxai.lms_sync_runs.id"),
        index=True,
    )
    last_run_id: Mapped[int | None] = column(
        "Latest sync that changed the row; one that finds it unchanged leaves this.",
        Privacy.NONE,
        ForeignKey("toolboxai.lms_sync_runs.id"),
        index=True,
    )
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
