"""About how many rows there will be."""

from collections.abc import Mapping
from typing import Final

from toolbox_cli.seed.domains.activity import agents, games, installation, signins, studio, together
from toolbox_cli.seed.domains.classes.amounts import expected as expected_of_classes
from toolbox_cli.seed.domains.classes.roster import CLASSES_A_SCHOOL
from toolbox_cli.seed.profiles.shape import Profile

_STAYS: Final = 0.5
"""Share of the days on which those who leave are still there, on average."""


def expected(profile: Profile) -> Mapping[str, int]:
    """Say about how many rows each table gets, from what the classes themselves are expected to be."""
    taught, wanted = expected_of_classes(profile), profile.activity
    admins = -(-profile.class_count // CLASSES_A_SCHOOL)
    own = taught["educational_content"]
    came = _sign_ins(profile, taught["users"])
    events = came * wanted.events_a_sign_in
    meetings = profile.class_count * wanted.collaborations_a_class
    found = {
        "user_sessions": came,
        "websocket_connections": came * signins.CONNECTED,
        **_agents(profile, own),
        "roblox_plugins": profile.class_count + admins,
        "roblox_scripts": own * studio.SCRIPTS_A_CONTENT,
        "roblox_terrain": own,
        "roblox_game_sessions": taught["roblox_sessions"] + profile.class_count * games.COMING,
        "roblox_player_sessions": taught["roblox_player_progress"],
        "collaboration_sessions": meetings,
        "collaboration_participants": meetings * (1 + sum(together.OTHERS) / 2),
        "collaboration_changes": meetings * sum(together.CHANGES) / 2,
        "usage_analytics": events,
        "educational_analytics": taught["user_progress"] * wanted.measures_a_lesson,
        "error_logs": events * wanted.errors_a_thousand_events / 1000 + installation.expected_incidents(profile),
        "system_health_checks": installation.expected_checks(profile),
    }
    return {table: round(rows) for table, rows in found.items()}


def _sign_ins(profile: Profile, people: int) -> float:
    """Count sign-ins: some come once, some until they leave, all others as the profile says."""
    learners, each = profile.learners, profile.activity.sign_ins
    never = learners.never_back
    leaving = learners.leaving * (1 - never)
    students = profile.students * (never + each * (1 - never - leaving * (1 - _STAYS)))
    return students + (people - profile.students) * each


def _agents(profile: Profile, own: int) -> dict[str, float]:
    """Count the work of agents on content of the teachers' own."""
    each = profile.activity.agent_tasks_a_lesson
    tasks = own * min(each, agents.MOST_TASKS)
    kinds = agents.kinds_a_class(each, own / profile.class_count)
    return {
        "agent_tasks": tasks,
        "agent_states": own * min(each, 1.0) * agents.STATES,
        "agent_metrics": 2 * tasks * agents.DONE + profile.class_count * kinds,
    }
