"""What every table and column holds, in the database itself: ours."""

import re

from alembic import op

revision = "pas_in_peace_comments"
down_revision = "pas_in_peace_triggers"
branch_labels = None
depends_on = None
document = None

COMMENTS = """
COMMENT ON TABLE users IS 'Parents and psychologists who use the platform; a child has no row of its own.';
COMMENT ON COLUMN users.id IS 'Key of a person.';
COMMENT ON COLUMN users.telegram_id IS 'Account at the messenger that the person writes from.';
COMMENT ON COLUMN users.current_state IS 'Where the conversation stands.';
COMMENT ON COLUMN users.therapy_phase IS 'Where the person''s support stands.';
COMMENT ON COLUMN users.emotional_score IS 'Emotional state as last estimated; 0 or more.';
COMMENT ON COLUMN users.crisis_level IS 'Severity of a crisis as last estimated; 0 is none.';
COMMENT ON COLUMN users.total_messages IS 'Messages written so far.';
COMMENT ON COLUMN users.total_sessions IS 'Conversations held so far.';
COMMENT ON COLUMN users.crisis_incidents IS 'Crises noticed so far.';
COMMENT ON COLUMN users.created_at IS 'When the person first wrote.';
COMMENT ON COLUMN users.last_activity IS 'When the person last did anything.';
COMMENT ON COLUMN users.context IS 'What the conversation remembers of the person.';
COMMENT ON COLUMN users.consent_given IS 'Whether the person agreed to the processing.';
COMMENT ON COLUMN users.data_retention_days IS 'Days that the person''s data may be kept.';
COMMENT ON COLUMN users.recovery_tracks IS 'Progress a track as first kept; `user_tracks` is its normal form.';
COMMENT ON COLUMN users.primary_track IS 'Recovery track in focus; a label of `recoverytrack`.';
COMMENT ON COLUMN users.recovery_week IS 'Weeks since recovery began.';
COMMENT ON COLUMN users.recovery_day IS 'Day of recovery.';
COMMENT ON COLUMN users.mode IS 'What the person uses the platform for.';
COMMENT ON COLUMN users.parent_name IS 'What the person wants to be called.';
COMMENT ON COLUMN users.learning_profile IS 'The child''s learning preferences and progress.';
COMMENT ON TABLE quests IS 'Quests that parents make for their children, and what the marketplace and review say of them.';
COMMENT ON COLUMN quests.id IS 'Key.';
COMMENT ON COLUMN quests.user_id IS 'The author.';
COMMENT ON COLUMN quests.quest_id IS 'Name of the quest that both platforms use; maps to the UUID at inner_edu.';
COMMENT ON COLUMN quests.title IS 'Title that the child sees.';
COMMENT ON COLUMN quests.description IS 'What the quest is about.';
COMMENT ON COLUMN quests.child_name IS 'What the quest calls the child.';
COMMENT ON COLUMN quests.child_age IS 'Age of the child in years, 0 to 18.';
COMMENT ON COLUMN quests.child_interests IS 'Hobbies and subjects that the child likes.';
COMMENT ON COLUMN quests.quest_yaml IS 'The quest as YAML, generated from the graph; all of it is content, so layout stays out.';
COMMENT ON COLUMN quests.total_nodes IS 'Nodes of the graph.';
COMMENT ON COLUMN quests.difficulty_level IS 'How hard the quest is; open text.';
COMMENT ON COLUMN quests.family_photos IS 'Where the family photos of the quest lie.';
COMMENT ON COLUMN quests.family_memories IS 'Family memories told in the quest.';
COMMENT ON COLUMN quests.family_jokes IS 'Jokes and phrases of the family.';
COMMENT ON COLUMN quests.familiar_locations IS 'Places that the child knows.';
COMMENT ON COLUMN quests.status IS 'State of the author''s work; open text.';
COMMENT ON COLUMN quests.moderation_status IS 'State of moderation; open text, and only `approved` allows publishing.';
COMMENT ON COLUMN quests.moderation_issues IS 'What moderation found.';
COMMENT ON COLUMN quests.moderation_notes IS 'What the moderator wrote.';
COMMENT ON COLUMN quests.reveal_enabled IS 'Whether the quest reveals in the end who made it.';
COMMENT ON COLUMN quests.reveal_threshold_percentage IS 'Part of the quest to play before the reveal; a ratio from 0 to 1, despite its name.';
COMMENT ON COLUMN quests.reveal_message IS 'What the parent says to the child at the reveal.';
COMMENT ON COLUMN quests.deployed_to_inner_edu IS 'Whether inner_edu has the quest.';
COMMENT ON COLUMN quests.inner_edu_quest_id IS 'Key of the quest at inner_edu.';
COMMENT ON COLUMN quests.deployed_at IS 'When inner_edu last got the quest.';
COMMENT ON COLUMN quests.created_at IS 'When the quest was begun.';
COMMENT ON COLUMN quests.last_edited IS 'When the author last edited.';
COMMENT ON COLUMN quests.approved_at IS 'When moderation approved.';
COMMENT ON COLUMN quests.graph_structure IS 'Nodes and edges as React Flow keeps them; the quest itself.';
COMMENT ON COLUMN quests.psychological_module IS 'School of therapy, such as CBT; open text.';
COMMENT ON COLUMN quests.location IS 'Place in the game''s world.';
COMMENT ON COLUMN quests.age_range IS 'Ages that the quest is for, such as 7-9.';
COMMENT ON COLUMN quests.is_public IS 'Whether the public library offers the quest.';
COMMENT ON COLUMN quests.rating IS 'Mean of the ratings, 1 to 5 stars; 0 is unrated.';
COMMENT ON COLUMN quests.plays_count IS 'Times that the quest was played.';
COMMENT ON COLUMN quests.psychologist_reviewed IS 'Whether a psychologist looked at the quest.';
COMMENT ON COLUMN quests.psychologist_review_id IS 'The present review.';
COMMENT ON COLUMN quests.reviewed_at IS 'When the psychologist looked at it.';
COMMENT ON COLUMN quests.reveal_count IS 'Times that the reveal was viewed.';
COMMENT ON COLUMN quests.last_reveal_at IS 'When the reveal was last viewed.';
COMMENT ON TABLE child_privacy_settings IS 'What a child lets others know of one quest, and the child''s consent to it.';
COMMENT ON COLUMN child_privacy_settings.id IS 'Key.';
COMMENT ON COLUMN child_privacy_settings.quest_id IS 'The quest.';
COMMENT ON COLUMN child_privacy_settings.share_completion_progress IS 'Whether the child shares how far it came.';
COMMENT ON COLUMN child_privacy_settings.share_educational_progress IS 'Whether the child shares what it learned.';
COMMENT ON COLUMN child_privacy_settings.share_achievements IS 'Whether the child shares its achievements.';
COMMENT ON COLUMN child_privacy_settings.share_play_frequency IS 'Whether the child shares how often it plays.';
COMMENT ON COLUMN child_privacy_settings.notify_both_parents IS 'Whether both parents hear of it, or the author alone.';
COMMENT ON COLUMN child_privacy_settings.notification_frequency IS 'How often parents hear of it; open text.';
COMMENT ON COLUMN child_privacy_settings.consent_given_by_child IS 'Whether the child agreed.';
COMMENT ON COLUMN child_privacy_settings.consent_timestamp IS 'When the child agreed.';
COMMENT ON COLUMN child_privacy_settings.consent_revoked_at IS 'When the child took it back; NULL while the consent stands.';
COMMENT ON COLUMN child_privacy_settings.consent_history IS 'Earlier consents and revocations.';
COMMENT ON COLUMN child_privacy_settings.created_at IS 'When the settings were made.';
COMMENT ON COLUMN child_privacy_settings.last_updated IS 'When the settings last changed, as the program that changed them says.';
COMMENT ON TABLE psychologist_reviews IS 'The present judgement of each quest by a psychologist; one a quest.';
COMMENT ON COLUMN psychologist_reviews.id IS 'Key.';
COMMENT ON COLUMN psychologist_reviews.quest_id IS 'The quest.';
COMMENT ON COLUMN psychologist_reviews.reviewer_name IS 'Name that the reviewer signs with.';
COMMENT ON COLUMN psychologist_reviews.reviewer_credentials IS 'Degrees and licences of the reviewer.';
COMMENT ON COLUMN psychologist_reviews.emotional_safety_score IS 'How safe it is for the child''s feelings, 1 to 5.';
COMMENT ON COLUMN psychologist_reviews.therapeutic_correctness_score IS 'How right it is as therapy, 1 to 5.';
COMMENT ON COLUMN psychologist_reviews.age_appropriateness_score IS 'How well it fits the child''s age, 1 to 5.';
COMMENT ON COLUMN psychologist_reviews.reveal_timing_score IS 'How well the reveal is timed, 1 to 5.';
COMMENT ON COLUMN psychologist_reviews.overall_score IS 'Mean of the four scores, 1 to 5.';
COMMENT ON COLUMN psychologist_reviews.is_approved IS 'Whether children may play what was reviewed.';
COMMENT ON COLUMN psychologist_reviews.strengths IS 'What works well.';
COMMENT ON COLUMN psychologist_reviews.concerns IS 'What worries the reviewer.';
COMMENT ON COLUMN psychologist_reviews.recommendations IS 'What the reviewer would improve.';
COMMENT ON COLUMN psychologist_reviews.modification_notes IS 'What must change before approval.';
COMMENT ON COLUMN psychologist_reviews.review_duration_minutes IS 'Minutes that the review took.';
COMMENT ON COLUMN psychologist_reviews.created_at IS 'When the review was begun.';
COMMENT ON COLUMN psychologist_reviews.reviewed_at IS 'When the judgement was made.';
COMMENT ON COLUMN psychologist_reviews.content_hash IS 'What `quest_content_hash` gave for the content that was reviewed; 64 hexadecimal digits.';
COMMENT ON COLUMN psychologist_reviews.reviewer_id IS 'Who reviewed; a quest is public only by the judgement of someone other than its author.';
COMMENT ON TABLE quest_builder_sessions IS 'Conversations in which a parent makes a quest.';
COMMENT ON COLUMN quest_builder_sessions.id IS 'Key.';
COMMENT ON COLUMN quest_builder_sessions.user_id IS 'The parent.';
COMMENT ON COLUMN quest_builder_sessions.conversation_history IS 'Every message so far.';
COMMENT ON COLUMN quest_builder_sessions.current_stage IS 'Step that the conversation is at.';
COMMENT ON COLUMN quest_builder_sessions.current_graph IS 'The graph as built so far.';
COMMENT ON COLUMN quest_builder_sessions.quest_context IS 'What the parent told of the child and the family.';
COMMENT ON COLUMN quest_builder_sessions.created_at IS 'When the conversation began.';
COMMENT ON COLUMN quest_builder_sessions.updated_at IS 'When the row last changed.';
COMMENT ON TABLE user_quest_library IS 'Quests that a parent took from the public library.';
COMMENT ON COLUMN user_quest_library.id IS 'Key.';
COMMENT ON COLUMN user_quest_library.user_id IS 'The parent.';
COMMENT ON COLUMN user_quest_library.quest_id IS 'The quest.';
COMMENT ON COLUMN user_quest_library.added_at IS 'When the parent took it.';
COMMENT ON TABLE quest_progress IS 'How far a child came in a quest; written only while the child''s consent to share it is live.';
COMMENT ON COLUMN quest_progress.id IS 'Key.';
COMMENT ON COLUMN quest_progress.user_id IS 'The parent whose child plays.';
COMMENT ON COLUMN quest_progress.quest_id IS 'The quest.';
COMMENT ON COLUMN quest_progress.current_step IS 'Steps done.';
COMMENT ON COLUMN quest_progress.completed IS 'Whether the child reached the end.';
COMMENT ON COLUMN quest_progress.session_count IS 'Times that the child played.';
COMMENT ON COLUMN quest_progress.total_time_minutes IS 'Minutes played in all.';
COMMENT ON COLUMN quest_progress.started_at IS 'When the child first played.';
COMMENT ON COLUMN quest_progress.completed_at IS 'When the child reached the end.';
COMMENT ON COLUMN quest_progress.last_played_at IS 'When the child last played.';
COMMENT ON TABLE quest_ratings IS 'What parents think of public quests; one rating a parent and quest.';
COMMENT ON COLUMN quest_ratings.id IS 'Key.';
COMMENT ON COLUMN quest_ratings.user_id IS 'The parent.';
COMMENT ON COLUMN quest_ratings.quest_id IS 'The quest.';
COMMENT ON COLUMN quest_ratings.rating IS 'Stars, 1 to 5.';
COMMENT ON COLUMN quest_ratings.review_text IS 'What the parent wrote about it.';
COMMENT ON COLUMN quest_ratings.created_at IS 'When the parent rated.';
COMMENT ON TABLE user_tracks IS 'How far a parent came on each recovery track.';
COMMENT ON COLUMN user_tracks.id IS 'Key.';
COMMENT ON COLUMN user_tracks.user_id IS 'The parent.';
COMMENT ON COLUMN user_tracks.track_type IS 'The track.';
COMMENT ON COLUMN user_tracks.current_phase IS 'Phase that the parent is in.';
COMMENT ON COLUMN user_tracks.completion_percentage IS 'Part of the track that is done, 0 to 100.';
COMMENT ON COLUMN user_tracks.weeks_active IS 'Weeks with an activity.';
COMMENT ON COLUMN user_tracks.days_active IS 'Days with an activity.';
COMMENT ON COLUMN user_tracks.total_activities IS 'Activities given.';
COMMENT ON COLUMN user_tracks.completed_activities IS 'Activities done, of those given.';
COMMENT ON COLUMN user_tracks.last_activity_at IS 'When the last activity was.';
COMMENT ON COLUMN user_tracks.started_at IS 'When the track was begun.';
COMMENT ON COLUMN user_tracks.updated_at IS 'When the row last changed.'"""


def upgrade() -> None:
    op.execute(COMMENTS)


def downgrade() -> None:
    op.execute(re.sub("IS '.*'", "IS NULL", COMMENTS))
