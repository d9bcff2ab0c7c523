"""What the tables of the learning platform refuse, and what lies just inside: written down apart from the models."""

from collections.abc import Iterator
from typing import NamedTuple

from psycopg.types.json import Jsonb

from tests.models.toolboxai.rows import Row

NOON = "2026-03-02 12:00:00+00"
BEFORE_NOON = "2026-03-02 11:59:59+00"
KEY = "7a1f7d44-58a3-4d3c-9f0e-2f6d4d0a4b11"


class Rule(NamedTuple):
    """One named CHECK of a table with rows that break it alone, and rows at its edge that don't."""

    table: str
    name: str
    refused: list[Row]
    accepted: list[Row]

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


CLOSED = {
    "users.role": "student teacher admin developer parent",
    "users.age_band": "under_13 13_17 adult unknown",
    "user_sessions.session_type": "web roblox api mobile",
    "user_progress.progress_type": "lesson quiz activity project",
    "user_progress.mastery_level": "novice developing proficient advanced",
    "lessons.status": "draft scheduled active completed archived",
    "ai_agents.agent_type": "supervisor content quiz terrain script review",
    "agent_tasks.status": "waiting pending running completed failed cancelled dead_letter",
    "agent_states.state_type": "situation problem action result context",
    "roblox_plugins.status": "active inactive error",
    "roblox_scripts.script_type": "server client module",
    "roblox_game_sessions.status": "planning active paused completed",
    "lms_integrations.platform_name": "schoology canvas blackboard moodle oneroster oneroster-csv lti",
    "lms_integrations.auth_type": "oauth2 api_key basic oauth1 token",
    "lms_integrations.last_sync_status": "success partial failed held",
    "lms_courses.status": "removed active",
    "lms_assignments.status": "removed active",
    "lms_identities.role": "student teacher assistant admin",
    "lms_identities.status": "removed present",
    "lms_enrollments.role": "student teacher assistant",
    "lms_enrollments.status": "removed active future ended inactive",
    "lms_enrollments.source": "sync manual",
    "lms_sync_runs.mode": "undo full delta",
    "lms_sync_runs.status": "success partial failed held discarded undone running",
    "lms_sync_issues.severity": "note warning error",
    "lms_sync_issues.kind": "course user enrollment assignment",
    "lms_sync_changes.table_name": "lms_courses lms_assignments lms_identities lms_enrollments users",
    "lms_sync_changes.action": "update insert remove restore delete",
    "lms_grade_passbacks.status": "pending success failed dead superseded",
    "websocket_connections.connection_type": "dashboard roblox plugin mobile",
    "collaboration_sessions.session_type": "content_editing live_class review",
    "collaboration_sessions.status": "planning active paused ended",
    "collaboration_participants.role": "owner moderator participant observer",
    "collaboration_changes.change_type": "content_edit script_update terrain_modify",
    "usage_analytics.event_category": "user_action system_event error",
    "usage_analytics.device_type": "desktop mobile tablet",
    "educational_analytics.metric_unit": "percentage seconds count score",
    "error_logs.error_type": "validation system network ai",
    "error_logs.environment": "development staging production",
    "error_logs.severity": "low medium high critical",
    "error_logs.status": "new investigating resolved ignored",
    "system_health_checks.status": "healthy degraded unhealthy",
}

NEEDED: dict[str, dict[str, Row]] = {
    **{
        f"{table}.status": {"removed": {"removed_at": NOON}}
        for table in ("lms_courses", "lms_assignments", "lms_identities", "lms_enrollments")
    },
    "lms_sync_runs.status": dict.fromkeys(
        ("", "success", "partial", "failed", "held", "discarded", "undone"), {"ended_at": "2100-01-01 00:00:00+00"}
    ),
    "lms_sync_runs.mode": {"undo": {"id": 2, "undoes_run_id": 1}},
    "lms_sync_changes.action": {"insert": {"before": None}},
}
"""Column to value to what stands beside that; beside those that are refused, what has no name."""

