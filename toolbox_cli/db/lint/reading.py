"""A revision as its rules look at it: what it wrote, statement by statement."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.steps import Caller
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.db.revisions.lineage.history import Revision, read_history
from toolbox_cli.db.revisions.plan.acts import Act, inside
from toolbox_cli.db.revisions.plan.effects import Tables
from toolbox_cli.db.revisions.plan.statements import Comment, Statement, comments, split
from toolbox_cli.db.revisions.running.execution import render_sql


@dataclass(frozen=True, slots=True)
class Chunk:
    """A text that one call of a revision wrote.

    Attributes:
        caller: where its file has that call.
    """

    text: str
    caller: Caller | None


@dataclass(frozen=True, slots=True)
class Part:
    """One statement of a revision.

    Attributes:
        statement: its offsets are within its chunk.
        chunk: the place of its chunk.
        acts: what it does to tables that were there before; offsets are within the statement.
        comments: about it; those that stood alone before it too, each with the place of its chunk.
    """

    statement: Statement
    chunk: int
    acts: tuple[Act, ...]
    comments: tuple[tuple[int, Comment], ...]

    @property
    def bare(self) -> str:
        return self.statement.bare

    @property
    def text(self) -> str:
        return self.statement.text

    def each(self) -> Iterator[tuple[Statement, int]]:
        """Give the statement, and those in the block that it may be, with their offsets in it."""
        yield self.statement, 0
        for one in inside(self.statement):
            yield one, one.start - self.statement.start


@dataclass(frozen=True)
class Reading:
    """One revision, read."""

    revision: Revision
    schema: str
    chunks: tuple[Chunk, ...]
    parts: tuple[Part, ...] = field(default=())


def read_revision(revision: Revision, schema: str, chunks: Sequence[Chunk], renamed: dict[str, str]) -> Reading:
    """Read what a revision wrote.

    Args:
        revision: which.
        schema: of its platform.
        chunks: in the order they were written.
        renamed: names of tables to those that the target has; what this revision renames is added.
    """
    tables = Tables(known_as=dict(renamed))
    parts: list[Part] = []
    alone: list[tuple[int, Comment]] = []
    for place, chunk in enumerate(chunks):
        found = split(chunk.text)
        if not found:
            alone += ((place, comment) for comment in comments(chunk.text))
        for statement in found:
            about = (*alone, *((place, comment) for comment in statement.comments))
            parts.append(Part(statement, place, tables.take(statement), about))
            alone = []
    renamed.update(tables.known_as)
    return Reading(revision, schema, tuple(chunks), tuple(parts))


def render(names: Names, revisions: Sequence[Revision]) -> dict[str, list[Chunk]]:
    """Let revisions write their SQL, each chunk by itself; they need not follow one another.

    Raises:
        ToolboxError: a revision can't be rendered.
    """
    written: dict[str, list[Chunk]] = {revision.id: [] for revision in revisions}

    def note(revision: str, text: str, caller: Caller | None) -> None:
        if revision in written:  # the records come first, asked for or not
            written[revision].append(Chunk(text.strip(), caller))

    below = () if any(one.platform == RECORDS for one in revisions) else (read_history().head(RECORDS).id,)
    if revisions:
        render_sql(names, revisions, io.StringIO(), current=below, on_written=note)
    return written
