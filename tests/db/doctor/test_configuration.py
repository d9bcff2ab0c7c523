from pathlib import Path

import pytest

from toolbox_cli.db.doctor.configuration import readable_secrets


@pytest.mark.parametrize(
    ("text", "mode", "found"),
    [
        ("database_url: postgresql://ada:hush@db/x", 0o644, True),
        ("database_url: postgresql://ada:hush@db/x", 0o640, True),
        ("database_url: postgresql://ada:hush@db/x", 0o600, False),
        ("database_url: host=db password=hush", 0o644, True),
        ("database_url: postgresql://ada@db:5432/x?sslmode=require", 0o644, False),
    ],
)
def test_a_password_is_for_nobody_else(tmp_path: Path, text: str, mode: int, found: bool) -> None:
    file = tmp_path / "toolbox.yaml"
    file.write_text(text)
    file.chmod(mode)
    assert bool([*readable_secrets({}, tmp_path, None)]) is found
    assert bool([*readable_secrets({}, tmp_path / "elsewhere", file)]) is found


def test_a_file_that_a_variable_names_is_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://ada:hush@db/x\n")
    file.chmod(0o644)
    (finding,) = readable_secrets({"TOOLBOX_DATABASE_URL_FILE": str(file)}, tmp_path, None)
    assert (finding.object, finding.expected) == (str(file), "0600")
