"""What every table and column holds, in the database itself. Ours."""

import re

from alembic import op

revision = "frames_comments"
down_revision = "frames_partitions"
branch_labels = None
depends_on = None
document = None

COMMENTS = """
COMMENT ON TABLE universities IS 'Universities that use FRAMES.';
COMMENT ON COLUMN universities.id IS 'Key, given by whoever enters the university.';
COMMENT ON COLUMN universities.name IS 'Name of the university.';
COMMENT ON COLUMN universities.location IS 'Where the university is, free text.';
COMMENT ON COLUMN universities.contact_email IS 'E-mail address of the university''s contact.';
COMMENT ON COLUMN universities.created_at IS 'When the row was made.';
COMMENT ON TABLE faculty IS 'Members of faculty, who write modules and assign them.';
COMMENT ON COLUMN faculty.id IS 'Key of the member, as the university gives it.';
COMMENT ON COLUMN faculty.name IS 'Full name.';
COMMENT ON COLUMN faculty.email IS 'E-mail address.';
COMMENT ON COLUMN faculty.university_id IS 'University that the member works at.';
COMMENT ON COLUMN faculty.department IS 'Department, free text.';
COMMENT ON COLUMN faculty.created_at IS 'When the row was made.';
COMMENT ON TABLE teams IS 'Teams of students.';
COMMENT ON COLUMN teams.id IS 'Key.';
COMMENT ON COLUMN teams.name IS 'Name of the team.';
COMMENT ON COLUMN teams.university_id IS 'University that the team belongs to.';
COMMENT ON COLUMN teams.subsystem IS 'Subsystem that the team works on, free text.';
COMMENT ON COLUMN teams.created_at IS 'When the row was made.';
COMMENT ON TABLE students IS 'Students, who work through modules.';
COMMENT ON COLUMN students.id IS 'Key of the student, as the university gives it.';
COMMENT ON COLUMN students.name IS 'Full name.';
COMMENT ON COLUMN students.email IS 'E-mail address.';
COMMENT ON COLUMN students.university_id IS 'University that the student attends.';
COMMENT ON COLUMN students.team_id IS 'Team that the student belongs to.';
COMMENT ON COLUMN students.role IS 'Role in the team, free text.';
COMMENT ON COLUMN students.created_at IS 'When the row was made.';
COMMENT ON TABLE modules IS 'Training modules.';
COMMENT ON COLUMN modules.id IS 'Key.';
COMMENT ON COLUMN modules.module_id IS 'Slug that links and other modules name it by: lower-case letters and digits, in words joined by hyphens.';
COMMENT ON COLUMN modules.title IS 'Title that readers see.';
COMMENT ON COLUMN modules.description IS 'What the module teaches.';
COMMENT ON COLUMN modules.category IS 'Safety, Technical or Orientation.';
COMMENT ON COLUMN modules.estimated_minutes IS 'How long the module takes, in minutes, not negative.';
COMMENT ON COLUMN modules.created_by_id IS 'Member of faculty who wrote the module.';
COMMENT ON COLUMN modules.university_id IS 'University that the module belongs to.';
COMMENT ON COLUMN modules.status IS 'draft, published or archived.';
COMMENT ON COLUMN modules.prerequisites IS 'List of the slugs of modules to finish first.';
COMMENT ON COLUMN modules.related_modules IS 'List of the slugs of modules on the same matter.';
COMMENT ON COLUMN modules.tags IS 'List of tags.';
COMMENT ON COLUMN modules.target_audience IS 'Whom the module is for, free text.';
COMMENT ON COLUMN modules.revision IS 'Number of the module''s revision, from 1.';
COMMENT ON COLUMN modules.created_at IS 'When the module was made.';
COMMENT ON COLUMN modules.updated_at IS 'When the module was last changed.';
COMMENT ON COLUMN modules.published_at IS 'When the module was published.';
COMMENT ON COLUMN modules.module_type IS 'text, sandbox, game, interactive, guided_struggle or mixed.';
COMMENT ON COLUMN modules.interaction_level IS 'low, medium or high.';
COMMENT ON COLUMN modules.required_components IS 'List of the front-end components that the module needs.';
COMMENT ON COLUMN modules.difficulty_level IS 'Difficulty, 1 (easiest) to 5.';
COMMENT ON COLUMN modules.adaptive_config IS 'How the difficulty adapts to the student.';
COMMENT ON TABLE module_sections IS 'Sections of modules, like pages or slides.';
COMMENT ON COLUMN module_sections.id IS 'Key.';
COMMENT ON COLUMN module_sections.module_id IS 'Module that the section belongs to.';
COMMENT ON COLUMN module_sections.section_number IS 'Place in the module, not negative.';
COMMENT ON COLUMN module_sections.section_type IS 'text, video, image, checklist, sandbox, game, interactive or guided_struggle.';
COMMENT ON COLUMN module_sections.title IS 'Title that readers see.';
COMMENT ON COLUMN module_sections.content IS 'Content, Markdown or plain text.';
COMMENT ON COLUMN module_sections.media_url IS 'Address of the video or image.';
COMMENT ON COLUMN module_sections.duration_seconds IS 'How long the section takes, in seconds, not negative.';
COMMENT ON COLUMN module_sections.section_config IS 'Settings that the section''s type needs.';
COMMENT ON COLUMN module_sections.completion_criteria IS 'What makes the section complete.';
COMMENT ON TABLE module_assignments IS 'Modules assigned to students, teams or universities.';
COMMENT ON COLUMN module_assignments.id IS 'Key.';
COMMENT ON COLUMN module_assignments.module_id IS 'Module that is assigned.';
COMMENT ON COLUMN module_assignments.student_id IS 'Student who gets the module.';
COMMENT ON COLUMN module_assignments.university_id IS 'University whose students get the module.';
COMMENT ON COLUMN module_assignments.team_id IS 'Team that gets the module.';
COMMENT ON COLUMN module_assignments.assigned_by_id IS 'Member of faculty who assigned the module.';
COMMENT ON COLUMN module_assignments.assignment_type IS 'required, optional or recommended.';
COMMENT ON COLUMN module_assignments.due_date IS 'Last day to finish the module.';
COMMENT ON COLUMN module_assignments.assigned_at IS 'When the module was assigned.';
COMMENT ON COLUMN module_assignments.auto_assigned IS 'Whether a rule made the assignment.';
COMMENT ON COLUMN module_assignments.assignment_rule IS 'Name of that rule.';
COMMENT ON TABLE module_progress IS 'How far each student is in each module.';
COMMENT ON COLUMN module_progress.id IS 'Key.';
COMMENT ON COLUMN module_progress.module_id IS 'Module that is worked through.';
COMMENT ON COLUMN module_progress.student_id IS 'Student who works through it.';
COMMENT ON COLUMN module_progress.status IS 'not_started, in_progress, completed or skipped.';
COMMENT ON COLUMN module_progress.progress_percent IS 'Share of the module that is done, in percent, 0 to 100.';
COMMENT ON COLUMN module_progress.current_section IS 'Number of the section that the student is at.';
COMMENT ON COLUMN module_progress.started_at IS 'When the student began.';
COMMENT ON COLUMN module_progress.completed_at IS 'When the student finished, not before beginning.';
COMMENT ON COLUMN module_progress.last_accessed_at IS 'When the student last opened the module.';
COMMENT ON COLUMN module_progress.total_time_seconds IS 'Time spent, in seconds, not negative.';
COMMENT ON COLUMN module_progress.pause_count IS 'Number of pauses, not negative.';
COMMENT ON COLUMN module_progress.hint_count IS 'Number of hints used, not negative.';
COMMENT ON COLUMN module_progress.retry_count IS 'Number of tries again, not negative.';
COMMENT ON COLUMN module_progress.error_count IS 'Number of errors met, not negative.';
COMMENT ON COLUMN module_progress.difficulty_adjustments IS 'When and why the difficulty changed.';
COMMENT ON COLUMN module_progress.mastery_score IS 'Mastery, a ratio of 0 to 1, from accuracy, speed and struggle.';
COMMENT ON TABLE module_analytics_events IS 'What students do in modules, event by event, in a partition a month.';
COMMENT ON COLUMN module_analytics_events.id IS 'Key, together with the time.';
COMMENT ON COLUMN module_analytics_events.module_id IS 'Module that the event happened in.';
COMMENT ON COLUMN module_analytics_events.student_id IS 'Student who did it.';
COMMENT ON COLUMN module_analytics_events.event_type IS 'Kind of event, open text: section_view, pause, hint_used, code_run and whatever a type of module adds.';
COMMENT ON COLUMN module_analytics_events.event_data IS 'What this kind of event tells.';
COMMENT ON COLUMN module_analytics_events.section_number IS 'Section that the event happened in, not negative.';
COMMENT ON COLUMN module_analytics_events.session_id IS 'Session, the same for all events of one sitting.';
COMMENT ON COLUMN module_analytics_events.device_type IS 'tablet, phone or desktop.';
COMMENT ON COLUMN module_analytics_events."timestamp" IS 'When it happened; decides the partition.';
COMMENT ON COLUMN module_analytics_events.time_elapsed_seconds IS 'Time since the module was begun, in seconds, not negative.';
COMMENT ON COLUMN module_analytics_events.struggle_signal IS 'How much the student struggles, a ratio of 0 to 1.';
COMMENT ON COLUMN module_analytics_events.pattern_detected IS 'Pattern found in the events, open text, such as confusion_loop or stuck.';
COMMENT ON TABLE module_feedback IS 'What students say of modules.';
COMMENT ON COLUMN module_feedback.id IS 'Key.';
COMMENT ON COLUMN module_feedback.module_id IS 'Module that is spoken of.';
COMMENT ON COLUMN module_feedback.student_id IS 'Student who speaks; never shown to others where is_anonymous.';
COMMENT ON COLUMN module_feedback.rating IS 'Rating of the module, 1 to 5.';
COMMENT ON COLUMN module_feedback.difficulty_rating IS 'How difficult it was, 1 to 5.';
COMMENT ON COLUMN module_feedback.comment IS 'Free text.';
COMMENT ON COLUMN module_feedback.created_at IS 'When the feedback was given.';
COMMENT ON COLUMN module_feedback.is_anonymous IS 'Whether the student''s name is kept from others.';
COMMENT ON COLUMN module_feedback.engagement_rating IS 'How engaging it was, 1 to 5.';
COMMENT ON COLUMN module_feedback.clarity_rating IS 'How clear it was, 1 to 5.';
COMMENT ON COLUMN module_feedback.tags IS 'List of tags, such as helpful or confusing.'"""


def upgrade() -> None:
    op.execute(COMMENTS)


def downgrade() -> None:
    op.execute(re.sub(r" IS '.+'(;|$)", r" IS NULL\1", COMMENTS, flags=re.MULTILINE))
