"""People and their sessions."""

import datetime
import uuid

from sqlalchemy import ForeignKey, String, false, text, true
from sqlalchemy.dialects.postgresql import ARRAY, INET, JSONB
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, JsonList, PersonUuidKey, column, now
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import COUNTRY, EMAIL, ends_after, not_negative, one_of, positive, shaped, within
from toolbox_cli.models.toolboxai.base import ActCreatedAt, ActUpdatedAt, Base, IpAddress, PersonRowKey


class User(Base):
    __tablename__ = "users"
    __table_args__ = (
        shaped("email", EMAIL),
        one_of("role", "student", "teacher", "admin", "developer", "parent"),
        one_of("age_band", "under_13", "13_17", "adult", "unknown"),
        *within(1, 12, "grade_level"),
        *not_negative("login_count", "failed_login_count"),
        *positive("version"),
        {"comment": "Everyone who can sign in: students, teachers, parents, administrators, developers."},
    )

    id: Mapped[PersonUuidKey]
    username: Mapped[str] = column("Sign-in name, unique as written.", Privacy.IDENTIFIER, String(100), unique=True)
    email: Mapped[str] = column(
        "Address for sign-in and messages, one @ and no blanks; unique as written.",
        Privacy.IDENTIFIER,
        String(255),
        unique=True,
    )
    password_hash: Mapped[str] = column(
        "Salted hash with its algorithm and cost, never the password.", Privacy.SECRET, String(255)
    )
    first_name: Mapped[str | None] = column(
        "Given name; null where the school withholds it.", Privacy.IDENTIFIER, String(100)
    )
    last_name: Mapped[str | None] = column(
        "Family name; null where the school withholds it.", Privacy.IDENTIFIER, String(100)
    )
    display_name: Mapped[str | None] = column(
        "Name shown to others; null means the username is shown.", Privacy.IDENTIFIER, String(200)
    )
    avatar_url: Mapped[str | None] = column(
        "Address of the profile picture; may show a face.", Privacy.IDENTIFIER, String(500)
    )
    bio: Mapped[str | None] = column("What the person wrote about themselves.", Privacy.SENSITIVE)
    role: Mapped[str | None] = column(
        "What the person may do: student, teacher, admin, developer or parent.",
        Privacy.QUASI_IDENTIFIER,
        String(20),
        server_default="student",
    )
    grade_level: Mapped[int | None] = column(
        "School grade of a student, 1 to 12; null for everyone else.", Privacy.QUASI_IDENTIFIER
    )
    school_name: Mapped[str | None] = column(
        "School as the person or roster gave it.", Privacy.QUASI_IDENTIFIER, String(200)
    )
    district_name: Mapped[str | None] = column("School district of that school.", Privacy.QUASI_IDENTIFIER, String(200))
    subjects_taught: Mapped[list[Json] | None] = column(
        "Subjects of a teacher, one document each.", Privacy.QUASI_IDENTIFIER, ARRAY(JSONB)
    )
    subjects_interested: Mapped[list[Json] | None] = column(
        "Subjects that a student chose, one document each.", Privacy.SENSITIVE, ARRAY(JSONB)
    )
    is_active: Mapped[bool | None] = column(
        "False for a closed account, which can't sign in and is kept for its records.",
        Privacy.NONE,
        server_default=true(),
    )
    is_verified: Mapped[bool | None] = column(
        "Whether somebody confirmed that the account is whose it says.", Privacy.NONE, server_default=false()
    )
    is_superuser: Mapped[bool | None] = column(
        "Whether every permission check passes, whatever the role.", Privacy.NONE, server_default=false()
    )
    email_verified_at: Mapped[datetime.datetime | None] = column(
        "When the address answered a confirmation; null until then.", Privacy.QUASI_IDENTIFIER
    )
    last_login: Mapped[datetime.datetime | None] = column(
        "Latest successful sign-in; null if there was none.", Privacy.QUASI_IDENTIFIER
    )
    login_count: Mapped[int | None] = column(
        "Successful sign-ins since the account was made.", Privacy.QUASI_IDENTIFIER, server_default=text("0")
    )
    failed_login_count: Mapped[int | None] = column(
        "Refused sign-ins since the last successful one.", Privacy.QUASI_IDENTIFIER, server_default=text("0")
    )
    locked_until: Mapped[datetime.datetime | None] = column(
        "End of a lock after refused sign-ins; null or past means not locked.", Privacy.QUASI_IDENTIFIER
    )
    two_factor_enabled: Mapped[bool | None] = column(
        "Whether sign-in asks for a second factor.", Privacy.NONE, server_default=false()
    )
    two_factor_secret: Mapped[str | None] = column(
        "Seed of the one-time codes, encrypted; null without a second factor.", Privacy.SECRET, String(255)
    )
    settings: Mapped[Json | None] = column(
        "Account settings by name, as the programs write them.", Privacy.SENSITIVE, server_default="{}"
    )
    preferences: Mapped[Json | None] = column(
        "Display and learning preferences by name, accessibility needs among them.",
        Privacy.SENSITIVE,
        server_default="{}",
    )
    notification_settings: Mapped[Json | None] = column(
        "Which messages go out, by channel.", Privacy.SENSITIVE, server_default="{}"
    )
    created_at: Mapped[ActCreatedAt | None]
    updated_at: Mapped[ActUpdatedAt | None]
    created_by: Mapped[uuid.UUID | None] = column(
        "Who made the account; null for self-registration and imports.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.users.id"),
        index=True,
    )
    updated_by: Mapped[uuid.UUID | None] = column(
        "Who last changed the account; null if it was a program.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.users.id"),
        index=True,
    )
    version: Mapped[int | None] = column(
        "Counts changes from 1, so that a program sees that somebody else was faster.",
        Privacy.NONE,
        server_default=text("1"),
    )
    audit_log: Mapped[JsonList | None] = column(
        "Changes to this account, oldest first, as the programs append them.", Privacy.SENSITIVE, server_default="[]"
    )
    age_band: Mapped[str] = column(
        "under_13, 13_17, adult or unknown, which counts as under 13. Ages are never kept more exactly.",
        Privacy.QUASI_IDENTIFIER,
        server_default="unknown",
    )


