"""How a sync with inner_edu is reported."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from toolbox_cli.core.exits import Exit
from toolbox_cli.core.output import Column, Report
from toolbox_cli.quests.inner_edu.planning import Fate, Planned, Stranger
from toolbox_cli.quests.inner_edu.progress import Told
from toolbox_cli.quests.inner_edu.running import Synced

KIND: Final = "toolbox.quests.sync/1"

_SHOWN: Final = 10
_QUIET: Final = {None, Fate.UNCHANGED, Told.NONE, Told.UNCHANGED}
_FOUND: Final = {Fate.CONFLICT, Fate.REJECTED, Fate.UNKNOWN}
_COLUMNS: Final = (Column("quest"), Column("fate"), Column("inner_edu_quest_id"), Column("progress"), Column("reason"))


def report(synced: Synced) -> Report:
    """Give what became of each quest, and of its progress."""
    fates, told = Counter(_fates(synced)), Counter(synced.pulled.quests.values())
    pulled = synced.pulled
    summary = {
        "dry_run": synced.dry_run,
        **{fate.value: fates[fate] for fate in Fate},
        "progress": {
            **{one.value: told[one] for one in Told},
            "unasked": pulled.unasked, "faulty": pulled.faulty,
        },
        "unknown_here": [one.there.quest_id for one in synced.strangers],
    }  # fmt: skip
    items = [_item(one, synced) for one in synced.quests]
    items += [_stranger(one) for one in synced.strangers if one.fate]
    return Report(KIND, items, summary, status(synced) is Exit.DONE, _COLUMNS, note="\n".join(_notes(synced)))


def for_people(found: Report) -> Report:
    """Give a report without the quests that nothing became of; they are counted."""
    return replace(
        found, items=[one for one in found.items if not (one["fate"] in _QUIET and one["progress"] in _QUIET)]
    )


def status(synced: Synced) -> Exit:
    """Say how the command ends: of several causes, by the highest."""
    fates, told = {*_fates(synced)}, {*synced.pulled.quests.values()}
    pulled = synced.pulled
    if Fate.UNREACHED in fates or pulled.failed:
        return Exit.UNREACHABLE
    if Fate.REFUSED in fates:
        return Exit.REFUSED
    faulty = pulled.unasked or pulled.faulty or Told.REFUSED in told
    return Exit.FINDINGS if faulty or fates & _FOUND else Exit.DONE


def _item(one: Planned, synced: Synced) -> dict[str, Any]:
    told = synced.pulled.quests.get(one.ours.id)
    return {
        "quest": one.ours.name, "fate": one.fate.value,
        "inner_edu_quest_id": str(one.there.id) if one.there else one.ours.key,
        "content_hash": one.ours.content_hash, "progress": told.value if told else None, "reason": one.reason,
    }  # fmt: skip


def _tally(found: Counter[Any], kinds: type[Fate] | type[Told]) -> str:
    return ", ".join(f"{found[kind]:,} {kind.value}" for kind in kinds if found[kind])


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _stranger(one: Stranger) -> dict[str, Any]:
    return {
        "quest": one.there.quest_id, "fate": one.fate, "inner_edu_quest_id": str(one.there.id), "content_hash": None,
        "progress": None, "reason": one.reason,
    }  # fmt: skip


def _fates(synced: Synced) -> Iterator[Fate]:
    yield from (one.fate for one in synced.quests)
    yield from (one.fate for one in synced.strangers if one.fate)


def _notes(synced: Synced) -> Iterator[str]:
    fates, pulled = Counter(_fates(synced)), synced.pulled
    yield f"{_tally(fates, Fate) or 'no quest that moderation approved'}."
    if told := _tally(Counter(pulled.quests.values()), Told):
        yield f"Progress: {told}."
    if pulled.unshared:
        yield f"Here still, though the child shares it no more (--forget deletes it): {_listed(pulled.unshared)}."
    if Fate.CONFLICT in fates:
        yield "Let ours win with --on-conflict take, or theirs stay with --on-conflict keep."
    if idle := [one.there.quest_id for one in synced.strangers if not one.fate]:
        yield f"inner_edu has from us, for nobody to play, and we have not: {_listed(idle)}."
    if Fate.UNKNOWN in fates:
        yield "Take down what we have no more with --withdraw-unknown."
    if pulled.unasked or pulled.faulty:
        yield f"Not kept: {pulled.unasked} records of progress that were not asked for, {pulled.faulty} at fault."
    if pulled.failed:
        yield f"Progress could not be asked for: {pulled.failed}"
    if synced.dry_run:
        yield "Nothing was sent or written, as this is a dry run."
