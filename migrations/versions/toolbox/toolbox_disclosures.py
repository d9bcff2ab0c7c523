"""A record of an export says who and why in words, or says nothing; blanks are neither. Taken from no document."""

from toolbox_cli.core.database.guards import Rule, add_checks, drop_checks

revision = "toolbox_disclosures"
down_revision = "toolbox_analytics"
branch_labels = None
depends_on = None
document = None

RULES = [
    Rule("disclosures", f"disclosures_{name}_not_blank_check", f"btrim({name}) <> ''")
    for name in ("recipient", "basis")
]


def upgrade() -> None:
    add_checks(RULES)


def downgrade() -> None:
    drop_checks(RULES)