class UserSession(Base):
    __tablename__ = "user_sessions"
    __table_args__ = (
        one_of("session_type", "web", "roblox", "api", "mobile"),
        shaped("country", COUNTRY),
        ends_after("expires_at", "created_at"),
        ends_after("refresh_expires_at", "created_at"),
        {"comment": "Sign-in sessions, live and past, with the hashes of their tokens."},
    )

    id: Mapped[PersonRowKey]
    user_id: Mapped[uuid.UUID | None] = column(
        "Whose session; it goes with the person.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.users.id", ondelete="CASCADE"),
        index=True,
    )
    token: Mapped[str] = column(
        "Hash of the session token, never the token itself; unique.", Privacy.SECRET, String(500), unique=True
    )
    refresh_token: Mapped[str | None] = column(
        "Hash of the refresh token, never the token itself; null where the session can't be renewed.",
        Privacy.SECRET,
        String(500),
        unique=True,
    )
    session_type: Mapped[str | None] = column(
        "Which kind of client signed in: web, roblox, api or mobile.", Privacy.NONE, String(20), server_default="web"
    )
    ip_address: Mapped[IpAddress | None] = column("Network address at sign-in.", Privacy.IDENTIFIER, INET)
    user_agent: Mapped[str | None] = column("User-Agent header at sign-in.", Privacy.QUASI_IDENTIFIER)
    device_id: Mapped[str | None] = column(
        "Key of the device as the client reports it.", Privacy.IDENTIFIER, String(255)
    )
    browser_fingerprint: Mapped[str | None] = column(
        "Digest of browser traits that singles out the device.", Privacy.IDENTIFIER, String(500)
    )
    country: Mapped[str | None] = column(
        "ISO 3166-1 alpha-2 code in upper case, from the address; null if unknown.", Privacy.QUASI_IDENTIFIER, String(2)
    )
    timezone: Mapped[str | None] = column("IANA zone name of the client.", Privacy.QUASI_IDENTIFIER, String(50))
    locale: Mapped[str | None] = column(
        "Language tag of the client, such as en-GB.", Privacy.QUASI_IDENTIFIER, String(10)
    )
    created_at: Mapped[ActCreatedAt | None]
    expires_at: Mapped[datetime.datetime] = column(
        "From when the session token is refused; not before created_at.", Privacy.QUASI_IDENTIFIER
    )
    refresh_expires_at: Mapped[datetime.datetime | None] = column(
        "From when the refresh token is refused; null without one.", Privacy.QUASI_IDENTIFIER
    )
    last_activity: Mapped[datetime.datetime | None] = column(
        "Latest request of the session.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    is_active: Mapped[bool | None] = column(
        "False once signed out or revoked; an expired session may still say true.", Privacy.NONE, server_default=true()
    )
    revoked_at: Mapped[datetime.datetime | None] = column(
        "When somebody ended the session early; null if nobody did.", Privacy.QUASI_IDENTIFIER
    )
    revoked_reason: Mapped[str | None] = column(
        "Why it was ended early, for people to read.", Privacy.SENSITIVE, String(255)
    )
    security_events: Mapped[JsonList | None] = column(
        "What looked suspicious during the session, oldest first.", Privacy.SENSITIVE, server_default="[]"
    )
