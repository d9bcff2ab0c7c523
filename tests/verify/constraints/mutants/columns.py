"""Columns that take NULL or other labels, or lost them."""

from typing import Final

from tests.verify.constraints.mutants.shape import ACCEPTS, RENAMED, STRANGER, STRICT, UNREACHED, Mutant

COLUMNS: Final = (
    Mutant("frames", "ALTER TABLE modules ALTER title DROP NOT NULL", (f"{ACCEPTS} modules.title",)),
    Mutant(
        "frames", "ALTER TABLE modules ALTER target_audience SET NOT NULL", (f"{STRANGER} modules.target_audience",)
    ),
    Mutant(
        "frames",
        "ALTER TABLE modules DROP CONSTRAINT modules_title_not_null; "
        "ALTER TABLE modules ADD CONSTRAINT modules_title_not_null NOT NULL title NOT VALID",
        ("not-validated modules.title",),
        18,
    ),
    Mutant(
        "frames",
        "ALTER TABLE modules ALTER title DROP NOT NULL; "
        "ALTER TABLE modules ADD CONSTRAINT modules_title_not_null CHECK (title IS NOT NULL)",
        (f"{RENAMED} modules.title",),
    ),
    Mutant("frames", "ALTER TABLE modules DROP COLUMN title", (f"{UNREACHED} modules",)),
    Mutant(
        "pas_in_peace", "ALTER TABLE user_tracks ALTER track_type TYPE text", (f"{ACCEPTS} user_tracks.track_type",)
    ),
    Mutant(
        "pas_in_peace",
        "ALTER TYPE recoverytrack RENAME VALUE 'negotiation' TO 'talks'",
        (f"{STRICT} user_tracks.track_type",),
    ),
    Mutant(
        "pas_in_peace",
        "ALTER TYPE recoverytrack RENAME VALUE 'self_work' TO 'work'",
        (f"{STRICT} user_tracks.track_type",),
    ),
)
