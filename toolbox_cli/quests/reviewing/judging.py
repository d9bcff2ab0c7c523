"""A judgement, bound to what was judged and to who judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from psycopg.types.json import Jsonb

from toolbox_cli.content.quests.reading.generated import tells
from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import FindingsError, RefusedError, UsageError
from toolbox_cli.core.findings import Finding
from toolbox_cli.core.settings import Environment
from toolbox_cli.quests.database import PLATFORM, Connection, Held, Row, named, user_named
from toolbox_cli.quests.reviewing.standing import as_reviewed, changed_since, errors_of, reviews_of

SHORTEST_HASH: Final = 12

_UNPUBLISH: Final = "UPDATE quests SET is_public = false WHERE id = %(quest_id)s AND is_public"

# Of an earlier judgement the trigger keeps_earlier makes a row of the history.
_JUDGE: Final = """
WITH judged AS (
    INSERT INTO psychologist_reviews AS r (quest_id, reviewer_id, reviewer_name, reviewer_credentials,
        emotional_safety_score, therapeutic_correctness_score, age_appropriateness_score, reveal_timing_score,
        overall_score, is_approved, strengths, concerns, recommendations, modification_notes, review_duration_minutes,
        content_hash, content, open_errors, created_at, reviewed_at)
    VALUES (%(quest_id)s, %(reviewer)s, %(name)s, %(credentials)s, %(emotional_safety)s, %(therapeutic_correctness)s,
        %(age_appropriateness)s, %(reveal_timing)s, %(overall)s, %(approve)s, %(strengths)s, %(concerns)s,
        %(recommendations)s, %(changes)s, %(minutes)s, %(content_hash)s, %(content)s, %(open_errors)s,
        now() - make_interval(mins => coalesce(%(minutes)s, 0)), now())
    ON CONFLICT (quest_id) DO UPDATE SET
        (reviewer_id, reviewer_name, reviewer_credentials, emotional_safety_score, therapeutic_correctness_score,
        age_appropriateness_score, reveal_timing_score, overall_score, is_approved, strengths, concerns,
        recommendations, modification_notes, review_duration_minutes, content_hash, content, open_errors, created_at,
        reviewed_at) = ROW (EXCLUDED.reviewer_id, EXCLUDED.reviewer_name, EXCLUDED.reviewer_credentials,
        EXCLUDED.emotional_safety_score, EXCLUDED.therapeutic_correctness_score, EXCLUDED.age_appropriateness_score,
        EXCLUDED.reveal_timing_score, EXCLUDED.overall_score, EXCLUDED.is_approved, EXCLUDED.strengths,
        EXCLUDED.concerns, EXCLUDED.recommendations, EXCLUDED.modification_notes, EXCLUDED.review_duration_minutes,
        EXCLUDED.content_hash, EXCLUDED.content, EXCLUDED.open_errors, EXCLUDED.created_at, EXCLUDED.reviewed_at)
    RETURNING id, quest_id, reviewed_at)
