"""What is done on the platform."""

from typing import Final

from toolbox_cli.analytics.datasets.dataset import Column, Dataset, Grows, Measure
from toolbox_cli.analytics.datasets.values import SIGN_IN, USER
from toolbox_cli.analytics.masking.masks import Cut, OneOf, PathPattern, RowKey
from toolbox_cli.models.toolboxai.analytics import UsageAnalytics as Usage

BROWSERS: Final = OneOf(("Chrome", "Chromium", "Edge", "Firefox", "Opera", "Roblox", "Safari", "Samsung Internet"))
SYSTEMS: Final = OneOf(("Android", "ChromeOS", "iOS", "iPadOS", "Linux", "macOS", "Windows"))

USAGE_EVENTS: Final = Dataset(
    name="usage-events",
    platform="toolboxai",
    version=2,
    title="One request or act on the learning platform.",
    columns=(
        Column("event_id", Usage.id, RowKey("toolboxai.usage_analytics")),
        Column("event_type", Usage.event_type),
        Column("event_category", Usage.event_category),
        Column("event_name", Usage.event_name),
        Column("user", Usage.user_id, USER),
        Column("session", Usage.session_id, SIGN_IN),
        Column("content_id", Usage.content_id),
        Column("agent_id", Usage.agent_id),
        Column("endpoint", Usage.endpoint, PathPattern()),
        Column("method", Usage.method),
        Column("status_code", Usage.status_code),
        Column("response_time_ms", Usage.response_time_ms),
        Column("request_size_bytes", Usage.request_size_bytes),
        Column("response_size_bytes", Usage.response_size_bytes),
        Column("device_type", Usage.device_type, OneOf(("desktop", "mobile", "tablet"))),
        Column("browser", Usage.browser, BROWSERS),
        Column("os", Usage.os, SYSTEMS),
        Column("memory_usage_mb", Usage.memory_usage_mb),
        Column("cpu_usage_percent", Usage.cpu_usage_percent),
        Column("database_query_time_ms", Usage.database_query_time_ms),
        Column("ai_processing_time_ms", Usage.ai_processing_time_ms),
        Column("happened_at", Usage.recorded_at, Cut()),
    ),
    key=("event_id", "happened_at"),
    time="happened_at",
    grows=Grows.BY_EVENTS,
    person="user",
    by=("event_type", "event_category", "device_type"),
    measures=(Measure("mean_response_ms", "response_time_ms", "Mean milliseconds from request to answer."),),
)

DATASETS: Final = (USAGE_EVENTS,)
