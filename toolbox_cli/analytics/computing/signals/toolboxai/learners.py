"""Of whom nothing is derived."""

from typing import Final

WITHHELD: Final = (
    "DROP TABLE IF EXISTS pg_temp.withheld",
    """
CREATE TEMPORARY TABLE withheld ON COMMIT DROP AS
SELECT latest.student_id AS user_id FROM (
    SELECT DISTINCT ON (student_id) student_id, data_collection_consent, parental_consent_given
    FROM roblox_player_progress ORDER BY student_id, joined_at DESC NULLS LAST, id
) AS latest JOIN users AS u ON u.id = latest.student_id
WHERE latest.data_collection_consent IS NOT TRUE
    OR u.age_band IN ('under_13', 'unknown') AND latest.parental_consent_given IS NOT TRUE""",
    "ANALYZE withheld",
)
"""Makes a table of who doesn't allow, by their latest record of play, that data are collected."""
