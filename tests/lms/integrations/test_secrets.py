"""No secret is ever shown: not on a screen, in an error, a traceback, a report, the process list or the database."""

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.lms.integrations.conftest import KEY, SECRET, Lms, add_canvas
from tests.support.terminals import terminal
from toolbox_cli.core.exits import Exit

CANVAS = ("--kind", "canvas", "--base-url", "https://canvas.example")
CLIENT = ("--kind", "blackboard", "--base-url", "https://learn.example", "--client-id", "toolbox")
OTHER_KEY = Fernet.generate_key().decode()
BOTH = {"TOOLBOX_SECRET_KEYS": f"{OTHER_KEY},{KEY}"}
FORMS = (SECRET, base64.b64encode(SECRET.encode()).decode())


def seen_nowhere(*texts: str) -> None:
    for text in texts:
        assert not [form for form in FORMS if form in text]


def process_list(process: subprocess.Popen[str]) -> str:
    folder = Path("/proc") / str(process.pid)
    return (folder / "cmdline").read_text() + (folder / "environ").read_text()


def test_a_person_types_it_unseen(lms: Lms) -> None:
    with terminal() as screen:
        process = lms.start("add", "oak", *CANVAS, start_new_session=True, **screen.streams)
        screen.wait_for("Token (is not shown): ")
        listed = process_list(process)
        screen.type(SECRET + "\n")
        assert process.wait(60) == 0, screen.rest()
        shown = screen.rest()
    seen_nowhere(shown, listed, lms.everything())
    assert "oak was added" in shown
    assert lms.secret("oak", "api_key_encrypted") == SECRET


def test_what_is_typed_is_checked_like_the_rest(lms: Lms) -> None:
    with terminal() as screen:
        process = lms.start("add", "oak", *CANVAS, start_new_session=True, **screen.streams)
        screen.wait_for("(is not shown): ")
        screen.type("\n")
        assert process.wait(60) == Exit.USAGE
        assert "the token is empty" in screen.rest()
    assert not lms.ask("SELECT FROM lms_integrations")


def test_who_stops_at_the_prompt_changes_nothing(lms: Lms) -> None:
    with terminal() as screen:
        process = lms.start("add", "oak", *CANVAS, start_new_session=True, **screen.streams)
        screen.wait_for("(is not shown): ")
        screen.type("\x04")
        assert process.wait(60) == Exit.REFUSED
    assert not lms.ask("SELECT FROM lms_integrations")


def test_without_a_terminal_nobody_is_asked(lms: Lms) -> None:
    done = lms("add", "oak", *CANVAS)
    assert done.exit_code == Exit.REFUSED
    assert "--secret-file" in done.stderr


def test_a_process_shows_it_nowhere(lms: Lms) -> None:
    """Through stdin, with the transaction failing at its end, and tracebacks asked for."""
    with lms.connect() as connection:
        connection.execute("""
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'no: %', NEW::text; END $$;
            CREATE TRIGGER fail BEFORE INSERT ON lms_integrations FOR EACH ROW EXECUTE FUNCTION fail()""")
    try:
        argv = ("add", "oak", *CANVAS, "--secret-file", "-", "--format", "json")
        process = lms.start(*argv, globally=("--verbose",))
        listed = process_list(process)
        out, err = process.communicate(SECRET + "\n", timeout=60)
    finally:
        with lms.connect() as connection:
            connection.execute("DROP FUNCTION fail CASCADE")
    assert process.returncode == Exit.FAULT
    assert "Traceback" in err
    seen_nowhere(out, err, listed, lms.everything())


def test_a_database_that_is_not_there_shows_it_neither(lms: Lms, secret_file: Path) -> None:
    gone = {"TOOLBOX_DATABASE_URL": "postgresql://127.0.0.1:9/nothing"}
    done = add_canvas(lms, "oak", secret_file, environ=gone, globally=("--verbose",))
    assert done.exit_code == Exit.UNREACHABLE
    assert "Traceback" in done.stderr
    seen_nowhere(done.stdout, done.stderr)


