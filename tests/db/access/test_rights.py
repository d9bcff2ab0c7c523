import pytest

from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.settings import PLATFORMS
from toolbox_cli.db.access.rights import SYNC_USERS, Right, is_measure, rights_of
from toolbox_cli.db.access.use import Use
from toolbox_cli.models import metadata_of
from toolbox_cli.models.privacy import Privacy

WITHOUT_SECRETS = {
    ("toolbox", "alembic_version"), ("toolbox", "audit_log"), ("toolbox", "disclosures"), ("toolbox", "pseudonym_keys"),
}  # fmt: skip
"""Tables that are granted whole; keys of pseudonyms are encrypted with what no role of the database has."""


def of(use: Use, table: str, platform: str = "toolboxai") -> set[str]:
    """Name the columns of a table that a use may read."""
    found = [right for right in rights_of(use, [platform]) if right.table == table and "SELECT" in right.privileges]
    return {column for right in found for column in right.columns or ()}


@pytest.mark.parametrize("use", [Use.READONLY, Use.ANALYTICS])
def test_no_secret_is_ever_read(use: Use) -> None:
    for right in rights_of(use, PLATFORMS):
        if right.columns is None:
            assert (right.platform, right.table) in WITHOUT_SECRETS
            continue
        columns = metadata_of(right.platform).tables[f"{right.platform}.{right.table}"].c
        assert Privacy.SECRET not in {columns[name].info["privacy"] for name in right.columns}


def test_readers_see_everything_else() -> None:
    users = {column.name for column in metadata_of("toolboxai").tables["toolboxai.users"].c}
    assert users - of(Use.READONLY, "users") == {"password_hash", "two_factor_secret"}


@pytest.mark.parametrize(
    ("platform", "table", "column", "allowed"),
    [
        ("toolboxai", "users", "id", True),
        ("toolboxai", "users", "email", False),
        ("toolboxai", "users", "password_hash", False),
        ("toolboxai", "users", "grade_level", True),
        ("toolboxai", "users", "bio", False),
        ("toolboxai", "users", "settings", False),
        ("toolboxai", "quiz_attempts", "user_id", True),
        ("toolboxai", "quiz_attempts", "score", True),
        ("toolboxai", "quiz_attempts", "answers", False),
        ("toolboxai", "usage_analytics", "ip_address", False),
        ("pas_in_peace", "users", "telegram_id", False),
        ("pas_in_peace", "quests", "child_name", False),
        ("pas_in_peace", "quest_ratings", "review_text", False),
        ("pas_in_peace", "child_privacy_settings", "share_completion_progress", True),
        ("frames", "students", "id", True),
        ("frames", "students", "name", False),
        ("frames", "module_progress", "status", True),
        ("frames", "module_feedback", "comment", False),
    ],
)
def test_analytics_reads_measures_and_keys(platform: str, table: str, column: str, allowed: bool) -> None:
    assert (column in of(Use.ANALYTICS, table, platform)) is allowed
    assert is_measure(metadata_of(platform).tables[f"{platform}.{table}"].c[column]) is allowed


def test_what_triggers_write_is_read_alone() -> None:
    rights = {right.table: right.privileges for right in rights_of(Use.APP, ["pas_in_peace", "frames"])}
    assert rights["psychologist_review_history"] == ("SELECT",)
    assert rights["module_revisions"] == ("SELECT", "INSERT")
    assert rights["psychologist_reviews"] == ("SELECT", "INSERT", "UPDATE", "DELETE")


def test_a_roster_s_columns_exist_and_open_nothing() -> None:
    columns = metadata_of("toolboxai").tables["toolboxai.users"].c
    named = {name for names in SYNC_USERS.values() for name in names}
    assert named <= set(columns.keys())
    assert {name for name in named if columns[name].info["privacy"] is Privacy.SECRET} == {"password_hash"}
    assert "password_hash" not in {*SYNC_USERS["SELECT"], *SYNC_USERS["UPDATE"]}
    assert "is_superuser" not in named


def test_a_platform_without_a_roster_has_nothing_for_sync() -> None:
    with pytest.raises(UsageError, match="frames has nothing that sync needs"):
        rights_of(Use.SYNC, ["frames"])
    assert {right.platform for right in rights_of(Use.SYNC, PLATFORMS)} == {"toolboxai", "toolbox"}


@pytest.mark.parametrize("use", Use)
def test_the_audit_log_only_grows(use: Use) -> None:
    held = [right.privileges for right in rights_of(use, PLATFORMS) if right.table == "audit_log"]
    assert held in ([], [("INSERT",)], [("SELECT",)])


def test_programs_see_nothing_of_the_toolkit() -> None:
    assert "toolbox" not in {right.platform for right in rights_of(Use.APP, PLATFORMS)}
    assert {right.columns for right in rights_of(Use.APP, PLATFORMS)} == {None}


def test_every_use_is_known_by_its_rights() -> None:
    listed: dict[Use, tuple[Right, ...]] = {use: rights_of(use, PLATFORMS) for use in Use}
    assert len(set(listed.values())) == len(Use)
