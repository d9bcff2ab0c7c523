"""What students earn in Roblox."""

import datetime
import uuid

from sqlalchemy import Double, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import finite, not_negative, shaped
from toolbox_cli.models.toolboxai.base import ACHIEVEMENT_TYPE, AchievementType, ActCreatedAt, Base


class RobloxAchievement(Base):
    __tablename__ = "roblox_achievements"
    __table_args__ = (
        Index("idx_roblox_achievement_earned", "earned_at"),
        Index("idx_roblox_achievement_session", "session_id"),
        Index("idx_roblox_achievement_student", "student_id"),
        Index("idx_roblox_achievement_type", "achievement_type"),
        *not_negative("points_awarded", "rarity_bonus", "shared_count", "likes_received"),
        *finite("difficulty_multiplier", "current_progress"),
        shaped("badge_color", "^#[0-9A-Fa-f]{6}$"),
        {"comment": "Achievements that students earned, or are earning, in live sessions."},
    )

    id: Mapped[UuidKey]
    session_id: Mapped[uuid.UUID] = column("Live session.", Privacy.NONE, ForeignKey("toolboxai.roblox_sessions.id"))
    student_id: Mapped[uuid.UUID] = column("The student.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"))
    base_achievement_id: Mapped[uuid.UUID | None] = column(
        "Definition on the platform; null for one that only the game knows.",
        Privacy.NONE,
        ForeignKey("toolboxai.achievements.id"),
        index=True,
    )
    achievement_name: Mapped[str] = column("Name shown when it was earned.", Privacy.SENSITIVE, String(200))
    achievement_type: Mapped[AchievementType] = column(
        "What kind of effort it rewards.", Privacy.SENSITIVE, ACHIEVEMENT_TYPE
    )
    description: Mapped[str | None] = column("What was done for it.", Privacy.SENSITIVE)
    in_game_badge_id: Mapped[str | None] = column("Badge in Roblox; null if it gives none.", Privacy.NONE, String(100))
    roblox_asset_id: Mapped[str | None] = column("Asset given with it; null if none.", Privacy.NONE, String(100))
    game_location_earned: Mapped[Json | None] = column("Where in the world it was earned, in studs.", Privacy.SENSITIVE)
    points_awarded: Mapped[int | None] = column("Points given, before multiplier and bonus.", Privacy.SENSITIVE)
    difficulty_multiplier: Mapped[float | None] = column(
        "Factor on the points for difficulty, 0 or more; null counts as 1.", Privacy.SENSITIVE, Double()
    )
    rarity_bonus: Mapped[int | None] = column("Points added because few have it; null counts as 0.", Privacy.SENSITIVE)
    trigger_conditions: Mapped[Json] = column("Conditions that were met, by measure.", Privacy.SENSITIVE)
    performance_context: Mapped[Json | None] = column("How the student was doing then.", Privacy.SENSITIVE)
    peer_comparison: Mapped[Json | None] = column("How others were doing then; speaks of them too.", Privacy.SENSITIVE)
    icon_url: Mapped[str | None] = column(
        "Address of its picture; null shows the definition's.", Privacy.NONE, String(500)
    )
    badge_color: Mapped[str | None] = column("Colour as #RRGGBB.", Privacy.NONE, String(7))
    animation_data: Mapped[Json | None] = column("What is shown when it is earned.", Privacy.NONE)
    is_shareable: Mapped[bool | None] = column(
        "Whether the student may show it to others.", Privacy.NONE, server_default=false()
    )
    shared_count: Mapped[int | None] = column("How often it was shown.", Privacy.SENSITIVE, server_default=text("0"))
    likes_received: Mapped[int | None] = column("Likes of others.", Privacy.SENSITIVE, server_default=text("0"))
    current_progress: Mapped[float | None] = column(
        "How far the student is on the way to it, 0 or more, in the measure of milestone_data.",
        Privacy.SENSITIVE,
        Double(),
    )
    milestone_data: Mapped[Json | None] = column("Steps on the way to it.", Privacy.SENSITIVE)
    earned_at: Mapped[datetime.datetime | None] = column(
        "When it was earned; null while on the way.", Privacy.QUASI_IDENTIFIER
    )
    created_at: Mapped[ActCreatedAt | None]
