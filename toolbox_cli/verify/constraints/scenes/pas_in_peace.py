"""No progress without a child's live consent, and no public quest without a review of exactly its content."""

from collections.abc import Iterator, Mapping
from typing import Final

from toolbox_cli.verify.constraints.scenes.play import Act, Play, Scene
from toolbox_cli.verify.constraints.server.wire import Command
from toolbox_cli.verify.constraints.trials.rows import shown
from toolbox_cli.verify.constraints.trials.trial import CHECK_VIOLATION, Refusal, Trial
from toolbox_cli.verify.constraints.witnesses.solve import Values
from toolbox_cli.verify.constraints.witnesses.stock import Companion

PLATFORM: Final = "pas_in_peace"
CONSENT: Final[Values] = {
    "consent_given_by_child": "true",
    "consent_timestamp": "2026-01-01 00:00:00+00",
    "consent_revoked_at": None,
    "share_completion_progress": "true",
}
HOLDS: Final[Mapping[str, Values]] = {"child_privacy_settings": CONSENT, "quests": {"is_public": "false"}}
COMPANIONS: Final = {"quest_progress": (Companion("child_privacy_settings", "quest_id"),)}

NO_CONSENT: Final[tuple[Values, ...]] = (
    {"consent_given_by_child": "false"},
    {"consent_given_by_child": None},
    {"consent_timestamp": None},
    {"consent_revoked_at": "2026-01-02 00:00:00+00"},
    {"share_completion_progress": "false"},
    {"share_completion_progress": None},
)
UNCONSENTED: Final = Refusal(frozenset({CHECK_VIOLATION}), constraint="quest_progress_live_consent")
UNREVIEWED: Final = Refusal(frozenset({CHECK_VIOLATION}), constraint="quests_public_review")

HASHING: Final = """
UPDATE {psychologist_reviews} SET content_hash = (SELECT quest_content_hash(q) FROM {quests} AS q WHERE id = $2)
WHERE id = $1"""
PUBLISHING: Final = "UPDATE {quests} SET is_public = true WHERE id = $1"
_DELETING: Final = "DELETE FROM {psychologist_reviews}"
FREEING: Final = "ALTER TABLE {quests} DROP CONSTRAINT IF EXISTS quests_psychologist_review_id_fkey"
"""Reviews can't be emptied as long as quests refer to them, so that the trigger would never be asked."""

OF_THE_QUEST: Final[tuple[Values, ...]] = (
    {"moderation_status": "pending"},
    {"moderation_status": None},
    {"title": "Another title"},
)
OF_THE_REVIEW: Final[tuple[Values, ...]] = (
    {"is_approved": "false"},
    {"is_approved": None},
    {"reviewer_id": None},
    {"reviewer_credentials": None},
    {"reviewer_credentials": " "},
    {"open_errors": None},
    {"content_hash": "f" * 64},
    {"content_hash": None},
)
HARMLESS: Final[tuple[Values, ...]] = ({"plays_count": "7"}, {"rating": "4"}, {"reveal_count": "3"})


def live_consent(play: Play) -> Iterator[Trial]:
    """Each part of the consent is needed, for new progress and for every change of it."""
    act = play.begin()
    quest = act.add("quests")
    yield act.refused("progress without privacy settings", _progress(act, quest), UNCONSENTED)
    act, quest, _ = _consented(play)
    yield act.accepted("progress with live consent", _progress(act, quest))
    for change in NO_CONSENT:
        act, quest, _ = _consented(play, change)
        yield act.refused(f"progress with {_told(change)}", _progress(act, quest), UNCONSENTED)
        act, quest, settings = _consented(play)
        progress = act.add("quest_progress", quest_id=quest["id"])
        act.before.append(act.change("child_privacy_settings", settings, **change))
        changing = act.change("quest_progress", progress, current_step="2")
        yield act.refused(f"a change of progress with {_told(change)}", changing, UNCONSENTED)


def public_quests(play: Play) -> Iterator[Trial]:
    """A quest goes public, and stays so, only with what its review and moderation approved."""
    act, quest, _ = _reviewed(play)
    yield act.accepted("publishing what was approved", act.sql(PUBLISHING, quest["id"]))
    act = play.begin()
    yield act.refused("a new public quest", act.adding("quests", is_public="true"), UNREVIEWED)
    act = play.begin()
    quest = act.add("quests", moderation_status="approved")
    yield act.refused("publishing without a review", act.sql(PUBLISHING, quest["id"]), UNREVIEWED)
    for table, changes in (("quests", OF_THE_QUEST), ("psychologist_reviews", OF_THE_REVIEW)):
        for change in changes:
            act, quest, review = _reviewed(play)
            act.before.append(act.change(table, quest if table == "quests" else review, **change))
            yield act.refused(f"publishing with {_told(change)}", act.sql(PUBLISHING, quest["id"]), UNREVIEWED)
    act, quest, review = _reviewed(play)
    act.before.append(act.change("psychologist_reviews", review, reviewer_id=quest["user_id"]))
    yield act.refused("publishing what the author reviewed", act.sql(PUBLISHING, quest["id"]), UNREVIEWED)
    for change in OF_THE_QUEST:
        act, quest, _ = _published(play)
        yield act.refused(f"{_told(change)} of a public quest", act.change("quests", quest, **change), UNREVIEWED)
    for change in HARMLESS:
        act, quest, _ = _published(play)
        yield act.accepted(f"{_told(change)} of a public quest", act.change("quests", quest, **change))


