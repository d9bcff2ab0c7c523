import datetime
import uuid
from typing import Annotated

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, false, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Function, Json, Trigger, column, now, programs
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import SHA256, ends_after, one_of, positive, set_exactly_when, shaped
from toolbox_cli.models.toolboxai.base import Base

EMPTY = text("'{}'")

RunKey = Annotated[
    int,
    column("Key, in the order of starting.", Privacy.NONE, BigInteger, Identity(always=True), primary_key=True),
]


def _document(name: str) -> CheckConstraint:
    return CheckConstraint(f"jsonb_typeof({name}) = 'object'", name=name)


class LmsSyncRun(Base):
    __tablename__ = "lms_sync_runs"
    __table_args__ = (
        Index(None, "lms_integration_id", "id"),
        one_of("mode", "full", "delta", "undo", "manual"),
        one_of("status", "running", "success", "partial", "failed", "held", "discarded", "undone"),
        ends_after("ended_at", "started_at"),
        CheckConstraint("status = 'running' OR ended_at IS NOT NULL", name="ended_at"),
        _document("counts"),
        _document("scopes"),
        _document("versions"),
        shaped("diff_hash", SHA256),
        CheckConstraint("undoes_run_id IS NULL OR mode = 'undo'", name="undoes_run_id"),
        CheckConstraint("purged_at IS NULL OR status NOT IN ('running', 'held')", name="purged_at"),
        {"comment": "Syncs with learning management systems: what each read and did."},
    )

    id: Mapped[RunKey]
    lms_integration_id: Mapped[uuid.UUID] = column(
        "Connection that was read.", Privacy.NONE, ForeignKey("toolboxai.lms_integrations.id")
    )
    mode: Mapped[str] = column(
        "full, delta (what changed since the one before), undo (takes another run back), or manual (what somebody "
        "changed by hand).",
        Privacy.NONE,
    )
    status: Mapped[str] = column(
        "running, success, partial (some records refused), failed, held (waits for a person's yes), discarded (held, "
        "then refused or overtaken) or undone.",
        Privacy.NONE,
        server_default="running",
    )
    started_at: Mapped[datetime.datetime] = column("When it began to read.", Privacy.NONE, server_default=now())
    ended_at: Mapped[datetime.datetime | None] = column(
        "When it ended, not before it began; null while it runs.", Privacy.NONE
    )
    asked_by: Mapped[str | None] = column(
        "Person or job that asked for it; null where nobody said so.", Privacy.IDENTIFIER
    )
    counts: Mapped[Json] = column(
        "What it did, an object of kind to action to number of records.", Privacy.NONE, server_default=EMPTY
    )
    scopes: Mapped[Json] = column(
        "What it read, an object of kind to what was whole and what was not.", Privacy.NONE, server_default=EMPTY
    )
    diff_hash: Mapped[str | None] = column(
        "SHA-256 of what it was to change, 64 hexadecimal digits: what is approved must have the same.", Privacy.NONE
    )
    approves_run_id: Mapped[int | None] = column(
        "Held run that a person approved and this one applies.",
        Privacy.NONE,
        ForeignKey("toolboxai.lms_sync_runs.id"),
        index=True,
    )
    undoes_run_id: Mapped[int | None] = column(
        "Run that this one takes back.", Privacy.NONE, ForeignKey("toolboxai.lms_sync_runs.id"), index=True
    )
    error_code: Mapped[str | None] = column("Stable name of what stopped or held it.", Privacy.NONE)
    error_message: Mapped[str | None] = column(
        "What stopped or held it, for people; may quote an answer.", Privacy.SENSITIVE
    )
    versions: Mapped[Json] = column(
        "Version of the toolkit and of the other side, an object.", Privacy.NONE, server_default=EMPTY
    )
    purged_at: Mapped[datetime.datetime | None] = column(
        "When its journal and issues were emptied of people; null while they are whole.", Privacy.NONE
    )


class LmsSyncIssue(Base):
    __tablename__ = "lms_sync_issues"
    __table_args__ = (
        *positive("number"),
        one_of("severity", "note", "warning", "error"),
        one_of("kind", "course", "user", "enrollment", "assignment"),
        {"comment": "What was wrong with records that syncs read, one row a record and fault."},
    )

    run_id: Mapped[int] = column(
        "Sync that read the record.",
        Privacy.NONE,
        ForeignKey("toolboxai.lms_sync_runs.id"),
        primary_key=True,
        autoincrement=False,
    )
    number: Mapped[int] = column("Number in the run, from 1.", Privacy.NONE, primary_key=True, autoincrement=False)
    code: Mapped[str] = column("Stable name of the fault, such as lms-unknown-role; open list.", Privacy.NONE)
    severity: Mapped[str] = column("note, warning or error.", Privacy.NONE)
    kind: Mapped[str | None] = column(
        "course, user, enrollment or assignment; null for what concerns the whole sync.", Privacy.NONE
    )
    external_id: Mapped[str | None] = column("The record's key there, where it has one.", Privacy.IDENTIFIER)
    field: Mapped[str | None] = column("Field at fault.", Privacy.NONE)
    message: Mapped[str] = column("What is wrong, for people; may quote the record.", Privacy.SENSITIVE)
    remedy: Mapped[str | None] = column("What to do about it.", Privacy.NONE)
    place: Mapped[str | None] = column("Page or line that the record came in.", Privacy.NONE)


