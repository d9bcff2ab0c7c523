"""How quests stand with their reviews, and what changed since."""

import json
from collections.abc import Sequence
from typing import Any, Final

from toolbox_cli.content.faults.registry import finding
from toolbox_cli.content.quests.checks.run import check
from toolbox_cli.content.quests.comparing import Difference, differences
from toolbox_cli.content.quests.quest import About, Quest
from toolbox_cli.content.quests.reading import react_flow
from toolbox_cli.content.quests.reading.files import name_of
from toolbox_cli.content.quests.whole import as_json
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.quests.database import ABOUT, Connection, Held, Row, rows
from toolbox_cli.quests.reviewing.options import Standing

_STANDINGS: Final = """
SELECT * FROM (
    SELECT q.id, q.quest_id AS quest, q.user_id AS author,
        CASE WHEN r.id IS NULL THEN 'unreviewed'
            WHEN r.content_hash IS DISTINCT FROM quest_content_hash(q) THEN 'edited'
            WHEN r.is_approved THEN 'approved' ELSE 'rejected' END AS standing,
        q.moderation_status AS moderation, coalesce(q.is_public, false) AS public, r.reviewer_id AS reviewer,
        r.overall_score AS score, r.reviewed_at, r.open_errors,
        (SELECT count(*) FROM psychologist_review_history AS h WHERE h.quest_id = q.id) AS earlier
    FROM quests AS q LEFT JOIN psychologist_reviews AS r ON r.quest_id = q.id
    WHERE %(names)s::text[] IS NULL OR q.quest_id = ANY (%(names)s)) AS found
WHERE %(only)s::text IS NULL OR standing = %(only)s
ORDER BY quest"""

_REVIEWS: Final = """
SELECT r.quest_id AS id, r.is_approved AS approved, r.emotional_safety_score AS emotional_safety,
    r.therapeutic_correctness_score AS therapeutic_correctness, r.age_appropriateness_score AS age_appropriateness,
    r.reveal_timing_score AS reveal_timing, r.overall_score AS overall, r.strengths, r.concerns, r.recommendations,
    r.modification_notes AS changes, r.review_duration_minutes AS minutes, r.reviewed_at, r.content_hash,
    r.reviewer_id AS reviewer, r.reviewer_name AS name, r.reviewer_credentials AS credentials, r.open_errors, r.content
FROM psychologist_reviews AS r WHERE r.quest_id = ANY (%(ids)s)"""


def standings(connection: Connection, names: Sequence[str] | None, only: Standing | None = None) -> list[Row]:
    """Say how quests stand, one row each, by name.

    Args:
        connection: in a transaction, with the platform's search_path.
        names: of the quests; None means all.
        only: those that stand so.
    """
    return rows(connection, _STANDINGS, {"names": None if names is None else list(names), "only": only})


def reviews_of(connection: Connection, held: Sequence[Held]) -> dict[int, Row]:
    """Give the present review of each quest that has one, by the quest's key."""
    return {row["id"]: row for row in rows(connection, _REVIEWS, {"ids": [one.id for one in held]})}


def standing_of(held: Held, review: Row | None) -> Standing:
    """Say how a quest stands."""
    if review is None:
        return Standing.UNREVIEWED
    if review["content_hash"] != held.content_hash:
        return Standing.EDITED
    return Standing.APPROVED if review["approved"] else Standing.REJECTED


def problems_of(held: Held) -> list[Finding]:
    """Give everything that the checks find in a quest as it is."""
    name, graph = held.quest.quest_id, held.quest.graph
    if held.read is None:
        return []
    if held.read.wrong:
        return [finding(one.code, f"{name}: {'.'.join(map(str, one.steps))}", one.found) for one in held.read.wrong]
    found = check(graph, held.quest.about.youngest)
    return [finding(one.code, f"{name}: {name_of(graph, one)}", one.found) for one in found]


def errors_of(held: Held) -> list[Finding]:
    """Give those that are errors."""
    return [one for one in problems_of(held) if one.severity is Severity.ERROR]


def as_reviewed(held: Held) -> dict[str, Any] | None:
    """Give what a review keeps of a quest; None where it has no graph that can be read."""
    content: dict[str, Any] = json.loads(as_json(held.quest))
    return content if held.is_whole else None


def changed_since(review: Row | None, held: Held) -> list[Difference] | None:
    """Say what changed since a review; None where that can't be told, because what was reviewed was not kept."""
    if review is None or review["content"] is None or not held.is_whole:
        return None
    content: dict[str, Any] = review["content"]
    about = {name: About.model_fields[name].get_default(call_default_factory=True) for name in ABOUT}
    about |= {name: content[name] for name in ABOUT if name in content}
    read = react_flow.graph_of(content["graph"])
    before = Quest.model_construct(quest_id=held.quest.quest_id, about=About.model_construct(**about), graph=read.graph)
    return differences(before, held.quest)
