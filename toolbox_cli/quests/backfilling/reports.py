"""How a backfill is reported."""

from collections.abc import Sequence
from typing import Any, Final

from toolbox_cli.content.modules.converting import Fate
from toolbox_cli.core.output import Column, Report
from toolbox_cli.quests.backfilling.run import Filled

KIND: Final = "toolbox.quests.backfill/1"


def report(done: Sequence[Filled], *, dry_run: bool, details: bool) -> Report:
    """Give what became of each quest and, with details, of each key of its YAML."""
    made = sum(one.graph is not None for one in done)
    summary = {"dry_run": dry_run, "made": made, "left": len(done) - made}
    counts = [Column(name, justify="right") for name in ("nodes", *(fate.value for fate in Fate))]
    columns = [Column("quest"), *counts, Column("codes"), Column("reason")]
    note = [f"{made:,} graphs made, {len(done) - made:,} quests without one{' (dry run)' if dry_run else ''}."]
    if details:
        note += [
            ": ".join(
                filter(None, (one.held.quest.quest_id, f"{told.fate.value} {told.kind} {told.name}", told.reason))
            )
            for one in done
            for told in one.losses.objects
        ]
    items = [_item(one, details=details) for one in done]
    return Report(KIND, items, summary, not any(one.reason for one in done), columns, note="\n".join(note))


def _item(one: Filled, *, details: bool) -> dict[str, Any]:
    counts = one.losses.counts()
    objects = {"objects": [told._asdict() for told in one.losses.objects]} if details else {}
    return {
        "quest": one.held.quest.quest_id,
        "nodes": None if one.graph is None else len(one.graph.nodes),
        "counted": one.losses.counted,
        **{fate.value: counts[fate] for fate in Fate},
        "codes": list(one.codes),
        "reason": one.reason,
        **objects,
    }
