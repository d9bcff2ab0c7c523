import datetime

from sqlalchemy import CheckConstraint, String, text, true
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import SLUG, not_negative, one_of, shaped
from toolbox_cli.models.toolboxai.base import Base, CreatedAt, UpdatedAt

EMPTY = text("'{}'")


class LmsIntegration(Base):
    __tablename__ = "lms_integrations"
    __table_args__ = (
        one_of("platform_name", "schoology", "canvas", "blackboard", "moodle", "oneroster", "oneroster-csv", "lti"),
        one_of("auth_type", "oauth2", "api_key", "basic", "oauth1", "token"),
        one_of("last_sync_status", "success", "partial", "failed", "held"),
        *not_negative("sync_frequency_hours"),
        shaped("name", SLUG),
        CheckConstraint("jsonb_typeof(filters) = 'object'", name="filters"),
        CheckConstraint("jsonb_typeof(settings) = 'object'", name="settings"),
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
    name: Mapped[str] = column(
        "What people and jobs call it: unique, lower-case letters, digits and dashes.",
        Privacy.NONE,
        String(100),
        unique=True,
        server_default=text("'integration-' || gen_random_uuid()"),
    )
    filters: Mapped[Json] = column(
        "Schools, terms and courses that are read or left out, an object.", Privacy.NONE, server_default=EMPTY
    )
    settings: Mapped[Json] = column(
        "Limits, account rule, roles, time zone and whatever else differs from the usual, an object.",
        Privacy.NONE,
        server_default=EMPTY,
    )
    paused_until: Mapped[datetime.datetime | None] = column(
        "Until when planned syncs leave it out; null or past means not paused.", Privacy.NONE
    )
    cursor_at: Mapped[datetime.datetime | None] = column(
        "Moment that the next delta is read from; null means everything.", Privacy.NONE
    )
    last_full_sync_at: Mapped[datetime.datetime | None] = column(
        "When the latest sync that read everything and was applied ended; null before the first.", Privacy.NONE
    )
    last_success_at: Mapped[datetime.datetime | None] = column(
        "When the latest sync that was a success ended; null before the first.", Privacy.NONE
    )
    removed_at: Mapped[datetime.datetime | None] = column(
        "When it was taken out of use for good: its secrets went, what it read stays; null while it is in use.",
        Privacy.NONE,
    )
