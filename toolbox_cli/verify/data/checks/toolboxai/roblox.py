"""Live sessions in Roblox: the right application, consents before play, and content that children may see."""

from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.verify.data.check import Check

CHECKS: Final = (
    Check(
        "roblox-session-universe",
        "roblox_sessions",
        "universe_id",
        Severity.ERROR,
        "Every session runs in the configured universe.",
        "The session belongs to another Roblox experience, or roblox.universe_id is not what it should be.",
        "Compare TOOLBOX_ROBLOX_UNIVERSE_ID with the creator dashboard; correct the setting or the rows.",
        "SELECT id FROM {toolboxai}.roblox_sessions WHERE universe_id <> %(universe_id)s",
    ),
    Check(
        "roblox-session-client",
        "roblox_sessions",
        "client_id",
        Severity.ERROR,
        "Every session uses the configured OAuth client.",
        "Tokens were asked for by another application, or roblox.client_id is not what it should be.",
        "Compare TOOLBOX_ROBLOX_CLIENT_ID with the creator dashboard; correct the setting or the rows.",
        "SELECT id FROM {toolboxai}.roblox_sessions WHERE client_id <> %(client_id)s",
    ),
    Check(
        "planned-session-universe",
        "roblox_game_sessions",
        "roblox_universe_id",
        Severity.WARNING,
        "Every planned class is published in the configured universe.",
        "Students will be led to another Roblox experience.",
        "Publish the class again, or correct its roblox_universe_id.",
        "SELECT id FROM {toolboxai}.roblox_game_sessions WHERE roblox_universe_id::text <> %(universe_id)s",
    ),
    Check(
        "active-session-consent",
        "roblox_sessions",
        "coppa_consent_verified",
        Severity.ERROR,
        "An active session began with every parent's consent verified.",
        "Children may be playing whose parents did not agree.",
        "Pause the session, check the consents, and set coppa_consent_verified; or end it.",
        "SELECT id FROM {toolboxai}.roblox_sessions WHERE status = 'ACTIVE' AND coppa_consent_verified IS NOT TRUE",
    ),
    Check(
        "player-age-unverified",
        "roblox_player_progress",
        "age_verified",
        Severity.ERROR,
        "Progress is kept only of students whose age band was checked.",
        "Nobody knows whether a parent has to agree for this student.",
        "Check the student's age band and set age_verified, or delete the progress.",
        "SELECT id FROM {toolboxai}.roblox_player_progress WHERE age_verified IS NOT TRUE",
    ),
    Check(
        "player-collection-consent",
        "roblox_player_progress",
        "data_collection_consent",
        Severity.ERROR,
        "Progress is kept only with consent to keep it.",
        "The row may neither be kept nor used.",
        "Get the consent and set data_collection_consent, or delete the progress.",
        "SELECT id FROM {toolboxai}.roblox_player_progress WHERE data_collection_consent IS NOT TRUE",
    ),
    Check(
        "player-parental-consent",
        "roblox_player_progress",
        "parental_consent_given",
        Severity.ERROR,
        "Progress of a child under 13 is kept only with a parent's consent.",
        "A child under 13, or of unknown age, which counts as that, takes part without a parent's consent.",
        "Get the consent and set parental_consent_given, correct the age band, or delete the progress.",
        """
        SELECT p.id FROM {toolboxai}.roblox_player_progress AS p JOIN {toolboxai}.users AS u ON u.id = p.student_id
        WHERE u.age_band IN ('under_13', 'unknown') AND p.parental_consent_given IS NOT TRUE""",
    ),
    Check(
        "deployed-content-coppa",
        "roblox_content",
        "coppa_compliant",
        Severity.ERROR,
        "Content that players can meet was checked for children under 13.",
        "Children meet content that nobody looked at with COPPA in mind.",
        "Check it and set coppa_compliant, or take it back (is_deployed).",
        "SELECT id FROM {toolboxai}.roblox_content WHERE is_deployed AND coppa_compliant IS NOT TRUE",
    ),
    Check(
        "public-template-coppa",
        "roblox_templates",
        "coppa_compliant",
        Severity.ERROR,
        "A public template was checked for children under 13.",
        "Everybody can make content from a template that nobody looked at with COPPA in mind.",
        "Check it and set coppa_compliant, or make it private (is_public).",
        "SELECT id FROM {toolboxai}.roblox_templates WHERE is_public AND coppa_compliant IS NOT TRUE",
    ),
    Check(
        "roblox-session-tokens",
        "roblox_sessions",
        "access_token_hash, refresh_token_hash",
        Severity.ERROR,
        "Tokens of Roblox are kept as hashes.",
        "The column holds what looks like the token itself: whoever reads it can act as the application.",
        "Revoke the tokens at Roblox, have the program write hashes, and empty the columns.",
        """
        SELECT id FROM {toolboxai}.roblox_sessions
        WHERE access_token_hash !~ %(hash)s OR refresh_token_hash !~ %(hash)s""",
    ),
    Check(
        "session-outside-lesson",
        "roblox_sessions",
        "started_at, ended_at",
        Severity.WARNING,
        "A session takes place in the time of its lesson.",
        "The session began after the lesson's end, or ended before its start: one of them is another day's.",
        "Correct lesson_id, or the times of the lesson.",
        """
        SELECT s.id FROM {toolboxai}.roblox_sessions AS s JOIN {toolboxai}.lessons AS l ON l.id = s.lesson_id
        WHERE s.started_at > l.ends_at OR s.ended_at < l.starts_at""",
    ),
    Check(
        "ended-session-active",
        "roblox_sessions",
        "status, ended_at",
        Severity.ERROR,
        "A session that ended is neither active nor paused.",
        "It counts as running, in reports and for the limits of the teacher's sessions.",
        "Set status to COMPLETED, or ended_at to NULL if it does run.",
        "SELECT id FROM {toolboxai}.roblox_sessions WHERE status IN ('ACTIVE', 'PAUSED') AND ended_at <= now()",
    ),
    Check(
        "progress-other-lesson",
        "roblox_player_progress",
        "lesson_id",
        Severity.ERROR,
        "Progress names the lesson of its session.",
        "Reports count the student's progress for a lesson that the session did not teach.",
        "Set lesson_id to that of the session.",
        """
        SELECT p.id FROM {toolboxai}.roblox_player_progress AS p
        JOIN {toolboxai}.roblox_sessions AS s ON s.id = p.session_id WHERE s.lesson_id <> p.lesson_id""",
    ),
)
