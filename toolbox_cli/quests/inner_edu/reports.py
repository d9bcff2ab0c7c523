"""How a sync with inner_edu is reported."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from toolbox_cli.core.exits import Exit
from toolbox_cli.core.output import Column, Report
from toolbox_cli.quests.inner_edu.planning import Fate, Planned
from toolbox_cli.quests.inner_edu.progress import Told
from toolbox_cli.quests.inner_edu.running import Synced

KIND: Final = "toolbox.quests.sync/1"

_COLUMNS: Final = (Column("quest"), Column("fate"), Column("inner_edu_quest_id"), Column("progress"), Column("reason"))


def report(synced: Synced) -> Report:
    """Give what became of each quest, and of its progress."""
    fates, told = Counter(one.fate for one in synced.quests), Counter(synced.pulled.quests.values())
    pulled = synced.pulled
    summary = {
        "dry_run": synced.dry_run,
        **{fate.value: fates[fate] for fate in Fate},
        "progress": {
            **{one.value: told[one] for one in Told},
            "of_others": pulled.others, "unasked": pulled.unasked, "faulty": pulled.faulty,
        },
        "unknown_here": list(synced.strangers),
    }  # fmt: skip
    items = [_item(one, synced) for one in synced.quests]
    return Report(KIND, items, summary, status(synced) is Exit.DONE, _COLUMNS, note="\n".join(_notes(synced)))


def status(synced: Synced) -> Exit:
    """Say how the command ends: of several causes, by the highest."""
    fates, told = {one.fate for one in synced.quests}, {*synced.pulled.quests.values()}
    pulled = synced.pulled
    if Fate.UNREACHED in fates or pulled.failed:
        return Exit.UNREACHABLE
    if Fate.REFUSED in fates:
        return Exit.REFUSED
    faulty = pulled.unasked or pulled.faulty or Told.REFUSED in told
    return Exit.FINDINGS if faulty or fates & {Fate.CONFLICT, Fate.REJECTED} else Exit.DONE


def _item(one: Planned, synced: Synced) -> dict[str, Any]:
    told = synced.pulled.quests.get(one.ours.held.id)
    return {
        "quest": one.ours.name, "fate": one.fate.value,
        "inner_edu_quest_id": str(one.there.id) if one.there else one.ours.key,
        "content_hash": one.ours.content_hash, "progress": told.value if told else None, "reason": one.reason,
    }  # fmt: skip


def _notes(synced: Synced) -> Iterator[str]:
    fates, pulled = {one.fate for one in synced.quests}, synced.pulled
    if Fate.CONFLICT in fates:
        yield "Let ours win with --on-conflict take, or theirs stay with --on-conflict keep."
    if synced.strangers:
        yield f"inner_edu has from us, and we have not: {', '.join(synced.strangers)}."
    if pulled.others:
        yield f"Progress of {pulled.others} children of other families was not kept: the consent is not theirs."
    if pulled.unasked or pulled.faulty:
        yield f"Not kept: {pulled.unasked} records of progress that were not asked for, {pulled.faulty} at fault."
    if pulled.failed:
        yield f"Progress could not be asked for: {pulled.failed}"
    if synced.dry_run:
        yield "Nothing was sent or written, as this is a dry run."
