"""Whatever inner_edu answers: nothing is half done, nothing secret shown, and the next run goes on."""

import itertools
import math
import signal
from collections.abc import Callable
from typing import Any

import pytest

from tests.quests.inner_edu.conftest import Sync
from tests.quests.inner_edu.played import TOKEN, InnerEdu
from tests.quests.inner_edu.test_progress import CONSENT
from tests.quests.judging import one
from tests.support.commands import ToolboxProcess
from tests.support.servers import Database
from tests.support.web import (
    Answer,
    Exchange,
    altered,
    cut_before,
    html_page,
    instead,
    link,
    redirect,
    throttled,
    unauthorized,
)
from toolbox_cli.core.database.locks import INNER_EDU, advisory_lock

Fates = Callable[..., tuple[int, dict[str, str], dict[str, Any]]]
LINKED = "SELECT count(*) FROM quests WHERE inner_edu_quest_id IS NOT NULL OR deployed_to_inner_edu"
LINK = "SELECT deployed_to_inner_edu::text || ' ' || inner_edu_quest_id FROM quests"
LEAKS = "the child is called Kim-of-ours"

PASSING = (instead(Answer({"error": LEAKS}, 503)), throttled("0"), cut_before())


def forget(inner_edu: InnerEdu, database: Database) -> None:
    """Let the quest be nowhere but here."""
    inner_edu.quests.clear()
    inner_edu.web.asked.clear()
    inner_edu.web.calm()
    database.execute(
        "UPDATE pas_in_peace.quests SET inner_edu_quest_id = NULL, deployed_to_inner_edu = false, deployed_at = NULL"
    )


def test_what_passes_is_waited_for(fates: Fates, inner_edu: InnerEdu, database: Database) -> None:
    for trouble, method in itertools.product(PASSING, ("GET", "POST", "PUT")):
        inner_edu.web.trouble(trouble, method=method, times=2)
        assert fates()[:2] == (0, {"two-doors": "created"})
        assert inner_edu.only.deployed == 1
        forget(inner_edu, database)


LASTING = {
    "5xx": instead(Answer({"error": LEAKS}, 500)),
    "429 for an hour": throttled("3600"),
    "401": unauthorized(),
    "403": instead(Answer({"error": LEAKS}, 403)),
    "HTML": html_page(),
    "elsewhere": redirect("https://elsewhere.example/quests"),
    "other JSON": instead(Answer({"id": LEAKS})),
}


def test_what_can_not_be_read_ends_the_run_before_anything_is_sent(
    sync: Sync, inner_edu: InnerEdu, database: Database
) -> None:
    for (name, trouble), path in itertools.product(LASTING.items(), ("*/service", "*/quests")):
        inner_edu.web.trouble(trouble, method="GET", path=path, times=math.inf)
        done = sync()
        assert done.exit_code == 5, name
        assert "Kim-of-ours" not in done.stdout + done.stderr
        assert not inner_edu.asked("POST", "PUT")
        assert one(database, LINKED) == 0
        inner_edu.web.calm()


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_can_not_be_sent_is_told_and_sent_by_the_next_run(
    sync: Sync, fates: Fates, inner_edu: InnerEdu, database: Database, method: str
) -> None:
    for name, trouble in LASTING.items():
        inner_edu.web.trouble(trouble, method=method, times=math.inf)
        done = sync()
        assert done.exit_code == 5, name
        assert "unreached" in done.stdout
        assert "Kim-of-ours" not in done.stdout + done.stderr
        assert one(database, "SELECT count(*) FROM quests WHERE deployed_to_inner_edu") == 0
        inner_edu.web.calm()
        assert fates()[:2] == (0, {"two-doors": "created" if method == "POST" else "deployed"})
        assert inner_edu.only.deployed == 1
        forget(inner_edu, database)


WRONG = {"id": "00000000-0000-4000-8000-00000000000c", "quest_id": "unheard-of", "revision": 9, "source": None}