def kept_reviews(play: Play) -> Iterator[Trial]:
    """The review of a public quest stays one that approves it."""
    for change in OF_THE_REVIEW:
        act, _, review = _published(play)
        changing = act.change("psychologist_reviews", review, **change)
        yield act.refused(f"{_told(change)} in the review of a public quest", changing, UNREVIEWED)
    act, quest, review = _published(play)
    changing = act.change("psychologist_reviews", review, reviewer_id=quest["user_id"])
    yield act.refused("the author as the reviewer of a public quest", changing, UNREVIEWED)
    act, _, review = _published(play)
    yield act.refused("DELETE of the review of a public quest", _deleting(act, review), UNREVIEWED)
    act, _, review = _reviewed(play)
    yield act.accepted("DELETE of the review of another quest", _deleting(act, review))
    act, _, review = _published(play)
    noting = act.change("psychologist_reviews", review, strengths="Warm.")
    yield act.accepted("a note in the review of a public quest", noting)


def kept_from_truncate(play: Play) -> Iterator[Trial]:
    """Reviews are not emptied under public quests; on a live table that would lock out everybody else."""
    if not play.live:
        act, _, _ = _published(play)
        act.run(FREEING)
        yield act.refused("TRUNCATE", act.sql("TRUNCATE {psychologist_reviews}"), UNREVIEWED)


def kept_judgements(play: Play) -> Iterator[Trial]:
    """A judgement that is changed or taken back is in the history as it was; to forget who made it is no change."""
    kept = "SELECT strengths FROM {psychologist_review_history} WHERE quest_id = $1 AND content_hash IS NOT NULL"
    for told, change in (("a change", "UPDATE {psychologist_reviews} SET strengths = 'B'"), ("DELETE", _DELETING)):
        act, quest, review = _reviewed(play, strengths="A")
        changing = act.sql(f"{change} WHERE id = $1", review["id"])
        yield act.seen(told, changing, act.sql(kept, quest["id"]), [("A",)], "the history lacks the earlier judgement")
    act, quest, review = _reviewed(play, strengths="A")
    forgetting = act.change("psychologist_reviews", review, reviewer_name=None, reviewer_credentials=None)
    yield act.seen("forgetting who reviewed", forgetting, act.sql(kept, quest["id"]), [], "the history has a row more")


def _consented(play: Play, change: Values | None = None) -> tuple[Act, Values, Values]:
    act = play.begin()
    quest = act.add("quests")
    return act, quest, act.add("child_privacy_settings", quest_id=quest["id"], **{**CONSENT, **(change or {})})


def _reviewed(play: Play, **more: str) -> tuple[Act, Values, Values]:
    act = play.begin()
    quest = act.add("quests", moderation_status="approved")
    reviewer = act.add("users")
    given = {
        "reviewer_id": reviewer["id"],
        "reviewer_credentials": "MSc Psychology",
        "is_approved": "true",
        "open_errors": "0",
        "content_hash": None,
    }
    review = act.add("psychologist_reviews", quest_id=quest["id"], **given, **more)
    act.run(HASHING, review["id"], quest["id"])
    return act, quest, review


def _published(play: Play) -> tuple[Act, Values, Values]:
    act, quest, review = _reviewed(play)
    act.run(PUBLISHING, quest["id"])
    return act, quest, review


def _progress(act: Act, quest: Values) -> Command:
    return act.adding("quest_progress", quest_id=quest["id"])


def _deleting(act: Act, review: Values) -> Command:
    return act.sql(f"{_DELETING} WHERE id = $1", review["id"])


def _told(change: Values) -> str:
    return ", ".join(f"{name} = {shown(value)}" for name, value in change.items())


SCENES: Final[Mapping[tuple[str, str, str], Scene]] = {
    (PLATFORM, "quest_progress", "live_consent"): live_consent,
    (PLATFORM, "quests", "public_review"): public_quests,
    (PLATFORM, "psychologist_reviews", "public_review"): kept_reviews,
    (PLATFORM, "psychologist_reviews", "keep_earlier"): kept_judgements,
    (PLATFORM, "psychologist_reviews", "public_review_truncate"): kept_from_truncate,
}

SPEAKS_FOR: Final = {
    ("quest_progress", "quest_progress_live_consent"): ("quest_progress", "live_consent"),
    ("quests", "quests_public_review"): ("quests", "public_review"),
}
