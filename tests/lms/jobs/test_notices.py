"""A hold or a failure reaches a person, by webhook and by mail, and says nothing about anybody."""

import datetime
import hashlib
import hmac
import json
import math
from pathlib import Path

import pytest

from tests.lms.jobs.conftest import Jobs, keep
from tests.support.commands import Outcome
from tests.support.smtp import Smtp, serving
from tests.support.web import Answer, Web, instead, self_signed
from toolbox_cli.core.http.errors import HttpError, ServerFaultError, UnauthorizedError, UnexpectedReplyError
from toolbox_cli.core.http.redaction import Redactor
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.jobs.each import Done
from toolbox_cli.lms.jobs.notices.notice import notice_of

SECRET = "between-us"  # noqa: S105  of the tests alone
PEOPLE = ("stu-0", "enr-0", "tea-0", "@", "Clara", "sourcedId")


def to(smtp: Smtp, **more: str) -> dict[str, str]:
    """Give the settings for a mail server."""
    return {
        "TOOLBOX_SMTP_HOST": "127.0.0.1", "TOOLBOX_SMTP_PORT": str(smtp.port), "TOOLBOX_SMTP_SECURITY": "none",
        "TOOLBOX_SMTP_SENDER": "toolbox@school.example",
        "TOOLBOX_SMTP_RECIPIENTS": "ada@school.example, grace@school.example",
        **{f"TOOLBOX_SMTP_{name.upper()}": value for name, value in more.items()},
    }  # fmt: skip


def fail(jobs: Jobs) -> None:
    """Let every sync fail."""
    jobs.add(base_url=str(jobs.folder / "nowhere"))


def warnings(done: Outcome) -> list[str]:
    """Give what was said of telling people."""
    return [line for line in done.stderr.splitlines() if line.startswith("Warning: ")]


def hold(jobs: Jobs) -> None:
    """Let the next sync be held."""
    files = jobs.add()
    jobs("sync")
    keep(files, "users.csv", 10)


def test_a_held_run_is_told_to_a_webhook_signed_and_without_a_name(jobs: Jobs, web: Web) -> None:
    hold(jobs)
    web.on("POST", "/hook", None)
    jobs.environ.update(TOOLBOX_NOTIFY_SECRET=SECRET)
    done = jobs("sync", "district", "--notify-url", f"{web.url}/hook?channel=7")
    assert done.exit_code == 4
    assert done.stderr == ""
    [asked] = web.asked
    assert asked.query == {"channel": "7"}
    told = asked.json()
    assert told["kind"] == "toolbox.lms.notice/1"
    [run] = told["runs"]
    assert (run["integration"], run["status"], run["exit_code"]) == ("district", "held", 4)
    assert f"toolbox lms sync district --approve {run['run']}" in run["next"]
    assert run["what"] in told["text"]
    assert not any(sign in asked.body.decode() for sign in PEOPLE)
    signed = hmac.new(
        SECRET.encode(), asked.headers["x-toolbox-timestamp"].encode() + b"." + asked.body, hashlib.sha256
    )
    assert asked.headers["x-toolbox-signature"] == f"sha256={signed.hexdigest()}"
    assert asked.headers["content-type"] == "application/json"


def test_that_the_database_is_away_is_told_too(jobs: Jobs, web: Web) -> None:
    web.on("POST", "/hook", None)
    away = {"TOOLBOX_DATABASE_URL": "postgresql://nobody:pass-word@127.0.0.1:1/none"}
    for more in ((), ("--dry-run",)):
        done = jobs.cli("--quiet", "lms", "sync", "--notify-url", f"{web.url}/hook", *more, environ=away)
        assert done.exit_code == 5
    [asked] = web.asked
    [run] = asked.json()["runs"]
    assert (run["integration"], run["status"], run["exit_code"]) == (None, "failed", 5)
    assert "database" in asked.json()["text"]
    assert "pass-word" not in asked.body.decode()


def test_without_a_secret_nothing_is_signed(jobs: Jobs, web: Web) -> None:
    fail(jobs)
    web.on("POST", "/", None)
    jobs.environ["TOOLBOX_NOTIFY_URL"] = web.url
    jobs("sync", "district")
    assert "x-toolbox-signature" not in web.asked[0].headers


def test_a_webhook_that_fails_for_a_while_is_told_the_same_again(jobs: Jobs, web: Web) -> None:
    fail(jobs)
    web.on("POST", "/hook", None)
    web.trouble(instead(Answer("later", 503)))
    done = jobs("sync", "district", "--notify-url", f"{web.url}/hook")
    assert done.exit_code == 5
    assert warnings(done) == []
    first, second = web.asked
    assert first.body == second.body


def test_a_webhook_that_fails_for_good_is_a_warning_that_keeps_its_secret(jobs: Jobs, web: Web) -> None:
    fail(jobs)
    web.on("POST", "/services/T0KEN", None)
    web.trouble(instead(Answer("no", 404)), times=math.inf)
    done = jobs.quiet("sync", "district", "--notify-url", f"{web.url}/services/T0KEN")
    assert done.exit_code == 5
    assert warnings(done) == [f"Warning: The webhook at {web.url} was not told: it answered 404."]


def test_nobody_is_told_of_what_went_well_or_of_a_dry_run(jobs: Jobs, web: Web) -> None:
    files = jobs.add()
    jobs("sync", "--notify-url", web.url)
    keep(files, "users.csv", 10)
    assert jobs("sync", "district", "--dry-run", "--notify-url", web.url).exit_code == 4
    assert web.asked == []


