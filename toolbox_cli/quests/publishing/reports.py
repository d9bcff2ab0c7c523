"""How publishing is reported."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from toolbox_cli.core.exits import Exit
from toolbox_cli.core.output import Column, Report
from toolbox_cli.quests.publishing.run import Fate, Published

KIND: Final = "toolbox.quests.publish/1"


def report(done: Sequence[Published], *, dry_run: bool) -> Report:
    """Give what became of each quest, and everything that kept it from being published."""
    items = [
        {
            "quest": one.held.quest.quest_id, "fate": one.fate.value, "content_hash": one.held.content_hash,
            "reasons": list(one.reasons),
            "changes": [each.path for each in one.changes],
        }
        for one in done
    ]  # fmt: skip
    fates = Counter(one.fate for one in done)
    summary = {"dry_run": dry_run, **{fate.value: fates[fate] for fate in Fate}}
    columns = [Column("quest"), Column("fate"), Column("reasons")]
    return Report(
        KIND, items, summary, status(done) is Exit.DONE, columns, note="\n".join(_notes(done, dry_run=dry_run))
    )


def status(done: Sequence[Published]) -> Exit:
    """Say how the command ends."""
    fates = {one.fate for one in done}
    if Fate.REFUSED in fates:
        return Exit.REFUSED
    return Exit.FINDINGS if Fate.CONFLICT in fates else Exit.DONE


def _notes(done: Sequence[Published], *, dry_run: bool) -> list[str]:
    told = [
        f"{one.held.quest.quest_id}: changed since its review: {', '.join(each.path for each in one.changes)}"
        for one in done
        if one.changes
    ]
    if status(done) is not Exit.DONE:
        told.append("Nothing was published. See what is missing: toolbox quests review QUEST")
    elif dry_run:
        told.append("Nothing was written, as this is a dry run.")
    return told
