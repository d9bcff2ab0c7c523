"""Whose rows may leave at all: those that rest on a consent leave only while it is live."""

from typing import Final

from sqlalchemy import ColumnElement, and_, exists, not_, or_

from toolbox_cli.models.pas_in_peace.child_privacy import ChildPrivacySettings as Settings
from toolbox_cli.models.toolboxai.learning.quizzes import QuizAttempt
from toolbox_cli.models.toolboxai.roblox.players import RobloxPlayerProgress as Progress
from toolbox_cli.models.toolboxai.roblox.results import RobloxQuizResult as Result
from toolbox_cli.models.toolboxai.users import User

LIVE: Final[ColumnElement[bool]] = and_(
    Settings.consent_given_by_child.is_(True),
    Settings.consent_timestamp.is_not(None),
    Settings.consent_revoked_at.is_(None),
    Settings.share_completion_progress.is_(True),
)
"""Of the settings of a quest: the child lets others know how far it came, as the database asks of who writes it."""

MAY_BE_USED: Final[ColumnElement[bool]] = and_(
    Progress.data_collection_consent.is_(True),
    Progress.age_verified.is_(True),
    or_(User.age_band.not_in(("under_13", "unknown")), Progress.parental_consent_given.is_(True)),
)
"""Of progress in Roblox and its student: it may be kept and used, by a parent's word where the student is a child."""

NOT_WITHHELD: Final[ColumnElement[bool]] = not_(
    exists()
    .where(Result.player_progress_id == Progress.id, Progress.student_id == User.id)
    .where(
        Result.quiz_id == QuizAttempt.quiz_id,
        Progress.student_id == QuizAttempt.user_id,
        Result.started_at == QuizAttempt.started_at,
        MAY_BE_USED.is_not(True),
    )
    .correlate(QuizAttempt)
)
"""Of an attempt at a quiz: it is no result in Roblox that may not be used."""
