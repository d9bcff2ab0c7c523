"""Activity: one block a class, then some for the whole installation."""

from collections.abc import Mapping, Sequence
from typing import Final

from toolbox_cli.seed.domains.activity import (
    agents,
    amounts,
    errors,
    games,
    installation,
    measures,
    signins,
    studio,
    together,
    usage,
)
from toolbox_cli.seed.domains.classes.playing import play
from toolbox_cli.seed.domains.classes.roster import roster
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Row
from toolbox_cli.seed.profiles.shape import Profile

TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "user_sessions": signins.SESSION_COLUMNS,
    "websocket_connections": signins.CONNECTION_COLUMNS,
    "agent_tasks": agents.TASK_COLUMNS,
    "agent_states": agents.STATE_COLUMNS,
    "agent_metrics": agents.METRIC_COLUMNS,
    "roblox_plugins": studio.PLUGIN_COLUMNS,
    "roblox_scripts": studio.SCRIPT_COLUMNS,
    "roblox_terrain": studio.TERRAIN_COLUMNS,
    "roblox_game_sessions": games.GAME_COLUMNS,
    "roblox_player_sessions": games.PLAYER_COLUMNS,
    "collaboration_sessions": together.SESSION_COLUMNS,
    "collaboration_participants": together.PARTICIPANT_COLUMNS,
    "collaboration_changes": together.CHANGE_COLUMNS,
    "usage_analytics": usage.COLUMNS,
    "educational_analytics": measures.COLUMNS,
    "error_logs": errors.COLUMNS,
    "system_health_checks": installation.COLUMNS,
}
AFTERWARDS: Final[Sequence[str]] = ()

expected = amounts.expected


def blocks(profile: Profile) -> int:
    return profile.class_count + installation.blocks(profile)


def make(context: Context, block: int) -> Mapping[str, list[Row]]:
    """Make what a class did beside its lessons, or what belongs to the whole installation."""
    beyond = block - context.profile.class_count
    if beyond >= 0:
        return installation.make(context, block, beyond)
    school_class = roster(context, block)
    played, found = play(context, school_class), signins.sign_ins(context, school_class)
    workers = {row["agent_type"]: row for _, row in sorted(context.reference.get("ai_agents", {}).items())}
    keys = {kind: str(row["id"]) for kind, row in workers.items()}
    used, failed = usage.usage_rows(context, school_class, found, keys.get("content"))
    return {
        "user_sessions": list(signins.session_rows(context, school_class, found)),
        "websocket_connections": list(signins.connection_rows(context, school_class, found)),
        **agents.Workflows(context, school_class, workers).make(),
        "roblox_plugins": list(studio.plugin_rows(context, school_class, found)),
        "roblox_scripts": list(studio.script_rows(context, school_class, keys.get("review"))),
        "roblox_terrain": list(studio.terrain_rows(context, school_class)),
        "roblox_game_sessions": list(games.game_rows(context, school_class, played)),
        "roblox_player_sessions": list(games.player_rows(context, school_class, played)),
        **together.Meetings(context, school_class).make(),
        "usage_analytics": used,
        "educational_analytics": list(measures.measure_rows(context, school_class, played)),
        "error_logs": failed,
    }
