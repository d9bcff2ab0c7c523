"""Which results may leave: what was reached in Roblox rests on consents."""

from typing import Final, LiteralString

CONSENTED: Final[LiteralString] = """(
    p.data_collection_consent AND p.age_verified
    AND (u.age_band NOT IN ('under_13', 'unknown') OR p.parental_consent_given)) IS TRUE"""
"""Of progress `p` of a person `u`: it may be kept and used."""

WITHHELD: Final[LiteralString] = f"""
SELECT FROM roblox_quiz_results AS r
JOIN roblox_player_progress AS p ON p.id = r.player_progress_id
JOIN users AS u ON u.id = p.student_id
WHERE r.quiz_id = t.quiz_id AND p.student_id = t.user_id AND r.started_at = t.started_at AND NOT {CONSENTED}"""  # noqa: S608  text of ours
"""The results in Roblox that an attempt `t` is, where they may not be used."""
