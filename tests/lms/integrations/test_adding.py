"""An integration is checked whole, and written with its secret encrypted, or not at all."""

import zipfile
from pathlib import Path

import pytest

from tests.lms.integrations.conftest import SECRET, Lms, add_canvas
from toolbox_cli.core.exits import Exit
from toolbox_cli.lms.sources.connecting import kinds
from toolbox_cli.lms.sources.connecting.kinds import Kind

SIS = ("--base-url", "https://sis.example/ims/oneroster/v1p1")
TOKENS = ("--token-url", "https://login.sis.example/token")
CLIENT = ("--client-id", "toolbox")
ROOT = ("--base-url", "https://lms.example/")


@pytest.mark.parametrize(
    ("kind", "said", "auth", "column"),
    [
        ("canvas", ROOT, "token", "api_key_encrypted"),
        ("moodle", ROOT, "token", "api_key_encrypted"),
        ("schoology", (*ROOT, *CLIENT), "oauth1", "client_secret_encrypted"),
        ("blackboard", (*ROOT, *CLIENT), "oauth2", "client_secret_encrypted"),
        ("oneroster", (*SIS, *CLIENT, *TOKENS), "oauth2", "client_secret_encrypted"),
        ("oneroster", (*SIS, *CLIENT, "--auth", "oauth1"), "oauth1", "client_secret_encrypted"),
        ("oneroster", (*SIS, "--auth", "token"), "token", "api_key_encrypted"),
        ("oneroster", (*SIS, *CLIENT, "--auth", "basic"), "basic", "client_secret_encrypted"),
    ],
)
def test_each_kind_is_added_with_its_usual_auth(
    lms: Lms, secret_file: Path, kind: str, said: tuple[str, ...], auth: str, column: str
) -> None:
    report = lms.json("add", "oak", "--kind", kind, *said, "--secret-file", str(secret_file))
    row = lms.row("oak")
    assert (row["platform_name"], row["auth_type"], row["institution_name"]) == (kind, auth, "oak")
    assert row["base_url"] == said[1].rstrip("/")
    assert lms.secret("oak", column) == SECRET
    assert [name for name in row if name.endswith("_encrypted") and row[name]] == [column]
    assert report["items"][0]["unusable"] is None
    assert report["items"][0]["cannot"]
    assert SECRET not in lms.everything()


def test_files_need_nothing_but_their_path(lms: Lms, tmp_path: Path) -> None:
    [item] = lms.json("add", "files", "--kind", "oneroster-csv", "--base-url", str(tmp_path))["items"]
    assert (item["auth"], item["secret_stored"], item["base_url"]) == (None, False, str(tmp_path))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("manifest.csv", "")
    lms.done("add", "packed", "--kind", "oneroster-csv", "--base-url", str(tmp_path / "a.zip"), environ=NO_KEYS)


NO_KEYS = {"TOOLBOX_SECRET_KEYS": ""}


def test_all_faults_are_told_at_once_and_nothing_is_written(lms: Lms) -> None:
    before = lms.everything()
    done = lms(
        "add", "Oak_1", "--kind", "oneroster", "--base-url", f"https://ada:{SECRET}@sis.example",
        "--token-url", "http://sis.example/token", "--secret-file", "nowhere", "--institution", " ",
        "--include", "district=4", "--exclude", "x", environ=NO_KEYS,
    )  # fmt: skip
    assert done.exit_code == Exit.USAGE
    for fault in (
        "NAME: is 'Oak_1'", "--base-url: holds credentials", "--client-id: is missing", "--token-url: is not https",
        "the client secret: --secret-file", "--institution: can't be a name", "--include: has", "--exclude: has 'x'",
        "TOOLBOX_SECRET_KEYS: There is no key",
    ):  # fmt: skip
        assert fault in done.stderr
    assert SECRET not in done.stderr
    assert lms.everything() == before


@pytest.mark.parametrize(
    "url",
    [
        "http://sis.example", "https://ada:pass-word@sis.example", "https://pass-word@sis.example", "ftp://sis.example",
        "sis.example", "https://", "https://sis.example?token=pass-word", "https://sis.example/#pass-word",
        "https://sis.example:port", "https://sis .example", "https://sis.example/\u00fc", "https://[::1", "",
        "https://sis.example/" + "a" * 500, "http://127.0.0.1.sis.example", "http://localhost.example",
    ],
)  # fmt: skip
def test_an_address_is_refused_and_never_quoted(lms: Lms, secret_file: Path, url: str) -> None:
    done = lms("add", "oak", "--kind", "canvas", "--base-url", url, "--secret-file", str(secret_file))
    assert done.exit_code == Exit.USAGE
    assert "--base-url: " in done.stderr
    assert "pass-word" not in done.stderr
    assert not lms.ask("SELECT FROM lms_integrations")