@pytest.mark.parametrize("form", ["table", "json"])
def test_reports_show_it_nowhere(lms: Lms, secret_file: Path, form: str) -> None:
    added = add_canvas(lms, "oak", secret_file, "--format", form)
    encrypted = lms.row("oak")["api_key_encrypted"]
    for done in (added, lms.done("show", "oak", "--format", form), lms.done("list", "--format", form)):
        seen_nowhere(done.stdout, done.stderr)
        assert encrypted not in done.stdout


def test_it_is_no_value_of_a_flag(lms: Lms) -> None:
    done = lms("add", "oak", *CANVAS, f"--secret={SECRET}")
    assert done.exit_code == Exit.USAGE
    seen_nowhere(done.stdout, done.stderr)


@pytest.mark.parametrize("option", ["--secret-file", "--secret-env"])
def test_who_types_it_as_a_value_does_not_read_it_again(lms: Lms, option: str) -> None:
    done = lms("add", "oak", *CANVAS, option, SECRET, globally=("--verbose",))
    assert done.exit_code == Exit.USAGE
    assert option in done.stderr
    seen_nowhere(done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("mode", "warns"), [(0o600, False), (0o400, False), (0o640, True), (0o644, True), (0o602, True)]
)
def test_a_file_that_others_may_open_is_told_of(lms: Lms, secret_file: Path, mode: int, warns: bool) -> None:
    secret_file.chmod(mode)
    done = add_canvas(lms, "oak", secret_file)
    assert done.exit_code == 0
    assert ("others may open the file" in done.stderr) is warns


def test_it_comes_from_stdin_or_the_environment(lms: Lms) -> None:
    lms.done("add", "piped", *CANVAS, "--secret-file", "-", stdin=SECRET + "\r\n")
    lms.done("add", "set", *CANVAS, "--secret-env", "OAK_TOKEN", environ={"OAK_TOKEN": SECRET})
    assert lms.secret("piped", "api_key_encrypted") == lms.secret("set", "api_key_encrypted") == SECRET


@pytest.mark.parametrize(
    ("argv", "content", "fault"),
    [
        (CANVAS, b"", "is empty"),
        (CANVAS, b" \n", "is empty"),
        (CANVAS, b"pass-word\nmore\n", "more than one line"),
        (CLIENT, b"pass-word\0", "signs that can't be typed"),
        (CANVAS, b"pass-word x", "blanks or signs that no token has"),
        (CANVAS, "pass-wörd".encode(), "blanks or signs that no token has"),
        (CANVAS, b"pass-word\xff", "not UTF-8"),
        (CLIENT, b"pass-word" * 2000, "longer than"),
    ],
)
def test_what_can_be_no_secret_is_refused_unquoted(
    lms: Lms, secret_file: Path, argv: tuple[str, ...], content: bytes, fault: str
) -> None:
    secret_file.write_bytes(content)
    done = lms("add", "oak", *argv, "--secret-file", str(secret_file))
    assert done.exit_code == Exit.USAGE
    assert fault in done.stderr
    assert "pass-w" not in done.stderr


def test_a_secret_may_have_blanks_where_its_auth_lets_it(lms: Lms, secret_file: Path) -> None:
    secret_file.write_text(" p ä ss ")
    lms.done("add", "oak", *CLIENT, "--secret-file", str(secret_file))
    assert lms.secret("oak", "client_secret_encrypted") == " p ä ss "


def test_one_of_two_origins_is_too_many(lms: Lms, secret_file: Path) -> None:
    done = add_canvas(lms, "oak", secret_file, "--secret-env", "OAK_TOKEN", environ={"OAK_TOKEN": SECRET})
    assert done.exit_code == Exit.USAGE
    assert "give one of them" in done.stderr


