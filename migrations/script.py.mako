"""${message}.

Takes from: which document, or why this is ours.
"""

from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}
document = None


def upgrade() -> None:
    op.execute("""
""")


def downgrade() -> None:
    op.execute("""
""")
