"""Privacy classes that no edit may weaken: they decide what leaves in an export."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column

from tests.models.toolboxai.rows import TABLES
from toolbox_cli.models.privacy import Privacy

COLUMNS = {f"{table.name}.{column.name}": column for table in TABLES.values() for column in table.columns}
OPENS_SOMETHING = re.compile(r"password_hash|(refresh_)?token|(access|refresh)_token_hash|\w*secret\w*|\w+_encrypted")
NAMES_SOMEBODY = re.compile(
    r"username|\w*email|(first|last|display|instructor|given|family)_name|sis_id|ip_address|device_id|browser_fingerprint|studio_id"
    r"|roblox_user_?(id|name)|external_user_id|avatar_url"
)
ABOUT_SOMEBODY = re.compile(
    r"answers|\w*_answers|feedback|bio|\w*score|mastery_level|passed|audit_log|\w*consent\w*|age_verified"
    r"|learning_(style|path|gaps)|performance_trends|raw_data|error_message|stack_trace|\w*percentage"
)
PEOPLE = {
    *("users", "user_sessions", "user_progress", "quiz_attempts", "lms_courses", "lms_grade_passbacks", "error_logs"),
    *("roblox_player_progress", "roblox_quiz_results", "roblox_achievements", "roblox_sessions"),
}


def classes(columns: Iterable[Column[Any]]) -> dict[str, Privacy]:
    return {f"{column.table.name}.{column.name}": column.info["privacy"] for column in columns}


def others(found: dict[str, Privacy], expected: Privacy) -> dict[str, Privacy]:
    assert found
    return {name: privacy for name, privacy in found.items() if privacy is not expected}


def test_whatever_opens_something_is_secret_and_nothing_else() -> None:
    named = classes(column for column in COLUMNS.values() if OPENS_SOMETHING.fullmatch(column.name))
    secret = {name for name, privacy in classes(COLUMNS.values()).items() if privacy is Privacy.SECRET}
    assert set(named) == secret


def test_whatever_points_to_a_person_identifies() -> None:
    pointing = [
        column
        for column in COLUMNS.values()
        if any(k.target_fullname == "toolboxai.users.id" for k in column.foreign_keys)
    ]
    assert others(classes([*pointing, TABLES["users"].c.id]), Privacy.IDENTIFIER) == {}


def test_keys_of_one_persons_rows_identify_at_both_ends() -> None:
    for column in COLUMNS.values():
        for key in column.foreign_keys:
            ends = (column.info["privacy"], key.column.info["privacy"])
            assert ends.count(Privacy.IDENTIFIER) != 1, column


def test_names_addresses_and_devices_identify() -> None:
    named = classes(column for column in COLUMNS.values() if NAMES_SOMEBODY.fullmatch(column.name))
    assert others(named, Privacy.IDENTIFIER) == {}


def test_results_consents_and_what_is_said_of_people_is_sensitive() -> None:
    about = [c for c in COLUMNS.values() if c.table.name in PEOPLE and ABOUT_SOMEBODY.fullmatch(c.name)]
    assert others(classes(about), Privacy.SENSITIVE) == {}


def test_tokens_are_kept_as_hashes_and_the_database_says_so() -> None:
    tokens = [column for name, column in COLUMNS.items() if re.search(r"\.(token|refresh_token|\w+_token_hash)$", name)]
    assert len(tokens) == 4
    assert all("Hash of" in str(column.comment) for column in tokens)
