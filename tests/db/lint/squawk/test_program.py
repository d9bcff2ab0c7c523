"""squawk is found, run and read; what goes wrong with it is said."""

import json
import os
import sys
import tempfile
from pathlib import Path

import pytest

from toolbox_cli.core.errors import ConfigurationError, MissingExtraError
from toolbox_cli.db.lint.squawk import program
from toolbox_cli.db.lint.squawk.program import Squawk, find_squawk, run_squawk

FINDING = {
    "file": "0.sql", "line": 1, "column": 4, "line_end": 1, "column_end": 7, "level": "Warning",
    "rule_name": "new-rule", "message": "Don't.", "help": None,
}  # fmt: skip


def heard(*texts: str) -> list[tuple[str, int, str]]:
    """Give rule, text and the words that each finding is about."""
    found = run_squawk(find_squawk(), texts, server_version=18)
    return [(one.rule, one.text, texts[one.text][one.offset : one.end]) for one in found]


def test_findings_are_about_words_of_their_text() -> None:
    accents = "SELECT 'é→𝄞', 1;\nSELECT 'é'; ALTER TABLE t ADD COLUMN a varchar(10)\n;"
    assert ("prefer-text-field", 1, "varchar(10)") in heard("SELECT 1", accents)
    assert ("ban-drop-table", 0, "DROP TABLE t;") in heard("/* one */ DROP TABLE t;", "SELECT 1")


def test_what_it_can_not_read_is_a_finding_too() -> None:
    assert {rule for rule, *_ in heard("ALTER TABEL t")} == {"syntax-error"}


def test_nothing_to_say_is_nothing_heard() -> None:
    assert heard("SELECT 1;", "") == []


def test_it_takes_no_orders_from_settings_of_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".squawk.toml").write_text('excluded_rules = ["ban-drop-table"]\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert "ban-drop-table" in {rule for rule, *_ in heard("DROP TABLE t")}
    assert sorted(path.name for path in tmp_path.iterdir()) == [".squawk.toml"]


def fake(folder: Path, code: str) -> Path:
    """Put a program called squawk into a folder."""
    file = folder / "squawk"
    file.write_text(f"#!{sys.executable}\nimport os, sys, time\n{code}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let there be no squawk beside this Python."""
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setattr(sys, "executable", str(empty / "python"))
    monkeypatch.setattr(program.sysconfig, "get_path", lambda name: str(empty))
    return empty


def test_none_is_answered_with_how_to_install_it(alone: Path) -> None:
    with pytest.raises(MissingExtraError) as caught:
        find_squawk(str(alone))
    assert caught.value.message == "This needs squawk, which is not installed."
    assert caught.value.remedy == (
        "Leave it out with --no-squawk, or install it with: python -m pip install 'toolbox-cli[lint]'"
    )


def test_one_on_the_path_will_do(alone: Path, tmp_path: Path) -> None:
    there = fake(tmp_path, "")
    assert find_squawk(os.pathsep.join([str(alone), str(tmp_path)])) == there


def test_the_one_that_came_with_toolbox_goes_first(tmp_path: Path) -> None:
    fake(tmp_path, "")
    assert find_squawk(str(tmp_path)).parent == Path(sys.executable).parent


def test_rules_that_it_has_yet_to_invent_are_heard(tmp_path: Path) -> None:
    said = fake(tmp_path, f"print({json.dumps(json.dumps([FINDING]))}); sys.exit(1)")
    assert run_squawk(said, ["SELECT 1;\nDROP TABLE t"], server_version=18) == [
        Squawk("new-rule", 0, 14, 17, "Don't.", None)
    ]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (
            "sys.stderr.write('thread main\\npanicked'); sys.exit(101)",
            "It ended with status 101: thread main panicked.",
        ),
        ("os.abort()", "It ended with status -6."),
        ("print('all is well')", "It said what toolbox can't read: all is well"),
        ("print('{}')", "It said what toolbox can't read: {}"),
        ("print('[1]')", "It said what toolbox can't read: [1]"),
        ('print(\'[{"file": "0.sql"}]\')', "It said what toolbox can't read: [{"),
        (f"print({json.dumps(json.dumps([{**FINDING, 'file': '7.sql'}]))})", "It said what toolbox can't read: [{"),
        (f"print({json.dumps(json.dumps([{**FINDING, 'line': -2}]))})", "It said what toolbox can't read: [{"),
        ("sys.stdout.buffer.write(b'[\\xff]')", "It said what is no UTF-8."),
        ("print('x' * 5000)", "It said what toolbox can't read: " + "x" * 300 + "…"),
    ],
)
def test_a_program_that_goes_wrong_is_told_of(tmp_path: Path, code: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        run_squawk(fake(tmp_path, code), ["SELECT 1"], server_version=18)
    assert caught.value.message.startswith(f"squawk failed. {says}")
    assert caught.value.remedy == (
        "Leave it out with --no-squawk, or install it anew with: python -m pip install --force-reinstall squawk-cli"
    )


def test_a_program_that_does_not_end_is_ended(tmp_path: Path) -> None:
    endless = fake(tmp_path, f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    with pytest.raises(ConfigurationError, match="It did not end within 0.5 s"):
        run_squawk(endless, ["SELECT 1"], server_version=18, timeout_s=0.5)
    written = tmp_path / "pid"
    if written.exists() and written.read_text():
        with pytest.raises(ProcessLookupError):
            os.kill(int(written.read_text()), 0)


def test_a_program_that_can_not_be_run_is_told_of(tmp_path: Path) -> None:
    broken = tmp_path / "squawk"
    broken.write_bytes(b"\x7fELF nothing")
    broken.chmod(0o755)
    with pytest.raises(ConfigurationError, match=r"squawk can't be run: Exec format error\."):
        run_squawk(broken, ["SELECT 1"], server_version=18)