class LmsSyncChange(Base):
    """One row that a sync changed or, while it is held, was to change: undoing reads it backwards."""

    __tablename__ = "lms_sync_changes"
    __table_args__ = (
        Index(None, "row_id", "run_id"),
        *positive("number"),
        one_of("table_name", "lms_courses", "lms_assignments", "lms_identities", "lms_enrollments", "users"),
        one_of("action", "insert", "update", "remove", "restore", "delete"),
        set_exactly_when("before", "action <> 'insert'"),
        CheckConstraint("after IS NOT NULL OR action = 'delete' OR action = 'insert' AND applied", name="after"),
        CheckConstraint("row_id IS NOT NULL OR NOT applied", name="row_id"),
        {
            "comment": "Rows that syncs changed, or were to change while held, as before and after. Append-only, but "
            "for purges."
        },
    )

    run_id: Mapped[int] = column(
        "Sync that made the change.",
        Privacy.NONE,
        ForeignKey("toolboxai.lms_sync_runs.id"),
        primary_key=True,
        autoincrement=False,
    )
    number: Mapped[int] = column(
        "Number in the run, from 1; changes were made in this order.",
        Privacy.NONE,
        primary_key=True,
        autoincrement=False,
    )
    row_id: Mapped[uuid.UUID | None] = column(
        "Key of the row; null for one that was not inserted yet.", Privacy.IDENTIFIER
    )
    applied: Mapped[bool] = column(
        "False for what a held or failed sync did not do; never changes, a later run has its own rows.",
        Privacy.NONE,
        server_default=false(),
    )
    table_name: Mapped[str] = column(
        "Table of the row: lms_courses, lms_assignments, lms_identities, lms_enrollments or users.", Privacy.NONE
    )
    action: Mapped[str] = column(
        "insert, update, remove (marked as gone), restore (no longer marked), or delete, which only undoing does.",
        Privacy.NONE,
    )
    external_id: Mapped[str | None] = column("The record's key there, where it has one.", Privacy.IDENTIFIER)
    before: Mapped[Json | None] = column(
        "The whole row before, of users the columns that a roster may change; null if there was none. "
        "Purged, an object that has is_active at most.",
        Privacy.SENSITIVE,
    )
    after: Mapped[Json | None] = column(
        "The same afterwards; null if it was deleted, or inserted: the row itself then has it, or the next change.",
        Privacy.SENSITIVE,
    )


programs(Base.metadata).functions.append(
    Function(
        "without_people",
        """
CREATE FUNCTION without_people(document jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN document ? 'is_active' THEN jsonb_build_object('is_active', document -> 'is_active') ELSE '{}' END
$$""",
        "Gives what a purge leaves of a row before or after: whether a sync closed an account must stay known.",
    )
)
programs(Base.metadata).functions.append(
    Function(
        "refuse_journal_change",
        """
CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD IS DISTINCT FROM NEW
            AND (NEW.run_id, NEW.number, NEW.row_id, NEW.applied, NEW.table_name, NEW.action, NEW.before, NEW.after)
            IS NOT DISTINCT FROM (OLD.run_id, OLD.number, OLD.row_id, OLD.applied, OLD.table_name, OLD.action,
                without_people(OLD.before), without_people(OLD.after))
            AND (NEW.external_id IS NULL OR NEW.external_id = OLD.external_id)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused',
        HINT = 'Take a sync back with a run of its own: toolbox lms undo. Old contents go with: toolbox lms purge';
END
$$""",
        "Refuses to change or delete what a sync recorded; emptying it of people is the one change that is taken.",
    )
)
programs(Base.metadata).triggers.append(
    Trigger(
        "append_only",
        "lms_sync_changes",
        """
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON lms_sync_changes
FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change();
ALTER TABLE lms_sync_changes ENABLE ALWAYS TRIGGER append_only""",
    )
)
programs(Base.metadata).triggers.append(
    Trigger(
        "only_emptied",
        "lms_sync_changes",
        """
CREATE TRIGGER only_emptied BEFORE UPDATE ON lms_sync_changes
FOR EACH ROW EXECUTE FUNCTION refuse_journal_change();
ALTER TABLE lms_sync_changes ENABLE ALWAYS TRIGGER only_emptied""",
    )
)