NOT_NEGATIVE = {
    "users": "login_count failed_login_count",
    "user_progress": "time_spent_seconds attempts_count current_streak max_streak",
    "educational_content": "duration_minutes",
    "achievements": "points",
    "quizzes": "time_limit",
    "quiz_questions": "points time_limit order_index",
    "quiz_options": "order_index",
    "quiz_attempts": "time_taken",
    "ai_agents": "timeout_seconds retry_count",
    "agent_tasks": "duration_seconds retry_count attempt",
    "agent_task_attempts": "tokens_in tokens_out",
    "agent_states": "sequence_number",
    "roblox_terrain": "complexity_score",
    "roblox_player_sessions": "duration_seconds",
    "roblox_sessions": "sync_frequency_seconds sync_errors",
    "roblox_content": "usage_count",
    "roblox_templates": "usage_count",
    "roblox_player_progress": "score time_spent_seconds actions_completed mistakes_made hints_used "
    "collaborative_actions peer_interactions session_duration_seconds disconnections",
    "roblox_quiz_results": "correct_answers incorrect_answers skipped_questions bonus_points time_allocated_seconds "
    "time_taken_seconds hints_provided help_requests retry_count",
    "roblox_achievements": "points_awarded rarity_bonus shared_count likes_received",
    "lms_integrations": "sync_frequency_hours",
    "lms_courses": "enrollment_count",
    "lms_grade_passbacks": "attempt_count",
    "websocket_connections": "message_count rate_limit_hits",
    "collaboration_participants": "duration_seconds contribution_count",
    "collaboration_changes": "change_sequence",
    "usage_analytics": "response_time_ms request_size_bytes response_size_bytes memory_usage_mb database_query_time_ms "
    "ai_processing_time_ms",
    "educational_analytics": "session_duration_seconds time_to_completion_seconds attempts_before_success",
    "system_health_checks": "response_time_ms memory_usage_mb active_connections db_response_time_ms",
}

AT_LEAST_ONE = {
    "users": "version",
    "educational_content": "max_students version",
    "quizzes": "max_attempts",
    "quiz_attempts": "attempt_number",
    "ai_agents": "max_concurrent_tasks",
    "agent_task_attempts": "attempt",
    "roblox_game_sessions": "max_players",
    "roblox_sessions": "max_players",
    "roblox_quiz_results": "total_questions",
    "collaboration_sessions": "max_participants",
    "lms_sync_issues": "number",
    "lms_sync_changes": "number",
    "error_logs": "occurrence_count",
}

GRADES = (
    "users",
    "learning_objectives",
    "educational_content",
    "lessons",
    "quizzes",
    "lms_courses",
    "lms_identities",
    "educational_analytics",
)

WHOLE_NUMBERS = {
    "quizzes.passing_score": (0, 100),
    "agent_tasks.progress_percentage": (0, 100),
    "ai_agents.priority": (0, 10),
    "agent_tasks.priority": (0, 10),
    "roblox_plugins.port": (1, 65535),
    "usage_analytics.status_code": (100, 599),
}

DECIMALS = {
    "user_progress.completion_percentage": 100,
    "lms_grade_passbacks.percentage": 100,
    "usage_analytics.cpu_usage_percent": 100,
    "system_health_checks.overall_score": 100,
    "system_health_checks.cpu_usage_percent": 100,
    "system_health_checks.disk_usage_percent": 100,
    "system_health_checks.cache_hit_rate": 100,
    "agent_states.quality_score": 1,
    "agent_states.confidence_score": 1,
    "roblox_player_progress.progress_percentage": 100,
    "roblox_quiz_results.percentage_score": 100,
    "roblox_templates.success_rate": 100,
    "roblox_templates.average_rating": 5,
}
"""Column to its upper end; all begin at 0."""

