"""Mutations that can't be mended without a decision, each with a word of the reason that the script must give.

All others are mended by the script as it stands. With the comments taken off, these are mended as well.
"""

from typing import Final

from tests.verify.schema.mutations.shape import EVENTS, MONTHS

_LOST: Final = "would be lost"
_LONGER: Final = "Fails where a value is longer"
_LARGER: Final = "too large"
_LABEL: Final = "takes no label away"
_ORDER: Final = "moves no label"

REASONS: Final = {
    # of platforms
    "ALTER TABLE teams ADD slogan text": _LOST,
    "ALTER TABLE teams ADD number serial UNIQUE CHECK (number > 0)": _LOST,
    "CREATE TABLE shadow () INHERITS (students)": "no longer show",
    "ALTER TABLE modules ALTER title TYPE varchar(260)": _LONGER,
    "ALTER TABLE modules ALTER status TYPE text": _LONGER,
    f"{MONTHS} ALTER TABLE {EVENTS} ALTER event_type TYPE text": _LONGER,
    "ALTER TABLE module_progress ALTER mastery_score TYPE numeric(4, 2)": _LARGER,
    "ALTER TABLE module_progress ALTER progress_percent TYPE numeric": _LARGER,
    "ALTER TYPE usermode ADD VALUE 'other'": _LABEL,
    "ALTER TYPE trackphase ADD VALUE 'rest' BEFORE 'mastery'": _LABEL,
    "ALTER TYPE trackphase RENAME VALUE 'action' TO '-'; ALTER TYPE trackphase RENAME VALUE 'mastery' TO 'action'; "
    "ALTER TYPE trackphase RENAME VALUE '-' TO 'mastery'": _ORDER,
    f"CREATE TABLE {EVENTS}_2025_12 (id integer)": "columns are not those of the table",
    # of the school
    "ALTER TABLE teacher ADD nickname text": _LOST,
    "ALTER TABLE teacher ALTER name TYPE varchar(60)": _LONGER,
    "ALTER TABLE lesson ALTER grade TYPE numeric(6, 2)": _LARGER,
    "ALTER TABLE lesson ALTER minutes DROP EXPRESSION": "written by hand",
    "ALTER TYPE mood ADD VALUE 'angry'": _LABEL,
    "ALTER TYPE mood RENAME VALUE 'calm' TO '-'; ALTER TYPE mood RENAME VALUE 'glad' TO 'calm'; "
    "ALTER TYPE mood RENAME VALUE '-' TO 'glad'; ALTER TABLE lesson ALTER mood SET DEFAULT 'calm'; "
    "CREATE OR REPLACE VIEW glad_lesson AS SELECT id, title FROM lesson WHERE mood = 'glad'": _ORDER,
    "ALTER TYPE place ADD ATTRIBUTE floor integer": _LOST,
    "ALTER TYPE place ALTER ATTRIBUTE seat TYPE bigint": "may not fit",
}
