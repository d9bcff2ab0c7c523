"""From what the command line says to a judgement, or to how quests stand."""

from datetime import datetime
from typing import Any, Final

from toolbox_cli.content.quests.comparing import Difference
from toolbox_cli.content.quests.reading.generated import tells
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.output import Column, Report, as_word
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.quests.database import Held, Row, named, transaction
from toolbox_cli.quests.personal import record_look
from toolbox_cli.quests.reviewing.judging import Judged, Judgement, Said, Scores, judge
from toolbox_cli.quests.reviewing.options import Standing
from toolbox_cli.quests.reviewing.standing import changed_since, problems_of, reviews_of, standing_of, standings

KIND: Final = "toolbox.quests.review/1"
LISTED: Final = "toolbox.quests.reviews/1"
LONGEST: Final = {"name": 255, "credentials": 500}
"""Characters that the columns hold."""
_NAMES: Final = tuple(LONGEST)
_INSIDE: Final = ("id", "content", "content_hash")


def judgement_of(
    by: str | None, approve: bool | None, scores: tuple[int | None, ...], said: Said, content: str | None
) -> Judgement | None:
    """Give what the options judge; None where they judge nothing.

    Raises:
        UsageError: they judge by half.
    """
    if by is None and approve is None and not any((*scores, content)) and said == Said():
        return None
    for option, text in (("name", said.name), ("credentials", said.credentials)):
        if len(text or "") > LONGEST[option]:
            raise UsageError(f"--{option} is longer than {LONGEST[option]} characters.")
    given = [score for score in scores if score is not None]
    if by is None or approve is None or len(given) < len(scores):
        raise UsageError(
            "A judgement is whole.",
            remedy="Give --by USER, --approve or --reject, and the four scores: --safety, --therapy, --age, --reveal.",
        )
    return Judgement(by, approve, Scores(*given), said, content)


def review(runtime: Runtime, quest: str, judgement: Judgement, *, dry_run: bool) -> Report:
    """Record a judgement; commits unless `dry_run`."""
    with transaction(runtime, dry_run=dry_run) as connection:
        done = judge(connection, quest, judgement, runtime.settings.env)
    changes = changed_since(done.before, done.held)
    summary = {
        "quest": quest, "dry_run": dry_run, "approved": judgement.approve, "overall": judgement.scores.overall,
        "content_hash": done.held.content_hash, "unpublished": done.unpublished, "first": done.before is None,
    }  # fmt: skip
    return _with_changes(summary, changes, personal=False, note=_done(done, judgement, dry_run=dry_run))


def show(runtime: Runtime, quest: str, *, personal: bool) -> Report:
    """Show how a quest stands, its present judgement, and what changed since.

    Raises:
        UsageError: there is no such quest.

    Effects: with `personal`, writes `toolbox.audit_log` and commits.
    """
    with transaction(runtime, snapshot=True) as connection:
        (held,) = named(connection, [quest])
        found = reviews_of(connection, [held]).get(held.id)
        [row] = standings(connection, [quest])
        if personal:
            record_look(connection, runtime, f"quests review {quest}", 0 if found is None else 1)
    problems = [{"code": one.code, "severity": str(one.severity), "object": one.object, "found": one.found}
                for one in problems_of(held)]  # fmt: skip
    summary = {
        "quest": quest, "author": held.author, "standing": str(standing_of(held, found)), "public": held.is_public,
        "moderation": row["moderation"], "content_hash": held.content_hash, "review": _told(found, personal=personal),
        "earlier": row["earlier"], "problems": problems,
        "yaml_agrees": held.is_whole and tells(held.quest_yaml, held.quest),
    }  # fmt: skip
    changes = changed_since(found, held)
    return _with_changes(summary, changes, personal=personal, title=_title(summary), note=_since(held, found))


def list_(runtime: Runtime, only: Standing | None) -> Report:
    """List how all quests stand, by name."""
    with transaction(runtime, snapshot=True) as connection:
        found = standings(connection, None, only)
    items = [{name: value for name, value in row.items() if name != "id"} for row in found]
    counts = {str(one): sum(row["standing"] == one for row in found) for one in Standing}
    note = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "No quest"
    shown = ("quest", "standing", "moderation", "public", "score", "reviewed_at", "earlier")
    return Report(LISTED, items, {"quests": len(found), **counts}, columns=[*map(Column, shown)], note=f"{note}.")


def _with_changes(summary: dict[str, Any], changes: list[Difference] | None, *, personal: bool, **more: Any) -> Report:
    """Report what changed; what stands there may name a child, and is told with `personal` alone."""
    values = [{"before": one.before, "after": one.after} if personal else {} for one in changes or ()]
    items = [{"field": one.path, **told} for one, told in zip(changes or (), values, strict=True)]
    columns = [Column("field", "changed since"), *((Column("before"), Column("after")) if personal else ())]
    return Report(KIND, items, {**summary, "compared": changes is not None}, columns=columns, **more)


def _told(review: Row | None, *, personal: bool) -> dict[str, Any] | None:
    if review is None:
        return None
    hidden = _INSIDE if personal else (*_INSIDE, *_NAMES)
    return {name: value for name, value in review.items() if name not in hidden}


def _title(summary: dict[str, Any]) -> str:
    shown = ("quest", "standing", "moderation", "public")
    lines = [f"{name.replace('_', ' ')}: {as_word(summary[name])}" for name in shown]
    lines.append(f"content hash: {summary['content_hash']}")
    review = summary["review"] or {}
    lines += [f"{name.replace('_', ' ')}: {_read(value)}" for name, value in review.items() if value is not None]
    lines += [f"{one['code']} {one['severity']}: {one['object']}: {one['found']}" for one in summary["problems"]]
    lines += [] if summary["yaml_agrees"] else ["its quest_yaml tells otherwise than its graph"]
    return "\n".join([*lines, ""])


def _read(value: Any) -> str:
    """Give a value as people read it; numbers are keys and scores, which stand as they are typed."""
    return as_word(value) if isinstance(value, bool | datetime) else str(value)


def _since(held: Held, review: Row | None) -> str | None:
    if standing_of(held, review) is not Standing.EDITED:
        return None
    if changed_since(review, held) is None:
        return "It was edited since; what was reviewed was not kept."
    return "It was edited since it was reviewed."


def _done(done: Judged, judgement: Judgement, *, dry_run: bool) -> str:
    name = done.held.quest.quest_id
    told = [f"{name} is {'approved' if judgement.approve else 'rejected'}, {judgement.scores.overall:g} of 5."]
    if done.unpublished:
        told.append("It is no longer public.")
    if dry_run:
        told.append("Nothing was written, as this is a dry run.")
    return " ".join(told)