UNBOUNDED_DECIMALS = {
    "quiz_attempts.score": ["NaN"],
    "user_progress.best_score": ["NaN"],
    "lms_assignments.points_possible": ["NaN"],
    "agent_task_attempts.cost_usd": ["NaN"],
    "lms_grade_passbacks.score": ["NaN"],
    "lms_grade_passbacks.points_possible": ["NaN"],
    "roblox_quiz_results.raw_score": ["NaN", "Infinity"],
    "roblox_quiz_results.weighted_score": ["NaN", "Infinity"],
    "roblox_quiz_results.average_time_per_question": ["NaN", "Infinity"],
    "roblox_quiz_results.consistency_score": ["NaN", "Infinity"],
    "roblox_achievements.difficulty_multiplier": ["NaN", "Infinity"],
    "roblox_achievements.current_progress": ["NaN", "Infinity"],
}
"""Column to what is no amount, as far as its type can hold it."""

PERIODS = {
    "user_sessions.expires_after_created": ("created_at", "expires_at"),
    "user_sessions.refresh_expires_after_created": ("created_at", "refresh_expires_at"),
    "lessons.ends_after_starts": ("starts_at", "ends_at"),
    "quiz_attempts.completed_after_started": ("started_at", "completed_at"),
    "agent_tasks.completed_after_started": ("started_at", "completed_at"),
    "roblox_game_sessions.ended_after_started": ("started_at", "ended_at"),
    "roblox_player_sessions.left_after_joined": ("joined_at", "left_at"),
    "roblox_sessions.ended_after_started": ("started_at", "ended_at"),
    "roblox_player_progress.left_after_joined": ("joined_at", "left_at"),
    "roblox_quiz_results.completed_after_started": ("started_at", "completed_at"),
    "lms_sync_runs.ended_after_started": ("started_at", "ended_at"),
    "lms_assignments.lock_after_unlock": ("unlock_date", "lock_date"),
    "websocket_connections.disconnected_after_connected": ("connected_at", "disconnected_at"),
    "collaboration_sessions.ended_after_started": ("started_at", "ended_at"),
    "collaboration_participants.left_after_joined": ("joined_at", "left_at"),
    "error_logs.last_seen_after_first_seen": ("first_seen", "last_seen"),
}

EMAILS = (
    ["nobody", "@school.example", "nobody@", "no body@school.example", "a@b@school.example", "a@school.example\n"],
    ["a@b", "first.last+tag@школа.example"],
)
SHAPES: dict[str, tuple[list[str], list[str | None]]] = {
    "users.email": EMAILS,
    "lms_courses.instructor_email": (EMAILS[0], [*EMAILS[1], None]),
    "lms_identities.email": (EMAILS[0], [*EMAILS[1], None]),
    "lms_integrations.name": (["Canvas", "canvas_1", "-canvas", "canvas-", "a--b", ""], ["canvas-2", "7"]),
    "lms_sync_runs.diff_hash": (["0" * 63, "0" * 65, "g" * 64, "A" * 64], ["0" * 63 + "f", None]),
    "user_sessions.country": (["de", "D1", "D"], ["DE", None]),
    "usage_analytics.country": (["de", "1E", ""], ["NZ", None]),
    "achievements.slug": (["First-Steps", "first_steps", "-first", "first-", "a--b", ""], ["first-steps", "7", None]),
    "roblox_achievements.badge_color": (["red", "#12345", "123456#", "#12345G"], ["#00aaFF", None]),
}

PLACES = {"roblox_game_sessions": "players", "roblox_sessions": "players", "collaboration_sessions": "participants"}


def _split(path: str) -> tuple[str, str]:
    table, _, name = path.partition(".")
    return table, name


def _closed() -> Iterator[Rule]:
    for path, listed in CLOSED.items():
        table, column = _split(path)
        values = listed.split()
        beside = NEEDED.get(path, {})
        refused = [{column: v} | beside.get("", {}) for v in ("other", "", values[0].upper())]
        accepted = [{column: v} | beside.get(v, {}) for v in values]
        yield Rule(table, column, refused, accepted)


