"""Graphs from old YAML, where there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from psycopg.types.json import Jsonb

from toolbox_cli.content.modules.converting import LossReport
from toolbox_cli.content.quests.checks.run import check
from toolbox_cli.content.quests.graph import Graph
from toolbox_cli.content.quests.old import graph_of_old
from toolbox_cli.content.quests.reading.generated import graph_in
from toolbox_cli.content.quests.writing import react_flow
from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.documents import parse_document
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.quests.database import PLATFORM, Connection, Held, held_quests, named, transaction

# The condition is what never overwrites, whatever happened since the rows were read. Some programs write no graph as
# JSON's null, or as an object without anything.
_FILL: Final = """
UPDATE quests AS q SET graph_structure = n.graph_structure, total_nodes = n.total_nodes,
    psychologist_reviewed = false, reviewed_at = NULL,
    moderation_status = CASE WHEN n.is_new AND q.moderation_status = 'approved' THEN 'pending'
        ELSE q.moderation_status END,
    approved_at = CASE WHEN NOT n.is_new THEN q.approved_at END
FROM jsonb_to_recordset(%(rows)s) AS n (id integer, graph_structure jsonb, total_nodes integer, is_new boolean)
WHERE q.id = n.id AND coalesce(q.graph_structure, 'null') IN ('null', '{}') AND NOT coalesce(q.is_public, false)"""


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of a quest.

    Attributes:
        graph: None where it got none.
        is_new: it is not just what the YAML says, so that what moderation approved is not it.
        reason: why it got none.
        codes: of what the checks find in the graph.
    """

    held: Held
    graph: Graph | None
    losses: LossReport = field(default_factory=LossReport)
    is_new: bool = True
    reason: str | None = None
    codes: tuple[str, ...] = ()


def backfill(runtime: Runtime, names: Sequence[str] | None, *, dry_run: bool) -> list[Filled]:
    """Make graphs of quests that have none.

    Args:
        runtime: says where the database is.
        names: only these quests; None means all.
        dry_run: write nothing.

    Effects: writes `quests` and `toolbox.audit_log`, and commits unless `dry_run`.
    """
    with transaction(runtime, dry_run=dry_run) as connection:
        if names:
            named(connection, names)
        done = [fill(held) for held in held_quests(connection, names or None, lock=True) if held.read is None]
        written = _write(connection, done)
        if written:
            change = Change("toolbox quests backfill", runtime.settings.env, PLATFORM, {"quests": written})
            record_change(connection, change)
    return done


def fill(held: Held) -> Filled:
    """Make the graph of one quest."""
    if held.is_public:
        return Filled(held, None, reason="it is public, and what was reviewed is not edited: unpublish it first")
    try:
        document = parse_document(Path(f"{held.quest.quest_id}.yaml"), held.quest_yaml)
    except InputError as error:
        return Filled(held, None, reason=f"its YAML can't be read: {error.message}")
    ours = graph_in(document.content)
    if ours and ours.nodes:
        return _filled(held, ours, _all_mapped(ours), is_new=False)
    read, losses = graph_of_old(document.content, held.quest)
    for twice in document.twice:
        losses.counted += 1
        losses.dropped(f"{'.'.join(map(str, twice.steps))} (line {twice.first.line})", "key", "it stands again below")
    if read.wrong or not read.graph.nodes:
        first = read.wrong[0].found if read.wrong else "it has no nodes"
        return Filled(held, None, losses, reason=f"no graph can be made of its YAML: {first}")
    return _filled(held, read.graph, losses)


def _filled(held: Held, graph: Graph, losses: LossReport, *, is_new: bool = True) -> Filled:
    codes = sorted({problem.code for problem in check(graph, held.quest.about.youngest)})
    return Filled(held, graph, losses, is_new, codes=tuple(codes))


def _all_mapped(graph: Graph) -> LossReport:
    losses = LossReport(len(graph.nodes) + len(graph.edges))
    for node in graph.nodes:
        losses.mapped(node.id, "node", node.id)
    for number, edge in enumerate(graph.edges, 1):
        losses.mapped(f"{edge.source} -> {edge.target} ({number})", "way", edge.source)
    return losses


def _write(connection: Connection, done: Sequence[Filled]) -> int:
    rows = [
        {
            "id": one.held.id,
            "graph_structure": react_flow(one.graph),
            "total_nodes": len(one.graph.nodes),
            "is_new": one.is_new,
        }
        for one in done
        if one.graph is not None
    ]
    return connection.execute(_FILL, {"rows": Jsonb(rows)}).rowcount if rows else 0
