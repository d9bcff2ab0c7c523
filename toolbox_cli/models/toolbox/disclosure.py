import datetime
import uuid
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, Trigger, column, now, programs
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import not_negative, one_of
from toolbox_cli.models.toolbox.audit_log import EMPTY
from toolbox_cli.models.toolbox.base import Base, RecordKey

PRIVACY: Final = ("pseudonymous", "aggregate", "identified")


class Disclosure(Base):
    """One export: who let which data out, to whom and why; written before anybody may take the files for whole."""

    __tablename__ = "disclosures"
    __table_args__ = (
        one_of("environment", "development", "staging", "production"),
        one_of("privacy", *PRIVACY),
        *not_negative("row_count"),
        CheckConstraint("jsonb_typeof(datasets) = 'object'", name="datasets"),
        CheckConstraint("jsonb_typeof(selection) = 'object'", name="selection"),
        CheckConstraint("privacy <> 'identified' OR basis IS NOT NULL", name="basis"),
        CheckConstraint(
            "environment <> 'production' OR privacy <> 'identified' OR recipient IS NOT NULL", name="recipient"
        ),
        CheckConstraint(
            "btrim(recipient) <> ''",
            name="recipient_not_blank",
            info={"example": [{"recipient": " "}, {"recipient": "x"}]},
        ),
        CheckConstraint(
            "btrim(basis) <> ''", name="basis_not_blank", info={"example": [{"basis": " "}, {"basis": "x"}]}
        ),
        {"comment": "Every export of data: who, what, to whom, why. Append-only."},
    )

    id: Mapped[RecordKey]
    disclosed_at: Mapped[datetime.datetime] = column(
        "When the record's transaction began.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    database_user: Mapped[str] = column(
        "Database role that wrote the record.", Privacy.IDENTIFIER, server_default=text("SESSION_USER")
    )
    os_user: Mapped[str | None] = column(
        "Account of the operating system that ran the export; empty where it has no name.", Privacy.IDENTIFIER
    )
    environment: Mapped[str] = column("development, staging or production, as configured.", Privacy.NONE)
    privacy: Mapped[str] = column("pseudonymous, aggregate or identified.", Privacy.NONE)
    recipient: Mapped[str | None] = column(
        "Who gets the data; an identified export of production has one.", Privacy.IDENTIFIER
    )
    basis: Mapped[str | None] = column(
        "Why it may be given away, such as a law or a consent; an identified export has one.", Privacy.SENSITIVE
    )
    period: Mapped[str | None] = column("Time that its pseudonyms stay the same for; null without any.", Privacy.NONE)
    key_id: Mapped[uuid.UUID | None] = column(
        "Key of its pseudonyms; null without any, or where the key was kept nowhere.",
        Privacy.NONE,
        ForeignKey("toolbox.pseudonym_keys.id"),
        index=True,
    )
    datasets: Mapped[Json] = column(
        "Object of dataset to its schema version, columns, rows, and files with their rows and SHA-256.", Privacy.NONE
    )
    selection: Mapped[Json] = column(
        "What decided the rows, an object, such as since, until and incremental.",
        Privacy.NONE,
        server_default=EMPTY,
    )
    row_count: Mapped[int] = column("Rows of all datasets, not negative.", Privacy.NONE, BigInteger)
    form: Mapped[str] = column("Form of the files, such as parquet or csv.", Privacy.NONE)
    destination: Mapped[str] = column("Where the files went, without secrets.", Privacy.QUASI_IDENTIFIER)
    tool_version: Mapped[str] = column("Version of toolbox that exported.", Privacy.NONE)


programs(Base.metadata).triggers.append(
    Trigger(
        "append_only",
        "disclosures",
        """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosures
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
ALTER TABLE disclosures ENABLE ALWAYS TRIGGER append_only;
REVOKE UPDATE, DELETE, TRUNCATE ON disclosures FROM PUBLIC, CURRENT_USER""",
    )
)
