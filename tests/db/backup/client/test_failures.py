import pytest

from toolbox_cli.core.errors import InputError, LockedError, RefusedError, ToolboxError, UnreachableError
from toolbox_cli.db.backup.client.failures import explain

SAID: list[tuple[str, type[ToolboxError], str]] = [
    (
        "pg_dump: error: query failed: ERROR:  canceling statement due to lock timeout\npg_dump: detail: Query was: X",
        LockedError,
        "canceling statement due to lock timeout",
    ),
    (
        "pg_dump: error: could not write to output file: No space left on device",
        UnreachableError,
        "could not write to output file: No space left on device",
    ),
    (
        'pg_dump: error: connection to server at "db" failed: Connection refused',
        UnreachableError,
        'connection to server at "db" failed: Connection refused',
    ),
    (
        'pg_dump: error: query failed: ERROR:  query would be affected by row-level security policy for table "t"',
        RefusedError,
        'query would be affected by row-level security policy for table "t"',
    ),
    (
        "psql:<stdin>:12: ERROR:  must be owner of extension hstore",
        RefusedError,
        "must be owner of extension hstore",
    ),
    (
        "pg_restore: error: unsupported version (1.16) in file header",
        InputError,
        "unsupported version (1.16) in file header",
    ),
    (
        "psql:<stdin>:9: ERROR:  duplicate key value\nDETAIL:  Key (email)=(ada@school.example) already exists.",
        RefusedError,
        "duplicate key value",
    ),
    ("Killed", RefusedError, "Killed"),
    ("", RefusedError, "it ended without a word"),
]


@pytest.mark.parametrize(("said", "kind", "cause"), SAID)
def test_a_program_s_words_become_one_sentence(said: str, kind: type[ToolboxError], cause: str) -> None:
    error = explain("The backup was not made", said)
    assert type(error) is kind
    assert error.message == f"The backup was not made: {cause}."
    assert error.remedy