UPDATE quests AS q
SET psychologist_reviewed = true, psychologist_review_id = judged.id, reviewed_at = judged.reviewed_at
FROM judged WHERE q.id = judged.quest_id"""


@dataclass(frozen=True, slots=True)
class Scores:
    """Each from 1 to 5."""

    emotional_safety: int
    therapeutic_correctness: int
    age_appropriateness: int
    reveal_timing: int

    @property
    def overall(self) -> float:
        """Their mean."""
        return (
            self.emotional_safety + self.therapeutic_correctness + self.age_appropriateness + self.reveal_timing
        ) / 4


@dataclass(frozen=True, slots=True)
class Said:
    """What a reviewer writes beside the scores."""

    name: str | None = None
    credentials: str | None = None
    strengths: str | None = None
    concerns: str | None = None
    recommendations: str | None = None
    changes: str | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody thinks of a quest.

    Attributes:
        by: the user, as the command line has it.
        content: hash of what was read, or how it begins.
    """

    by: str
    approve: bool
    scores: Scores
    said: Said = Said()
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judgement did.

    Attributes:
        before: the review that it took the place of.
        unpublished: whether the quest was public until now.
    """

    held: Held
    before: Row | None
    unpublished: bool


def judge(connection: Connection, quest: str, judgement: Judgement, environment: Environment) -> Judged:
    """Record a judgement of a quest as it is now.

    Args:
        connection: in a transaction, with the platform's search_path.
        quest: its name.
        judgement: one that rejects takes a public quest out of the library.
        environment: for the audit log.

    Raises:
        UsageError: there is no such quest or user, or an approval doesn't say of what.
        FindingsError: what was read is not what is there.
        RefusedError: its author judges, or an approval lacks what it needs.

    Effects: writes `psychologist_reviews`, by trigger its history, `quests` and `toolbox.audit_log`; never commits.
    """
    (held,) = named(connection, [quest], lock=True)
    reviewer = user_named(connection, judgement.by, "--by")
    before = reviews_of(connection, [held]).get(held.id)
    _refuse_other_content(held, judgement, before)
    if reviewer == held.author:
        raise RefusedError(f"{quest} is {judgement.by}'s own: its author can't judge it.")
    errors = errors_of(held)
    if judgement.approve:
        _refuse_approval(held, judgement, errors)
    values = {"quest_id": held.id}
    unpublished = not judgement.approve and connection.execute(_UNPUBLISH, values).rowcount == 1
    kept = as_reviewed(held)
    connection.execute(_JUDGE, {
        **values, "reviewer": reviewer, "approve": judgement.approve, "content_hash": held.content_hash,
        "content": None if kept is None else Jsonb(kept), "open_errors": None if held.read is None else len(errors),
        "overall": judgement.scores.overall, **_values(judgement),
    })  # fmt: skip
    _record(connection, held, judgement, reviewer, environment)
    return Judged(held, before, unpublished)


def _values(judgement: Judgement) -> dict[str, int | str | None]:
    scores, said = judgement.scores, judgement.said
    return {
        **{name: getattr(scores, name) for name in Scores.__slots__},
        **{name: getattr(said, name) for name in Said.__slots__},
    }


def _refuse_other_content(held: Held, judgement: Judgement, before: Row | None) -> None:
    if judgement.content is None or len(judgement.content) < SHORTEST_HASH:
        if judgement.approve or judgement.content is not None:
            raise UsageError(
                f"An approval is of what was read: --content with its hash, {SHORTEST_HASH} digits of it or more.",
                remedy=f"Exported files have it, and so has: toolbox quests review {held.quest.quest_id}",
            )
        return
    if not held.content_hash.startswith(judgement.content.lower()):
        changes = changed_since(before, held) if before and _is_of(before, judgement.content) else None
        told = f": {', '.join(one.path for one in changes)}" if changes else ""
        raise FindingsError(
            f"{held.quest.quest_id} is no longer what was read{told}.",
            remedy=f"Read it again: toolbox quests review {held.quest.quest_id}",
        )


def _is_of(review: Row, content: str) -> bool:
    return str(review["content_hash"]).startswith(content.lower())


def _refuse_approval(held: Held, judgement: Judgement, errors: Sequence[Finding]) -> None:
    name = held.quest.quest_id
    if not (judgement.said.credentials or "").strip():
        raise RefusedError("An approval says what qualifies who gives it.", remedy="Say it with --credentials TEXT.")
    if held.read is None:
        raise RefusedError(
            f"{name} has no graph that could be checked.", remedy=f"Make it with: toolbox quests backfill {name}"
        )
    if errors:
        raise RefusedError(
            f"{name} has errors, {_codes(errors)}: it can't be approved with them.",
            remedy="Reject it, and say with --changes what must change.",
            findings=errors,
        )
    if not tells(held.quest_yaml, held.quest):
        raise RefusedError(
            f"The quest_yaml of {name} tells otherwise than its graph, and children may play either.",
            remedy="Export it and import the file, which generates its YAML anew; then review that.",
        )


def _codes(errors: Sequence[Finding]) -> str:
    return ", ".join(sorted({one.code for one in errors}))


def _record(connection: Connection, held: Held, judgement: Judgement, reviewer: int, environment: Environment) -> None:
    name = held.quest.quest_id
    details = {"quest": name, "content_hash": held.content_hash, "approved": judgement.approve, "reviewer": reviewer}
    command = f"toolbox quests review {name} --{'approve' if judgement.approve else 'reject'}"
    record_change(connection, Change(command, environment, PLATFORM, {"psychologist_reviews": 1}, details))
