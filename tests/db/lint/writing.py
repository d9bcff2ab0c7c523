"""Writes revisions into a folder and has Alembic render them, as `toolbox db lint` sees them; needs no database."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from alembic.migration import MigrationContext
from alembic.operations import Operations

from toolbox_cli.core.database.steps import ToldPage
from toolbox_cli.core.findings import Severity
from toolbox_cli.db.lint.facts import UNKNOWN, Column, Facts, Table
from toolbox_cli.db.lint.reading import Chunk, Reading, read_revision
from toolbox_cli.db.lint.rules.every import remarks
from toolbox_cli.db.lint.rules.remark import Case, Remark
from toolbox_cli.db.revisions.lineage.history import Revision

HEAD: Final = '''"""{title}: ours."""

from alembic import op

revision = "{id}"
down_revision = {down!r}
branch_labels = None
depends_on = None
document = {document!r}
'''

LARGE: Final = 100_000_000
FEW: Final = 100


def write(
    folder: Path, body: str, *, id: str = "tried", down: str | None = None, document: str | None = None
) -> Revision:
    """Write a revision whose code after its head is `body`."""
    path = folder / f"{id}.py"
    path.write_text(HEAD.format(title="Tried", id=id, down=down, document=document) + body, encoding="utf-8")
    return Revision(id, down, "frames", document, "Tried", path)


def upgrade_of(*texts: str) -> str:
    """Give the body of a revision that executes texts."""
    return "\ndef upgrade() -> None:\n" + "".join(f"    op.execute({text!r})\n" for text in texts or [""])


def chunks(revision: Revision) -> list[Chunk]:
    """Run a revision's upgrade in Alembic's offline mode, and collect what it writes."""
    spec = importlib.util.spec_from_file_location(revision.id, revision.path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: list[Chunk] = []
    page = ToldPage(lambda _, text, caller: found.append(Chunk(text.strip(), caller)), revision.id, str(revision.path))
    options = {"as_sql": True, "output_buffer": page, "literal_binds": True}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options, dialect_opts={"paramstyle": "named"})
    with Operations.context(context):
        module.upgrade()
    return found


def read(revision: Revision) -> Reading:
    return read_revision(revision, "frames", chunks(revision), {})


def tables(rows: int | Mapping[str, int], **columns: Column) -> Facts:
    """Give a target whose tables t and u hold so many rows, and have these columns."""
    counted = rows if isinstance(rows, Mapping) else {"t": rows, "u": rows}
    return Facts({name: Table(number, columns=columns) for name, number in counted.items()})


def said(folder: Path, *texts: str, facts: Facts = UNKNOWN) -> list[Remark]:
    """Give what our rules say of a revision that executes texts."""
    return list(remarks(Case(read(write(folder, upgrade_of(*texts))), facts)))


def rules(folder: Path, *texts: str, facts: Facts = UNKNOWN) -> dict[str, Severity]:
    """Give the rules that find something, with the severity of each."""
    return {one.rule: one.severity for one in said(folder, *texts, facts=facts)}
