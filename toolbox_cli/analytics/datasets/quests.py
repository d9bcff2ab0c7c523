"""How far children came in the quests that their parents made, as far as the children let others know."""

from typing import Final

from sqlalchemy import case, join, null

from toolbox_cli.analytics.datasets.consents import LIVE
from toolbox_cli.analytics.datasets.dataset import Column, Dataset, Grows, Measure
from toolbox_cli.analytics.datasets.values import DAY
from toolbox_cli.analytics.masking.masks import Pseudonym
from toolbox_cli.models.pas_in_peace.child_privacy import ChildPrivacySettings as Settings
from toolbox_cli.models.pas_in_peace.progress import QuestProgress as Progress

SHOWN: Final = Settings.share_play_frequency.is_(True)
"""The child lets others know how often it plays."""

QUEST_PROGRESS: Final = Dataset(
    name="quest-progress",
    platform="pas_in_peace",
    title="How far a child came in a quest, while its consent is live: whatever is revoked leaves in no export.",
    columns=(
        Column("progress", Progress.id, Pseudonym("pas_in_peace.quest_progress")),
        Column("parent", Progress.user_id, Pseudonym("pas_in_peace.user")),
        # one family's own: its key would name the child to whoever knows the quest
        Column("quest", Progress.quest_id, Pseudonym("pas_in_peace.quest")),
        Column("current_step", Progress.current_step),
        Column("completed", Progress.completed),
        Column(
            "session_count",
            case((SHOWN, Progress.session_count), else_=null()),
            doc="Times that the child played; null where it does not share that.",
            made_from=(Progress.session_count, Settings.share_play_frequency),
        ),
        Column(
            "total_time_minutes",
            case((SHOWN, Progress.total_time_minutes), else_=null()),
            doc="Minutes played in all; null where the child does not share that.",
            made_from=(Progress.total_time_minutes, Settings.share_play_frequency),
        ),
        Column("started_at", Progress.started_at, DAY),
        Column("completed_at", Progress.completed_at, DAY),
    ),
    rows=join(Progress, Settings, Settings.quest_id == Progress.quest_id),
    where=(LIVE,),
    key=("progress",),
    time="started_at",
    grows=Grows.IN_PLACE,
    person="parent",
    by=("completed",),
    measures=(Measure("mean_steps", "current_step", "Mean steps done."),),
)

DATASETS: Final = (QUEST_PROGRESS,)