def test_http_is_refused_with_the_reason_unless_asked_for(lms: Lms, secret_file: Path) -> None:
    argv = ("add", "oak", "--kind", "moodle", "--base-url", "http://moodle.example", "--secret-file", str(secret_file))
    refused = lms(*argv)
    assert refused.exit_code == Exit.USAGE
    assert "can be read and changed by whoever is on the way" in refused.stderr
    assert "--insecure-http" in refused.stderr
    [item] = lms.json(*argv, "--insecure-http")["items"]
    assert item["unusable"] is None
    assert lms.row("oak")["settings"] == {"insecure_http": True}


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:80/x", "HTTPS://LMS.example"]
)
def test_this_machine_may_be_asked_by_http(lms: Lms, secret_file: Path, url: str) -> None:
    lms.done("add", "oak", "--kind", "moodle", "--base-url", url, "--secret-file", str(secret_file))
    assert lms.row("oak")["settings"] == {}


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("here", "no absolute path"),
        ("/nowhere/at/all", "leads to nothing"),
        ("{folder}/plain.txt", "no zip file"),
        ("https://sis.example/files", "no absolute path"),
        ("/dev/null", "neither"),
    ],
)
def test_a_path_leads_to_a_folder_or_a_zip_file(lms: Lms, tmp_path: Path, said: str, fault: str) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "plain.txt").write_text("no zip")
    done = lms("add", "oak", "--kind", "oneroster-csv", "--base-url", said.format(folder=tmp_path))
    assert done.exit_code == Exit.USAGE
    assert fault in done.stderr


def test_files_take_nothing_that_signs_in(lms: Lms, tmp_path: Path, secret_file: Path) -> None:
    done = lms(
        "add", "oak", "--kind", "oneroster-csv", "--base-url", str(tmp_path), "--auth", "oauth2", *CLIENT, *TOKENS,
        "--secret-file", str(secret_file),
    )  # fmt: skip
    assert done.exit_code == Exit.USAGE
    for option in ("--auth", "--client-id", "--token-url", "--secret-file"):
        assert f"{option}: is given" in done.stderr


@pytest.mark.parametrize(
    ("kind", "more", "fault"),
    [
        ("canvas", ("--auth", "oauth2"), "--auth: is taken by other kinds (expected token for canvas)"),
        ("canvas", ("--auth", "magic"), "--auth: is 'magic'"),
        ("canvas", CLIENT, "--client-id: is given, and token has none"),
        ("canvas", TOKENS, "--token-url: is given, and token fetches no token"),
        ("schoology", (), "the consumer key"),
        ("schoology", ("--client-id", "a b"), "can't be a consumer key"),
        ("oneroster", ("--auth", "basic", "--client-id", "a:b"), "can't be a user name"),
        ("oneroster", CLIENT, "--token-url: is missing"),
        ("moodle", ("--include", "school=Oak"), "names a school, which moodle does not tell (expected course)"),
        ("blackboard", (*CLIENT, "--exclude", "school=Oak"), "names a school"),
        ("smartboard", (), "--kind: is 'smartboard' (expected one of oneroster, oneroster-csv, canvas"),
    ],
)
def test_each_kind_says_what_it_takes(
    lms: Lms, secret_file: Path, kind: str, more: tuple[str, ...], fault: str
) -> None:
    done = lms("add", "oak", "--kind", kind, *ROOT, "--secret-file", str(secret_file), *more)
    assert done.exit_code == Exit.USAGE
    assert fault in done.stderr


def test_a_kind_without_an_adapter_is_not_offered(lms: Lms, secret_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Kind("canvas", "Canvas", "toolbox_cli.lms.sources.gone.opening:open", ("token",), "its address")
    monkeypatch.setitem(kinds.KINDS, "canvas", gone)  # type: ignore[arg-type]
    done = add_canvas(lms, "oak", secret_file)
    assert done.exit_code == Exit.USAGE
    assert "is 'canvas' (expected one of oneroster, oneroster-csv, moodle" in done.stderr


def test_a_name_is_taken_once(lms: Lms, secret_file: Path) -> None:
    assert add_canvas(lms, "oak", secret_file).exit_code == 0
    again = add_canvas(lms, "oak", secret_file)
    assert again.exit_code == Exit.USAGE
    assert "There is an integration oak already" in again.stderr
    asked = lms("add", "oak", "--kind", "canvas", *ROOT)
    assert asked.exit_code == Exit.USAGE, "that is said before anybody is asked for a secret"


def test_a_dry_run_writes_nothing(lms: Lms, secret_file: Path) -> None:
    report = add_canvas(lms, "oak", secret_file, "--dry-run")
    assert report.exit_code == 0
    assert "oak would be added" in report.stdout
    assert not lms.ask("SELECT FROM lms_integrations")
    assert not lms.audits()


def test_the_change_is_recorded_without_secrets(lms: Lms, secret_file: Path) -> None:
    add_canvas(lms, "oak", secret_file, "--include", "school=Oak, North,term=2026*", "--exclude", "course=7")
    [audit] = lms.audits()
    assert audit["command"] == "toolbox lms add oak --kind canvas"
    assert audit["counts"] == {"lms_integrations": 1}
    filters = {"include": {"school": ["Oak, North"], "term": ["2026*"]}, "exclude": {"course": ["7"]}}
    assert audit["details"] == {
        "integration": "oak", "id": str(lms.row("oak")["id"]), "kind": "canvas", "auth": "token", "filters": filters,
    }  # fmt: skip
    assert lms.row("oak")["filters"] == filters


def test_without_an_audit_log_nothing_is_written(lms: Lms, secret_file: Path) -> None:
    with lms.connect() as connection:
        connection.execute("ALTER TABLE audit_log RENAME TO other")
    try:
        assert add_canvas(lms, "oak", secret_file).exit_code == Exit.REFUSED
        assert not lms.ask("SELECT FROM lms_integrations")
    finally:
        with lms.connect() as connection:
            connection.execute("ALTER TABLE toolbox.other RENAME TO audit_log")