def _numbers() -> Iterator[Rule]:
    for table, columns in NOT_NEGATIVE.items():
        yield from (Rule(table, column, [{column: -1}], [{column: 0}]) for column in columns.split())
    for table, columns in AT_LEAST_ONE.items():
        yield from (Rule(table, column, [{column: 0}], [{column: 1}]) for column in columns.split())
    ranges = WHOLE_NUMBERS | {f"{table}.grade_level": (1, 12) for table in GRADES}
    ranges |= {"roblox_templates.grade_level_min": (1, 12)}
    for path, (low, high) in ranges.items():
        table, column = _split(path)
        other = {"grade_level_max": 12} if table == "roblox_templates" else {}
        refused, accepted = (low - 1, *([] if other else [high + 1])), (low, high)
        yield Rule(table, column, [{column: n} | other for n in refused], [{column: n} | other for n in accepted])


def _amounts() -> Iterator[Rule]:
    for path, high in DECIMALS.items():
        table, column = _split(path)
        yield Rule(table, column, [{column: n} for n in (-0.01, high + 0.01, "NaN")], [{column: n} for n in (0, high)])
    for path, no_amounts in UNBOUNDED_DECIMALS.items():
        table, column = _split(path)
        yield Rule(table, column, [{column: n} for n in (-0.01, *no_amounts)], [{column: 0}, {column: 105.5}])


def _periods() -> Iterator[Rule]:
    for path, (start, end) in PERIODS.items():
        table, name = _split(path)
        yield Rule(table, name, [{start: NOON, end: BEFORE_NOON}], [{start: NOON, end: NOON}])
    yield Rule(
        "lms_courses",
        "end_after_start",
        [{"start_date": "2026-03-02", "end_date": "2026-03-01"}],
        [{"start_date": "2026-03-02", "end_date": "2026-03-02"}, {"end_date": "2026-03-01"}],
    )


def _shapes() -> Iterator[Rule]:
    for path, (refused, accepted) in SHAPES.items():
        table, column = _split(path)
        yield Rule(table, column, [{column: text} for text in refused], [{column: text} for text in accepted])


def _several_columns() -> Iterator[Rule]:
    for table, what in PLACES.items():
        now, most = f"current_{what}", f"max_{what}"
        refused = [{now: -1, most: None}, {now: -1, most: 5}, {now: 6, most: 5}]
        yield Rule(table, now, refused, [{now: 0, most: 5}, {now: 5, most: 5}, {now: 7, most: None}])
    yield Rule("agent_tasks", "not_own_parent", [{"id": KEY, "parent_task_id": KEY}], [{"parent_task_id": KEY}])
    right, wrong, skipped = "correct_answers", "incorrect_answers", "skipped_questions"
    ten = {"total_questions": 10}
    yield Rule(
        "roblox_quiz_results",
        "answers_within_total",
        [ten | {right: 11}, ten | {right: 8, wrong: 2, skipped: 1}, ten | {right: None, wrong: 9, skipped: 2}],
        [ten | {right: 8, wrong: 1, skipped: 1}, ten | {right: 10, wrong: None, skipped: None}, ten],
    )
    low, high = "grade_level_min", "grade_level_max"
    yield Rule("roblox_templates", high, [{low: 1, high: 13}], [{low: 1, high: 12}])
    yield Rule("roblox_templates", "", [{low: 6, high: 5}], [{low: 5, high: 5}])