def test_a_failure_is_told_without_what_was_answered(jobs: Jobs, web: Web) -> None:
    jobs.add("a", base_url=str(jobs.folder / "nowhere"))
    web.on("POST", "/", None)
    assert jobs("sync", "--notify-url", web.url).exit_code == 5
    [run] = web.asked[0].json()["runs"]
    assert run["what"] == "It failed: its system or the database could not be read."
    assert "nowhere" not in web.asked[0].body.decode()


def test_people_get_a_mail(jobs: Jobs) -> None:
    hold(jobs)
    with serving() as smtp:
        jobs.environ.update(to(smtp))
        assert jobs("sync", "district").exit_code == 4
    [taken] = smtp.taken
    assert taken.recipients == ("ada@school.example", "grace@school.example")
    message = taken.message
    assert message["Subject"] == "toolbox lms sync: district held"
    assert message["From"] == "toolbox@school.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert str(message["Message-ID"]).endswith("@school.example>")
    text = message.get_content()
    assert "toolbox lms sync district --approve" in text
    assert not any(sign in text for sign in PEOPLE)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_by_tls_and_signs_in(jobs: Jobs, tmp_path: Path, security: str) -> None:
    fail(jobs)
    certificate = self_signed(tmp_path)
    with serving(certificate, tls=security == "tls", accounts={"toolbox": "pass word"}) as smtp:
        more = {"security": security, "ca_file": str(certificate.file), "user": "toolbox", "password": "pass word"}
        jobs.environ.update(to(smtp, **more))
        done = jobs("sync", "district")
    assert warnings(done) == []
    [taken] = smtp.taken
    assert (taken.secure, taken.user) == (True, "toolbox")


def test_a_certificate_that_nobody_vouches_for_gets_no_password(jobs: Jobs, tmp_path: Path) -> None:
    fail(jobs)
    with serving(self_signed(tmp_path), accounts={"toolbox": "x"}) as smtp:
        jobs.environ.update(to(smtp, security="starttls", user="toolbox", password=SECRET))
        done = jobs("sync", "district")
    assert done.exit_code == 5
    assert "its certificate was not accepted" in done.stderr
    assert not any(line.startswith("AUTH") for line in smtp.said)


def test_a_server_without_starttls_gets_nothing(jobs: Jobs) -> None:
    fail(jobs)
    with serving(starttls=False) as smtp:
        jobs.environ.update(to(smtp, security="starttls"))
        assert "such as STARTTLS" in jobs("sync", "district").stderr
    assert smtp.taken == []


def test_mail_is_tried_again_after_what_passes_and_given_up_after_what_does_not(jobs: Jobs) -> None:
    fail(jobs)
    with serving() as smtp:
        jobs.environ.update(to(smtp))
        smtp.answers["MAIL"] = [b"451 later"]
        smtp.answers["EHLO"] = [b""]
        assert warnings(jobs("sync", "district")) == []
        assert (len(smtp.taken), smtp.connections) == (1, 3)
        smtp.answers["RCPT"] = [b"550 ada@school.example is unknown", b"550 and so is grace@school.example"]
        done = jobs("sync", "district")
    assert done.exit_code == 5
    assert warnings(done) == ["Warning: The mail server 127.0.0.1 was not told: it does not take a recipient."]


def test_a_wrong_password_is_not_shown(jobs: Jobs) -> None:
    fail(jobs)
    with serving(accounts={"toolbox": "right"}) as smtp:
        jobs.environ.update(to(smtp, user="toolbox", password=SECRET))
        done = jobs("sync", "district")
    assert warnings(done) == ["Warning: The mail server 127.0.0.1 was not told: it does not take user and password."]


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"TOOLBOX_SMTP_HOST": "mail.example"}, "needs smtp.host, smtp.sender and smtp.recipients"),
        (
            {
                "TOOLBOX_SMTP_HOST": "mail.example", "TOOLBOX_SMTP_SENDER": "a@b.example",
                "TOOLBOX_SMTP_RECIPIENTS": "a@b.example", "TOOLBOX_SMTP_SECURITY": "none", "TOOLBOX_SMTP_USER": "u",
                "TOOLBOX_SMTP_PASSWORD": "p4ss",
            },
            "would be sent in the clear",
        ),
    ],
)  # fmt: skip
def test_mail_that_can_not_work_is_said_before_anything_is_done(jobs: Jobs, environ: dict[str, str], told: str) -> None:
    jobs.add()
    jobs.environ.update(environ)
    done = jobs("sync")
    assert done.exit_code == 2
    assert told in done.stderr
    assert "p4ss" not in done.stderr
    assert jobs.statuses() == []


def test_several_runs_are_one_message(jobs: Jobs, web: Web) -> None:
    web.on("POST", "/", None)
    for name in "abcde":
        jobs.add(name, base_url=str(jobs.folder / "nowhere"))
    jobs("sync", "--notify-url", web.url)
    [asked] = web.asked
    assert len(asked.json()["runs"]) == 5
    assert json.loads(asked.body)["text"].startswith("toolbox lms sync: a failed, b failed, c failed and 2 more")


def answered(status: int) -> Reply:
    return Reply("GET", "https://lms.example/", status, {}, b"", 0.1, Redactor())


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (UnauthorizedError("invalidtoken", reply=answered(200)), "does not let us in"),
        (ServerFaultError("Ada", reply=answered(503)), "answered 503"),
        (UnexpectedReplyError("Ada", reply=answered(200)), "told an error"),
    ],
)
def test_the_kind_of_failure_is_told_also_where_the_status_says_that_all_is_well(error: HttpError, what: str) -> None:
    now = datetime.datetime.now(datetime.UTC)
    notice = notice_of([Done("oak", now, now, error=error)], now)
    assert notice is not None
    assert notice.runs[0]["what"] == f"It failed: its system {what}."
    assert "Ada" not in json.dumps(notice.document())
