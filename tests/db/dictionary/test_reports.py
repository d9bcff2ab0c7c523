import io
import json
from typing import Any

import pytest

from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.declared.choosing import platforms_of
from toolbox_cli.db.declared.reading import declared
from toolbox_cli.db.dictionary.chapters import MEANINGS, chapters
from toolbox_cli.db.dictionary.reports import json_of, text_of
from toolbox_cli.models.privacy import Privacy


def told(platform: str | None = None, *tables: str, classes: tuple[Privacy, ...] = ()) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json_of(chapters(platforms_of(platform), tables, classes), io.StringIO()))
    return found


def test_the_envelope_has_an_item_a_table() -> None:
    envelope = told()
    assert (envelope["kind"], envelope["ok"]) == ("toolbox.db.dictionary/1", True)
    tables = [table for platform in (*PLATFORMS, RECORDS) for table in declared(platform).tables]
    assert [(item["platform"], item["table"]) for item in envelope["items"]] == [
        (one.platform, one.name) for one in tables
    ]
    assert len({tuple(item) for item in envelope["items"]}) == 1, "every item has the same keys"
    assert len({tuple(column) for item in envelope["items"] for column in item["columns"]}) == 1
    for item, table in zip(envelope["items"], tables, strict=True):
        assert [column["name"] for column in item["columns"]] == [column.name for column in table.columns]
        assert [check["name"] for check in item["checks"]] == [rule.name for rule in table.rules]
        assert [key["name"] for key in item["references"]] == [key.name for key in table.references]
        assert [index["name"] for index in item["indexes"]] == [index.name for index in table.indexes]


def test_a_column_has_all_that_there_is_to_say() -> None:
    (item,) = told("toolboxai", "users")["items"]
    columns = {column["name"]: column for column in item["columns"]}
    assert columns["role"] == {
        "name": "role",
        "type": "varchar(20)",
        "nullable": True,
        "default": "'student'",
        "generated": None,
        "keys": [],
        "privacy": "quasi_identifier",
        "comment": "What the person may do: student, teacher, admin, developer or parent.",
        "values": ["student", "teacher", "admin", "developer", "parent"],
        "rules": ["one of `student`, `teacher`, `admin`, `developer`, `parent`"],
    }
    assert columns["id"]["keys"] == ["PK"]
    assert columns["email"]["keys"] == ["UK"]
    assert (item["area"], item["file"]) == ("users", "toolbox_cli/models/toolboxai/users.py")
    assert {key["table"] for key in item["referred_by"]} >= {"user_sessions", "quizzes", "users"}


def test_enums_partitions_and_what_indexes_serve() -> None:
    items = {item["table"]: item for item in told("toolboxai")["items"]}
    session = {column["name"]: column for column in items["roblox_sessions"]["columns"]}
    assert session["status"]["values"] == ["ACTIVE", "PAUSED", "COMPLETED", "DISCONNECTED", "ERROR"]
    assert items["usage_analytics"]["partitioned_by"] == "RANGE (recorded_at)"
    assert items["usage_analytics"]["default_partition"] == "usage_analytics_default"
    indexes = {index["name"]: index for index in items["roblox_sessions"]["indexes"]}
    assert indexes["idx_roblox_session_active"]["serves"] == ["WHERE websocket_connection_active"]
    (trigger,) = items["users"]["triggers"]
    assert (trigger["name"], trigger["fires"]) == ("touch_updated_at", "BEFORE UPDATE, each row")


def test_the_summary_counts_classes() -> None:
    found = told("frames")["summary"]["platforms"]["frames"]
    assert (found["tables"], found["columns"]) == (12, sum(found["privacy"].values()))
    assert set(found["privacy"]) == {one.value for one in Privacy}
    enums = told("pas_in_peace")["summary"]["platforms"]["pas_in_peace"]["enums"]
    assert enums["trackphase"] == ["awareness", "expression", "action", "mastery"]


def test_columns_of_a_class_alone() -> None:
    envelope = told(classes=(Privacy.SECRET,))
    assert {column["privacy"] for item in envelope["items"] for column in item["columns"]} == {"secret"}
    assert [item["table"] for item in envelope["items"]] == [
        "lms_integrations",
        "roblox_sessions",
        "user_sessions",
        "users",
        "pseudonym_keys",
    ]
    assert list(envelope["summary"]["platforms"]) == ["toolboxai", "toolbox"]


def test_a_section_a_table_for_people() -> None:
    text = text_of(chapters(platforms_of("pas_in_peace"), ["quest_progress"]), io.StringIO())
    lines = text.splitlines()
    assert lines[0].startswith("pas_in_peace.quest_progress: How far a child came in a quest")
    assert lines[1].split() == ["column", "type", "null", "default", "keys", "privacy", "comment"]
    assert (
        "user_id             integer           no             FK    identifier  The parent whose child plays." in lines
    )
    assert "check quest_progress_completed_at_check: completed_at: not before started_at" in lines
    assert lines[-1].split() == ["pas_in_peace", "1", "10", "2", "1", "0", "7", "0"]
    narrowed = text_of(chapters(platforms_of("pas_in_peace"), (), [Privacy.SENSITIVE]), io.StringIO())
    assert "primary key" not in narrowed


def test_nothing_to_tell() -> None:
    assert (
        text_of(chapters(platforms_of("frames"), (), [Privacy.SECRET]), io.StringIO())
        == "No table has such a column.\n"
    )
    assert told("frames", classes=(Privacy.SECRET,))["items"] == []


def test_a_table_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="There is no table user") as refused:
        chapters(platforms_of("toolboxai"), ["user"])
    assert "users" in str(refused.value.remedy)


def test_every_class_has_its_meaning() -> None:
    assert list(MEANINGS) == list(Privacy)
