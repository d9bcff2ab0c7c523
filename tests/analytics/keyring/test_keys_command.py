"""Keys of pseudonyms are listed, destroyed for good, and follow the installation's own keys."""

import json
from typing import Any

import pytest
from cryptography.fernet import Fernet

from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database
from toolbox_cli.analytics.exporting.disclosing import Disclosure, record
from toolbox_cli.analytics.masking.keys import key_for
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.secrets import MissingKeyError, Secrets
from toolbox_cli.core.settings import Environment

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture
def keys(cli: CommandLine, database: Database) -> Any:
    """Run `toolbox analytics keys` where there are keys of two years, and an export under the first."""
    with database.connect() as connection:
        made = key_for(connection, Secrets([OLD]), "district", "2025")
        key_for(connection, Secrets([OLD]), "district", "2026")
        record(connection, Disclosure("pseudonymous", "csv", "out", (), Environment.DEVELOPMENT, key_id=made.id))

    def run(*argv: str, secret_keys: str = OLD) -> Outcome:
        return cli("analytics", "keys", *argv, database=database, environ={"TOOLBOX_SECRET_KEYS": secret_keys})

    return run


def test_keys_are_listed_without_themselves(keys: Any, database: Database) -> None:
    done = keys("list", "--format", "json")
    assert done.exit_code == Exit.DONE, done.stderr
    items = json.loads(done.stdout)["items"]
    assert [(one["recipient"], one["period"], one["exports"], one["destroyed_at"]) for one in items] == [
        ("district", "2025", 1, None),
        ("district", "2026", 0, None),
    ]
    for (wrapped,) in database.execute("SELECT wrapped_key FROM toolbox.pseudonym_keys"):
        assert wrapped not in done.stdout


def test_a_key_is_destroyed_once_and_for_good(keys: Any, database: Database) -> None:
    dry = keys("destroy", "district", "2025", "--dry-run")
    assert (dry.exit_code, "would be gone" in dry.stdout) == (Exit.DONE, True)
    assert keys("destroy", "district", "2025").exit_code == Exit.REFUSED, "there is nobody to ask"
    assert database.execute("SELECT count(*) FROM toolbox.pseudonym_keys WHERE wrapped_key IS NULL") == [(0,)]

    assert keys("destroy", "district", "2025", "--yes").exit_code == Exit.DONE
    with database.connect() as connection, pytest.raises(RefusedError, match="was destroyed on"):
        key_for(connection, Secrets([OLD]), "district", "2025")
    assert database.execute("SELECT command, counts FROM toolbox.audit_log") == [
        ("toolbox analytics keys destroy", {"pseudonym_keys": 1})
    ]
    again, other = keys("destroy", "district", "2025", "--yes"), keys("destroy", "district", "1999", "--yes")
    assert (again.exit_code, other.exit_code) == (Exit.REFUSED, Exit.USAGE)
    assert "1 kept, 1 destroyed." in keys("list").stdout


def test_keys_are_encrypted_anew_before_an_old_one_goes(keys: Any, database: Database) -> None:
    assert "2 would be encrypted anew." in keys("rekey", "--dry-run", secret_keys=f"{NEW},{OLD}").stdout
    with database.connect() as connection:
        before = key_for(connection, Secrets([OLD]), "district", "2026")
        with pytest.raises(MissingKeyError):
            key_for(connection, Secrets([NEW]), "district", "2026")
        assert keys("rekey", secret_keys=f"{NEW},{OLD}").exit_code == Exit.DONE
        assert key_for(connection, Secrets([NEW]), "district", "2026") == before
    assert keys("rekey", secret_keys=OLD).exit_code == Exit.USAGE
