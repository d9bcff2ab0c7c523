"""Health checks of the whole installation, and the incidents that they see."""

from typing import Any

from tests.seed.domains.activity.conftest import School
from tests.seed.domains.made import context_of, fingerprint, made, profile_of
from tests.seed.domains.seeded import REFERENCE
from toolbox_cli.seed.domains import ACTIVITY
from toolbox_cli.seed.domains.activity import installation
from toolbox_cli.seed.domains.activity.installation import SERVICES


def _mean(rows: Any, column: str) -> float:
    found = [row[column] for row in rows]
    return float(sum(found) / len(found))


def test_every_service_is_checked_equally_often(school: School) -> None:
    profile = school.context.profile
    checks = school.tables["system_health_checks"]
    times = {
        service.name: [row["checked_at"] for row in checks if row["service_name"] == service.name]
        for service in SERVICES
    }
    assert len({tuple(found) for found in times.values()}) == 1
    found = times[SERVICES[0].name]
    assert len(found) == len(set(found)) == profile.calendar.days * profile.activity.health_checks_a_day


def test_services_are_busy_when_school_is(school: School) -> None:
    spans = [(day.school.start, day.school.end) for day in school.classes[0].days]
    checks = [row for row in school.tables["system_health_checks"] if row["status"] == "healthy"]
    busy, quiet = [], []
    for row in checks:
        (busy if any(start <= row["checked_at"] < end for start, end in spans) else quiet).append(row)
    assert _mean(busy, "cpu_usage_percent") > 2.5 * _mean(quiet, "cpu_usage_percent")
    assert _mean(busy, "active_connections") > 1.5 * _mean(quiet, "active_connections")


def test_what_was_broken_is_in_checks_and_in_the_error_log() -> None:
    profile = profile_of("school", students=25, activity__health_checks_a_day=96, calendar__days=60)
    context = context_of(profile, reference=REFERENCE)
    tables = made(ACTIVITY.content, context, range(1, ACTIVITY.content.blocks(profile)))
    incidents = tables["error_logs"]
    assert incidents
    for row in tables["system_health_checks"]:
        broken = [
            one for one in incidents
            if one["service_name"] == row["service_name"] and one["first_seen"] <= row["checked_at"] < one["last_seen"]
        ]  # fmt: skip
        assert bool(broken) == (row["status"] != "healthy")
        if broken:
            assert row["overall_score"] < 70
            assert broken[0]["error_message"] in (*row["error_messages"], *row["warnings"])
    assert all(row["user_id"] is None and row["environment"] == "production" for row in incidents)


def test_many_checks_are_made_in_blocks_that_join(school: School) -> None:
    profile = profile_of("school", students=25, activity__health_checks_a_day=480, calendar__days=40)
    context = context_of(profile)
    blocks = ACTIVITY.content.blocks(profile)
    assert blocks > 3
    parts = [made(ACTIVITY.content, context, [block])["system_health_checks"] for block in range(1, blocks)]
    assert max(map(len, parts)) <= installation.CHECKS_A_BLOCK
    rows = [row for part in parts for row in part]
    assert len({row["id"] for row in rows}) == len(rows) == installation.expected_checks(profile)
    times = sorted({row["checked_at"] for row in rows})
    assert {(after - before).seconds for before, after in zip(times, times[1:], strict=False)} == {180}


def test_releases_count_up(school: School) -> None:
    versions = [
        row["service_version"] for row in school.tables["system_health_checks"] if row["service_name"] == "flask"
    ]
    assert list(dict.fromkeys(versions)) == [f"1.9.{number}" for number in range(7)]


def test_the_same_seed_gives_the_same_bytes_and_another_others() -> None:
    profile = profile_of("school", students=60)
    blocks = range(ACTIVITY.content.blocks(profile))
    first, again, other = (
        [fingerprint(ACTIVITY.content, context_of(profile, seed, REFERENCE), block) for block in order]
        for seed, order in ((42, blocks), (42, reversed(blocks)), (43, blocks))
    )
    assert first == again[::-1]
    assert not set(first) & set(other)
    assert len(set(first)) == len(first)
