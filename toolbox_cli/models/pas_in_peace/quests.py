from datetime import datetime

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, JsonList, SerialKey, column, now
from toolbox_cli.models.pas_in_peace.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import not_negative, within


class Quest(Base):
    """A game that a parent makes for one child; its graph is the truth, its YAML is generated from it.

    What `is_public` demands is held by the triggers of `safeguards`.
    """

    __tablename__ = "quests"
    __table_args__ = (
        Index("ix_quests_quest_id", "quest_id", info={"keep": "deployed"}),
        Index("ix_quests_inner_edu_quest_id", "inner_edu_quest_id"),
        Index("ix_quests_psychological_module", "psychological_module"),
        Index("ix_quests_is_public", "is_public", info={"serves": "WHERE is_public ORDER BY rating DESC"}),
        *within(0, 18, "child_age"),
        *within(0, 1, "reveal_threshold_percentage"),
        *not_negative("total_nodes", "plays_count", "reveal_count"),
        CheckConstraint("rating = 0 OR rating BETWEEN 1 AND 5", name="rating"),
        {"comment": "Quests that parents make for their children, and what the marketplace and review say of them."},
    )

    id: Mapped[SerialKey]
    user_id: Mapped[int] = column(
        "The author.", Privacy.IDENTIFIER, ForeignKey("pas_in_peace.users.id", ondelete="CASCADE"), index=True
    )
    quest_id: Mapped[str] = column(
        "Name of the quest that both platforms use; maps to the UUID at inner_edu.",
        Privacy.NONE,
        String(200),
        unique=True,
    )
    title: Mapped[str] = column("Title that the child sees.", Privacy.SENSITIVE, String(300))
    description: Mapped[str | None] = column("What the quest is about.", Privacy.SENSITIVE)
    child_name: Mapped[str | None] = column("What the quest calls the child.", Privacy.IDENTIFIER, String(100))
    child_age: Mapped[int | None] = column("Age of the child in years, 0 to 18.", Privacy.QUASI_IDENTIFIER)
    child_interests: Mapped[JsonList | None] = column(
        "Hobbies and subjects that the child likes.", Privacy.SENSITIVE, server_default="[]"
    )
    quest_yaml: Mapped[str] = column(
        "The quest as YAML, generated from the graph; all of it is content, so layout stays out.", Privacy.SENSITIVE
    )
    total_nodes: Mapped[int | None] = column("Nodes of the graph.", Privacy.NONE, server_default=text("0"))
    difficulty_level: Mapped[str | None] = column("How hard the quest is; open text.", Privacy.NONE, String(20))
    family_photos: Mapped[JsonList | None] = column(
        "Where the family photos of the quest lie.", Privacy.SENSITIVE, server_default="[]"
    )
    family_memories: Mapped[JsonList | None] = column(
        "Family memories told in the quest.", Privacy.SENSITIVE, server_default="[]"
    )
    family_jokes: Mapped[JsonList | None] = column(
        "Jokes and phrases of the family.", Privacy.SENSITIVE, server_default="[]"
    )
    familiar_locations: Mapped[JsonList | None] = column(
        "Places that the child knows.", Privacy.SENSITIVE, server_default="[]"
    )
    status: Mapped[str | None] = column(
        "State of the author's work; open text.", Privacy.NONE, String(50), server_default="draft"
    )
    moderation_status: Mapped[str | None] = column(
        "State of moderation; open text, and only `approved` allows publishing.",
        Privacy.NONE,
        String(50),
        server_default="pending",
    )
    moderation_issues: Mapped[JsonList | None] = column(
        "What moderation found.", Privacy.SENSITIVE, server_default="[]"
    )
    moderation_notes: Mapped[str | None] = column("What the moderator wrote.", Privacy.SENSITIVE)
    reveal_enabled: Mapped[bool | None] = column(
        "Whether the quest reveals in the end who made it.", Privacy.NONE, server_default=text("true")
    )
    reveal_threshold_percentage: Mapped[float | None] = column(
        "Part of the quest to play before the reveal; a ratio from 0 to 1, despite its name.",
        Privacy.NONE,
        Double,
        server_default=text("0.8"),
    )
    reveal_message: Mapped[str | None] = column("What the parent says to the child at the reveal.", Privacy.SENSITIVE)
    deployed_to_inner_edu: Mapped[bool | None] = column(
        "Whether inner_edu has the quest.", Privacy.NONE, server_default=text("false")
    )
    inner_edu_quest_id: Mapped[str | None] = column("Key of the quest at inner_edu.", Privacy.NONE, String(200))
    deployed_at: Mapped[datetime | None] = column("When inner_edu last got the quest.", Privacy.QUASI_IDENTIFIER)
    created_at: Mapped[datetime] = column("When the quest was begun.", Privacy.QUASI_IDENTIFIER, server_default=now())
    last_edited: Mapped[datetime | None] = column("When the author last edited.", Privacy.QUASI_IDENTIFIER)
    approved_at: Mapped[datetime | None] = column("When moderation approved.", Privacy.NONE)
    graph_structure: Mapped[Json | None] = column(
        "Nodes and edges as React Flow keeps them; the quest itself.", Privacy.SENSITIVE
    )
    psychological_module: Mapped[str | None] = column(
        "School of therapy, such as CBT; open text.", Privacy.SENSITIVE, String(100)
    )
    location: Mapped[str | None] = column("Place in the game's world.", Privacy.NONE, String(100))
    age_range: Mapped[str | None] = column(
        "Ages that the quest is for, such as 7-9.", Privacy.QUASI_IDENTIFIER, String(20)
    )
    is_public: Mapped[bool | None] = column(
        "Whether the public library offers the quest.", Privacy.NONE, server_default=text("false")
    )
    rating: Mapped[float | None] = column(
        "Mean of the ratings, 1 to 5 stars; 0 is unrated.", Privacy.NONE, Double, server_default=text("0.0")
    )
    plays_count: Mapped[int | None] = column("Times that the quest was played.", Privacy.NONE, server_default=text("0"))
    psychologist_reviewed: Mapped[bool | None] = column(
        "Whether a psychologist looked at the quest.", Privacy.NONE, server_default=text("false")
    )
    psychologist_review_id: Mapped[int | None] = column(
        "The present review.",
        Privacy.NONE,
        ForeignKey("pas_in_peace.psychologist_reviews.id", ondelete="SET NULL", use_alter=True),
        index=True,
    )
    reviewed_at: Mapped[datetime | None] = column("When the psychologist looked at it.", Privacy.NONE)
    reveal_count: Mapped[int | None] = column(
        "Times that the reveal was viewed.", Privacy.QUASI_IDENTIFIER, server_default=text("0")
    )
    last_reveal_at: Mapped[datetime | None] = column("When the reveal was last viewed.", Privacy.QUASI_IDENTIFIER)