class TestRekey:
    def test_all_secrets_are_encrypted_with_the_first_key(self, lms: Lms, secret_file: Path) -> None:
        for name in ("oak", "elm"):
            add_canvas(lms, name, secret_file)
        lms.done("add", "fir", *CLIENT, "--secret-file", str(secret_file))
        report = lms.json("rekey", environ=BOTH)
        assert report["summary"] == {"secrets": 3, "dry_run": False}
        assert report["items"] == [{"name": name, "secrets": 1} for name in ("elm", "fir", "oak")]
        assert lms.secret("oak", "api_key_encrypted", OTHER_KEY) == SECRET
        assert lms.secret("fir", "client_secret_encrypted", OTHER_KEY) == SECRET
        assert lms.audits()[-1]["counts"] == {"lms_integrations": 3, "secrets": 3}
        seen_nowhere(str(report), lms.everything())

    def test_one_that_does_not_open_keeps_all_as_they_are(self, lms: Lms, secret_file: Path) -> None:
        add_canvas(lms, "oak", secret_file)
        add_canvas(lms, "elm", secret_file)
        add_canvas(lms, "ash", secret_file, environ={"TOOLBOX_SECRET_KEYS": Fernet.generate_key().decode()})
        with lms.connect() as connection:
            connection.execute("UPDATE lms_integrations SET api_key_encrypted = 'plain' WHERE name = 'elm'")
        before = lms.everything()
        done = lms("rekey", environ=BOTH, globally=("--verbose",))
        assert done.exit_code == Exit.USAGE
        assert "2 secrets can't be opened" in done.stderr
        assert "ash: No key" in done.stderr
        assert "elm: What is stored" in done.stderr
        assert lms.everything() == before

    def test_a_secret_that_was_moved_is_refused(self, lms: Lms, secret_file: Path) -> None:
        add_canvas(lms, "oak", secret_file)
        add_canvas(lms, "elm", secret_file)
        with lms.connect() as connection:
            connection.execute(
                "UPDATE lms_integrations SET api_key_encrypted = (SELECT api_key_encrypted FROM lms_integrations "
                "WHERE name = 'oak') WHERE name = 'elm'"
            )
        done = lms("rekey")
        assert done.exit_code == Exit.REFUSED
        assert "elm: The secret" in done.stderr
        assert lms("test", "elm").exit_code == Exit.REFUSED

    def test_a_dry_run_changes_nothing(self, lms: Lms, secret_file: Path) -> None:
        add_canvas(lms, "oak", secret_file)
        before = lms.everything()
        assert "would be encrypted anew with the first key: 1" in lms.done("rekey", "--dry-run", environ=BOTH).stdout
        assert lms.everything() == before

    def test_without_a_key_it_says_how_to_make_one(self, lms: Lms) -> None:
        done = lms("rekey", environ={"TOOLBOX_SECRET_KEYS": ""})
        assert done.exit_code == Exit.USAGE
        assert "Fernet.generate_key" in done.stderr

    def test_a_new_secret_takes_the_old_ones_place(self, lms: Lms, secret_file: Path) -> None:
        add_canvas(lms, "oak", secret_file)
        key = lms.row("oak")["id"]
        lms.done("rekey", "oak", "--secret-env", "NEW", environ={"NEW": "another"})
        assert lms.secret("oak", "api_key_encrypted") == "another"
        assert lms.row("oak")["id"] == key
        assert lms.audits()[-1]["command"] == "toolbox lms rekey oak"

    def test_files_and_everybody_take_none(self, lms: Lms, tmp_path: Path, secret_file: Path) -> None:
        lms.done("add", "files", "--kind", "oneroster-csv", "--base-url", str(tmp_path))
        assert lms("rekey", "files", "--secret-file", str(secret_file)).exit_code == Exit.USAGE
        assert lms("rekey", "--secret-file", str(secret_file)).exit_code == Exit.USAGE
