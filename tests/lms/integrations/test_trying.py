"""`toolbox lms test` asks the system as a sync would, and says what is missing."""

from pathlib import Path

from tests.lms.doubles.moodle import TOKEN, MoodleDouble
from tests.lms.doubles.roster import district
from tests.lms.integrations.conftest import SECRET, Lms
from tests.support.commands import ROOT
from tests.support.web import Answer, Web
from toolbox_cli.core.exits import Exit

DISTRICT = ROOT / "fixtures" / "lms" / "district" / "v1p1"


def added(lms: Lms, web: Web, secret: str) -> None:
    argv = ("add", "oak", "--kind", "moodle", "--base-url", web.url, "--secret-env", "OAK")
    lms.done(*argv, environ={"OAK": secret})


def test_it_signs_in_and_reads(lms: Lms, web: Web) -> None:
    double = MoodleDouble(web, district())
    double.missing.add("mod_assign_save_grades")
    added(lms, web, TOKEN)
    before = lms.everything()
    report = lms.json("test", "oak")
    [item] = report["items"]
    assert report["kind"] == "toolbox.lms.test/1"
    assert item["version"]
    assert any("mod_assign_save_grades" in note for note in item["notes"])
    assert "Moodle has no list of changes: every sync reads everything." in item["cannot"]
    assert "What can't be known:" in lms.done("test", "oak").stdout
    assert lms.everything() == before


def test_what_is_refused_is_explained_without_the_secret(lms: Lms, web: Web) -> None:
    """A server that says back what it was sent is no reason to print it."""
    web.on(
        "POST",
        "/webservice/rest/server.php",
        lambda asked: Answer(
            {"exception": "x", "errorcode": "invalidtoken", "message": f"{asked.body.decode()} {SECRET}"}
        ),
    )
    added(lms, web, SECRET)
    done = lms("test", "oak", globally=("--verbose",))
    assert done.exit_code == Exit.UNREACHABLE
    assert "invalidtoken" in done.stderr
    assert "Traceback" in done.stderr
    assert SECRET not in done.stderr
    assert "s3cr3t" not in done.stderr


def test_nobody_is_there(lms: Lms, web: Web) -> None:
    added(lms, web, TOKEN)
    with web.refusing():
        assert lms("test", "oak").exit_code == Exit.UNREACHABLE


def test_a_key_that_is_gone_is_told(lms: Lms, web: Web) -> None:
    added(lms, web, TOKEN)
    done = lms("test", "oak", environ={"TOOLBOX_SECRET_KEYS": ""})
    assert done.exit_code == Exit.USAGE
    assert not web.asked


def test_one_without_a_secret_says_how_to_give_it_one(lms: Lms, web: Web) -> None:
    added(lms, web, TOKEN)
    with lms.connect() as connection:
        connection.execute("UPDATE lms_integrations SET api_key_encrypted = NULL")
    done = lms("test", "oak")
    assert done.exit_code == Exit.USAGE
    assert "toolbox lms rekey oak" in done.stderr


def test_files_are_tried_too(lms: Lms, tmp_path: Path) -> None:
    lms.done("add", "files", "--kind", "oneroster-csv", "--base-url", str(DISTRICT))
    [item] = lms.json("test", "files", environ={"TOOLBOX_SECRET_KEYS": ""})["items"]
    assert "users.csv: bulk." in item["notes"]
    (tmp_path / "empty").mkdir()
    lms.done("add", "gone", "--kind", "oneroster-csv", "--base-url", str(tmp_path / "empty"))
    (tmp_path / "empty").rmdir()
    assert lms("test", "gone").exit_code == Exit.UNREACHABLE