def _syncs() -> Iterator[Rule]:
    for table in ("lms_courses", "lms_assignments", "lms_identities", "lms_enrollments"):
        other = "present" if table == "lms_identities" else "active"
        refused: list[Row] = [{"removed_at": NOON, "status": other}, {"removed_at": None, "status": "removed"}]
        yield Rule(table, "removed_at", refused, [{"removed_at": NOON, "status": "removed"}, {"status": other}])
    yield Rule(
        "lms_enrollments",
        "ends_after_begins",
        [{"begins_on": "2026-03-02", "ends_on": "2026-03-01"}],
        [{"begins_on": "2026-03-02", "ends_on": "2026-03-02"}, {"ends_on": "2026-03-01"}],
    )
    into = "merged_into_id"
    yield Rule("lms_identities", "not_merged_into_itself", [{"id": KEY, into: KEY}], [{into: KEY}, {into: None}])
    made = "account_made"
    yield Rule("lms_identities", made, [{made: True}], [{made: True, "user_id": KEY}, {"user_id": KEY}])
    fields = "locked_fields"
    refused = [{fields: ["password_hash"]}, {fields: ["email", None]}, {fields: ["email", "Email"]}]
    yield Rule("lms_identities", fields, refused, [{fields: []}, {fields: ["email", "email", "age_band"]}])
    documents = {"lms_integrations": "filters settings", "lms_sync_runs": "counts scopes versions"}
    for table, columns in documents.items():
        for column in columns.split():
            refused = [{column: Jsonb(value)} for value in ([], "x", 1, None)]
            yield Rule(table, column, refused, [{column: Jsonb({"a": 1})}])
    yield from _runs_and_changes()


def _runs_and_changes() -> Iterator[Rule]:
    ended = {"ended_at": "2100-01-01 00:00:00+00"}
    accepted = [{"status": "failed"} | ended, {"status": "running"} | ended, {"status": "running"}]
    yield Rule("lms_sync_runs", "ended_at", [{"status": "failed"}], accepted)
    undoes, mode = "undoes_run_id", {"mode": "undo"}
    yield Rule("lms_sync_runs", undoes, [{undoes: 1}], [{undoes: 1} | mode, mode])
    purged = {"purged_at": "2026-01-01 00:00:00+00"} | ended
    finished = [purged | {"status": status} for status in ("success", "failed", "discarded", "undone")]
    yield Rule("lms_sync_runs", "purged_at", [purged | {"status": "held"}, purged | {"status": "running"}], finished)
    row = Jsonb({"a": 1})
    new = {"action": "insert", "before": None}
    yield Rule("lms_sync_changes", "before", [{"before": None}, {"action": "insert", "before": row}], [new])
    yield Rule(
        "lms_sync_changes",
        "after",
        [{"after": None}, new | {"after": None}],
        [new | {"after": None, "applied": True, "row_id": KEY}, {"action": "delete", "after": None}],
    )
    yield Rule(
        "lms_sync_changes",
        "row_id",
        [{"applied": True}],
        [{"applied": True, "row_id": KEY}, new | {"after": row}],
    )


def _tries() -> Iterator[Rule]:
    job, status = "job_id", "status"
    held = [{job: 1, status: "pending"}, {job: 1, status: "running"}, {job: None, status: "completed"}]
    yield Rule("agent_tasks", job, [{job: 1, status: "waiting"}, {job: 1, status: "completed"}], held)
    table, ended = "agent_task_attempts", {"ended_at": "2100-01-01 00:00:00+00"}
    outcomes = ("completed", "failed", "timed_out", "cancelled", "lost", "waited")
    yield Rule(table, "outcome", [{"outcome": "gone"} | ended], [{"outcome": one} | ended for one in outcomes])
    yield Rule(table, "outcome_with_end", [{"outcome": "lost"}, ended], [{"outcome": "lost"} | ended, {}])
    at_noon = {"started_at": NOON, "outcome": "lost"}
    yield Rule(table, "ended_after_started", [at_noon | {"ended_at": BEFORE_NOON}], [at_noon | {"ended_at": NOON}])
    instead = {"backend": "offline", "fallback": "time"}
    yield Rule(table, "fallback", [instead | {"backend": "model"}], [instead, {"backend": "model"}])
    made = [
        (place, f"{of}_sha256")
        for place in ("agent_made_content", "agent_made_scripts")
        for of in ("content", "object")
    ]
    for place, column in ((table, "prompt_sha256"), ("agent_reviews", "content_sha256"), *made):
        refused: list[Row] = [{column: text} for text in ("0" * 63, "0" * 65, "A" * 64, "")]
        yield Rule(place, column, refused, [{column: "0123456789abcdef" * 4}])


RULES = [*_tries(), *_syncs(), *_closed(), *_numbers(), *_amounts(), *_periods(), *_shapes(), *_several_columns()]