def test_an_answer_of_another_quest_is_not_believed(fates: Fates, inner_edu: InnerEdu, database: Database) -> None:
    for wrong in (
        WRONG,
        {"id": WRONG["id"]},
        {"quest_id": "unheard-of"},
        {"source": None},
        {"deployed_revision": None},
    ):

        def lying(answer: Answer, wrong: Any = wrong) -> Answer:
            return Answer({**answer.body, **wrong}, answer.status)

        inner_edu.web.trouble(altered(lying), method="PUT")
        assert fates()[:2] == (5, {"two-doors": "unreached"})
        assert one(database, LINK) == f"false {inner_edu.only.id}"
        inner_edu.web.calm()
        assert fates()[0] == 0
        forget(inner_edu, database)


def test_what_is_not_taken_is_told_and_stops_no_other(fates: Fates, inner_edu: InnerEdu, database: Database) -> None:
    database.execute("""
        INSERT INTO pas_in_peace.quests (user_id, quest_id, title, quest_yaml, graph_structure, moderation_status)
        SELECT 17, 'a-door', title, quest_yaml, graph_structure, 'approved' FROM pas_in_peace.quests""")
    inner_edu.web.trouble(instead(Answer({"error": LEAKS}, 422)), method="POST")
    assert fates()[:2] == (3, {"a-door": "rejected", "two-doors": "created"})


@pytest.mark.parametrize("path", ["*/quests", "*/progress"])
def test_where_a_list_leads_is_not_told(
    fates: Fates, sync: Sync, inner_edu: InnerEdu, database: Database, path: str
) -> None:
    """Addresses of further pages are inner_edu's words as well."""
    fates()
    database.execute(CONSENT)
    asked = "source=pas_in_peace" if path == "*/quests" else f"quest={inner_edu.only.id}"
    onward = link(f'<{path[2:]}?{asked}&cursor=Kim-of-ours>; rel="next"')
    for wrong in (onward, instead(Answer({"error": LEAKS}, 500)), cut_before(), link("Kim-of-ours")):
        inner_edu.web.trouble(onward, path=path)
        inner_edu.web.trouble(wrong, path=path, nth=2, times=math.inf)
        done = sync()
        assert done.exit_code == 5
        assert "Kim-of-ours" not in done.stdout + done.stderr
        assert f"GET {inner_edu.url}/{path[2:]}" in (done.stdout + done.stderr).replace("\n", " ")
        inner_edu.web.calm()


def test_a_run_that_is_killed_has_made_nothing_twice(
    sync: Sync, fates: Fates, inner_edu: InnerEdu, database: Database, toolbox_process: ToolboxProcess
) -> None:
    environ = {"TOOLBOX_INNER_EDU_URL": inner_edu.url, "TOOLBOX_INNER_EDU_TOKEN": TOKEN}
    for method in ("POST", "PUT"):
        process = toolbox_process.start("quests", "sync", database=database, environ=environ)

        def killed(exchange: Exchange, process: Any = process) -> bool:
            exchange.handle()
            process.kill()
            return False

        inner_edu.web.trouble(killed, method=method)
        assert process.wait(60) == -signal.SIGKILL
        with database.connect() as connection, advisory_lock(connection, INNER_EDU, wait_s=10):
            assert one(database, "SELECT count(*) FROM quests WHERE deployed_to_inner_edu") == 0
    assert fates()[:2] == (0, {"two-doors": "linked"})
    assert inner_edu.asked("POST", "PUT") == ["POST /quests", f"PUT /quests/{inner_edu.only.id}/deployment"]
    assert one(database, LINK) == f"true {inner_edu.only.id}"


def test_a_token_that_is_not_taken_is_tried_once(fates: Fates, sync: Sync, inner_edu: InnerEdu) -> None:
    assert sync(token="another-token").exit_code == 5  # noqa: S106
    assert inner_edu.asked("GET") == ["GET /service"]


def test_a_server_that_is_down_is_left_alone(sync: Sync, inner_edu: InnerEdu, database: Database) -> None:
    database.execute("""
        INSERT INTO pas_in_peace.quests (user_id, quest_id, title, quest_yaml, graph_structure, moderation_status)
        SELECT 17, 'door-' || n, title, quest_yaml, graph_structure, 'approved'
        FROM pas_in_peace.quests, generate_series(1, 20) AS n""")
    inner_edu.web.trouble(cut_before(), method="POST", times=math.inf)
    assert sync("--no-progress").exit_code == 5
    assert len(inner_edu.asked("POST")) == 12  # four tries of three quests
    with inner_edu.web.refusing():
        assert sync().exit_code == 5
