"""Parents' quests: consent of the child, review before publication, and what the library shows."""

from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.verify.data.check import Check

CHECKS: Final = (
    Check(
        "progress-consent-revoked",
        "quest_progress",
        "quest_id",
        Severity.WARNING,
        "No progress is kept after the child took its consent back.",
        "The child revoked its consent or stopped sharing, and rows from before are still here, in no export though.",
        "Run toolbox quests sync: it deletes what inner_edu has. Delete the rest, unless there is a duty to keep it.",
        """
        SELECT p.id FROM {pas_in_peace}.quest_progress AS p
        JOIN {pas_in_peace}.child_privacy_settings AS c ON c.quest_id = p.quest_id
        WHERE c.consent_revoked_at IS NOT NULL OR c.share_completion_progress IS NOT TRUE
            AND c.consent_given_by_child AND c.consent_timestamp IS NOT NULL""",
    ),
    Check(
        "progress-without-consent",
        "quest_progress",
        "quest_id",
        Severity.ERROR,
        "Progress is kept only of a child that agreed.",
        "The child never agreed, and the trigger that refuses such rows was not there or did not run.",
        "Delete the rows; see whether the trigger is there with: toolbox verify schema",
        """
        SELECT p.id FROM {pas_in_peace}.quest_progress AS p
        LEFT JOIN {pas_in_peace}.child_privacy_settings AS c ON c.quest_id = p.quest_id
        WHERE c.consent_revoked_at IS NULL AND (c.consent_given_by_child IS NOT TRUE OR c.consent_timestamp IS NULL)""",
    ),
    Check(
        "consent-contradicts",
        "child_privacy_settings",
        "consent_given_by_child, consent_timestamp, consent_revoked_at",
        Severity.WARNING,
        "A consent has its time, and only what was given is taken back.",
        "The child agreed and nobody knows when, or revoked what it never gave: neither counts as consent.",
        "Ask the child again, or set the columns to NULL.",
        """
        SELECT id FROM {pas_in_peace}.child_privacy_settings WHERE consent_timestamp IS NULL
        AND (consent_given_by_child OR consent_revoked_at IS NOT NULL)""",
    ),
    Check(
        "public-quest-changed",
        "quests",
        "content_hash",
        Severity.ERROR,
        "A public quest is what its reviewer saw.",
        "It was changed after its review, past the trigger that refuses that: children meet what nobody reviewed.",
        "Set is_public to false, have exactly this content reviewed, and publish it again.",
        """
        SELECT q.id FROM {pas_in_peace}.quests AS q JOIN {pas_in_peace}.psychologist_reviews AS r ON r.quest_id = q.id
        WHERE q.is_public AND r.content_hash IS DISTINCT FROM {pas_in_peace}.quest_content_hash(q)""",
    ),
    Check(
        "public-quest-unreviewed",
        "quests",
        "is_public",
        Severity.ERROR,
        "A public quest was approved by moderation and by a qualified psychologist other than its author, and checked.",
        "The library offers a quest to children that nobody, or nobody else, approved, or whose graph may have errors.",
        "Set is_public to false until both approvals are there.",
        """
        SELECT q.id FROM {pas_in_peace}.quests AS q
        LEFT JOIN {pas_in_peace}.psychologist_reviews AS r ON r.quest_id = q.id
        WHERE q.is_public AND (q.moderation_status IS DISTINCT FROM 'approved' OR r.is_approved IS NOT TRUE
            OR r.reviewer_id IS NULL OR r.reviewer_id = q.user_id
            OR r.reviewer_credentials ~ '\\S' IS NOT TRUE OR r.open_errors IS DISTINCT FROM 0)""",
    ),
    Check(
        "deployed-quest-unmoderated",
        "quests",
        "moderation_status",
        Severity.WARNING,
        "A quest that inner_edu has was approved by moderation.",
        "A child can play a quest that moderation has not approved, or no longer approves.",
        "Moderate it, or take it back from inner_edu.",
        """
        SELECT id FROM {pas_in_peace}.quests
        WHERE deployed_to_inner_edu AND moderation_status IS DISTINCT FROM 'approved'""",
    ),
    Check(
        "deployed-quest-without-key",
        "quests",
        "inner_edu_quest_id",
        Severity.ERROR,
        "A quest that inner_edu has is known by its key there.",
        "Nothing leads from this row to the quest in the other database: it can't be changed or taken back there.",
        "Look the quest up at inner_edu by its quest_id, and write its key; or set deployed_to_inner_edu to false.",
        "SELECT id FROM {pas_in_peace}.quests WHERE deployed_to_inner_edu AND inner_edu_quest_id IS NULL",
    ),
    Check(
        "inner-edu-key-twice",
        "quests",
        "inner_edu_quest_id",
        Severity.ERROR,
        "No two quests lead to the same quest at inner_edu.",
        "One of them leads to a stranger's quest: progress of one child may be read as another's.",
        "Look both up at inner_edu by their quest_id, and correct the key.",
        """
        SELECT id FROM (
            SELECT id, count(*) OVER (PARTITION BY inner_edu_quest_id) AS quests FROM {pas_in_peace}.quests
            WHERE inner_edu_quest_id IS NOT NULL
        ) AS counted WHERE quests > 1""",
    ),
    Check(
        "quest-rating",
        "quests",
        "rating",
        Severity.ERROR,
        "A quest's rating is the mean of its ratings, and 0 without any.",
        "The library ranks the quest by a figure that its ratings don't give.",
        "Set rating to the mean of quest_ratings.rating, or to 0.",
        """
        SELECT q.id FROM {pas_in_peace}.quests AS q LEFT JOIN (
            SELECT quest_id, avg(rating) AS mean FROM {pas_in_peace}.quest_ratings GROUP BY quest_id
        ) AS r ON r.quest_id = q.id
        WHERE abs(coalesce(q.rating, 0) - coalesce(r.mean, 0)) > 0.051""",
    ),
    Check(
        "quest-plays",
        "quests",
        "plays_count",
        Severity.WARNING,
        "A quest was played at least as often as its progress tells.",
        "Children who share their progress played it more often than plays_count says.",
        "Raise plays_count to the sum of quest_progress.session_count.",
        """
        SELECT q.id FROM {pas_in_peace}.quests AS q JOIN (
            SELECT quest_id, sum(session_count) AS plays FROM {pas_in_peace}.quest_progress GROUP BY quest_id
        ) AS p ON p.quest_id = q.id WHERE p.plays > coalesce(q.plays_count, 0)""",
    ),
    Check(
        "quest-other-review",
        "quests",
        "psychologist_review_id",
        Severity.ERROR,
        "A quest points to its own review.",
        "What is shown as the judgement of this quest is that of another.",
        "Set psychologist_review_id to the review whose quest_id it is, or to NULL.",
        """
        SELECT q.id FROM {pas_in_peace}.quests AS q
        JOIN {pas_in_peace}.psychologist_reviews AS r ON r.id = q.psychologist_review_id WHERE r.quest_id <> q.id""",
    ),
    Check(
        "quest-review-missing",
        "quests",
        "psychologist_reviewed",
        Severity.WARNING,
        "A quest that says it was reviewed has a review.",
        "The quest is shown as looked at by a psychologist, and there is no judgement.",
        "Set psychologist_reviewed to false.",
        """
        SELECT q.id FROM {pas_in_peace}.quests AS q WHERE q.psychologist_reviewed AND NOT EXISTS (
            SELECT FROM {pas_in_peace}.psychologist_reviews AS r WHERE r.quest_id = q.id)""",
    ),
    Check(
        "review-overall-score",
        "psychologist_reviews",
        "overall_score",
        Severity.WARNING,
        "A review's overall score is the mean of its four scores.",
        "The one figure that people look at is not what the reviewer gave.",
        "Set overall_score to the mean of the four.",
        """
        SELECT id FROM {pas_in_peace}.psychologist_reviews WHERE abs(overall_score - (emotional_safety_score
        + therapeutic_correctness_score + age_appropriateness_score + reveal_timing_score) / 4.0) > 0.051""",
    ),
    Check(
        "quest-progress-completed",
        "quest_progress",
        "completed, completed_at",
        Severity.WARNING,
        "Progress that reached the end says when, and no other does.",
        "completed and completed_at contradict each other.",
        "Set completed_at to last_played_at, or completed to what is true.",
        """
        SELECT id FROM {pas_in_peace}.quest_progress
        WHERE coalesce(completed, false) <> (completed_at IS NOT NULL)""",
    ),
    Check(
        "recovery-track-missing",
        "users",
        "recovery_tracks",
        Severity.WARNING,
        "Every track in recovery_tracks has its row in user_tracks.",
        "The normal form lacks a track that the old document tells of: programs that read the one or the other differ.",
        "Write the row in user_tracks from the document.",
        """
        SELECT DISTINCT u.id FROM {pas_in_peace}.users AS u CROSS JOIN LATERAL jsonb_object_keys(
            CASE jsonb_typeof(u.recovery_tracks) WHEN 'object' THEN u.recovery_tracks END) AS track
        WHERE lower(track) = ANY (enum_range(NULL::{pas_in_peace}.recoverytrack)::text[]) AND NOT EXISTS (
            SELECT FROM {pas_in_peace}.user_tracks AS t
            WHERE t.user_id = u.id AND t.track_type::text = lower(track))""",
    ),
)
