"""What agents have made is deployed only after a person's judgement of exactly that."""

import uuid

import psycopg
import pytest

from tests.agents.workflow.running import approved
from tests.agents.workflow.stored import Connection, one, person, rows

OWN = {
    "roblox_content": "INSERT INTO roblox_content (lesson_id, title, content_type, content_data, is_deployed)"
    " SELECT id, 'Own', 'MODEL', '{}', true FROM lessons RETURNING id",
    "roblox_scripts": "INSERT INTO roblox_scripts (name, script_type, content, deployed_to_studio)"
    " VALUES ('Own', 'server', 'return', true) RETURNING id",
}
"""What people made and deployed."""


def judge(
    connection: Connection, by: uuid.UUID, *, approved_: bool = True, sha256: str | None = None,
    task: uuid.UUID | None = None, at: str = "now",
) -> None:  # fmt: skip
    connection.execute(
        "INSERT INTO agent_reviews (task_id, content_sha256, approved, reviewed_by, reviewed_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        (task or approved().root.id, sha256 or approved().done["content_sha256"], approved_, by, at),
    )


DEPLOY = "UPDATE roblox_content SET is_deployed = true"
DEPLOY_SCRIPTS = "UPDATE roblox_scripts SET deployed_to_studio = true"


def refused(connection: Connection, query: str) -> str:
    with pytest.raises(psycopg.errors.CheckViolation) as caught, connection.transaction():
        connection.execute(query.encode())
    assert caught.value.diag.constraint_name == "agent_reviews_before_deployment"
    return str(caught.value.diag.message_primary)


def test_nothing_that_agents_made_is_deployed_on_their_word_alone(stored: Connection) -> None:
    for deploy in (DEPLOY, DEPLOY_SCRIPTS):
        assert "no person has judged it" in refused(stored, deploy)
    judge(stored, person(stored), approved_=False)
    assert "does not approve it" in refused(stored, DEPLOY)
    judge(stored, person(stored), sha256="0" * 64)
    assert "does not approve it" in refused(stored, DEPLOY)
    judge(stored, person(stored))
    for deploy in (DEPLOY, DEPLOY_SCRIPTS):
        assert stored.execute(deploy.encode()).rowcount > 0


@pytest.mark.parametrize(
    ("table", "flag", "change"),
    [
        ("roblox_content", "is_deployed", "title = title || '!'"),
        ("roblox_content", "is_deployed", "content_type = 'MODEL'"),
        ("roblox_content", "is_deployed", "script_content = 'return'"),
        ("roblox_content", "is_deployed", 'content_data = content_data || \'{"place": "Workspace"}\''),
        ("roblox_content", "is_deployed", "roblox_properties = '{\"Locked\": false}'"),
        ("roblox_scripts", "deployed_to_studio", "name = name || '2'"),
        ("roblox_scripts", "deployed_to_studio", "script_type = 'module'"),
        ("roblox_scripts", "deployed_to_studio", "content = 'return'"),
        ("roblox_scripts", "deployed_to_studio", 'dependencies = ARRAY[\'{"name": "Loader"}\'::jsonb]'),
    ],
)
def test_whatever_players_meet_is_part_of_what_was_approved(
    stored: Connection, table: str, flag: str, change: str
) -> None:
    judge(stored, person(stored))
    assert "nobody has judged the change" in refused(stored, f"UPDATE {table} SET {flag} = true, {change}")
    stored.execute(f"UPDATE {table} SET {flag} = true".encode())
    assert "nobody has judged the change" in refused(stored, f"UPDATE {table} SET {change}")


def test_a_judgement_is_of_one_workflow(stored: Connection) -> None:
    other = uuid.uuid4()
    stored.execute(
        "INSERT INTO agent_tasks (id, task_type, task_name, input_data) VALUES (%s, 'generate_environment', 'L', '{}')",
        (other,),
    )
    judge(stored, person(stored), task=other)
    assert "no person has judged it" in refused(stored, DEPLOY)


def test_the_last_judgement_counts_by_whatever_clock_it_is_dated(stored: Connection) -> None:
    judge(stored, person(stored))
    judge(stored, person(stored), approved_=False, at="2001-01-01 00:00:00+00")
    assert "does not approve it" in refused(stored, DEPLOY)
    judge(stored, person(stored))
    assert stored.execute(DEPLOY.encode()).rowcount == 6


@pytest.mark.parametrize(("table", "made", "key", "digest"), [
    ("roblox_content", "agent_made_content", "roblox_content_id", "roblox_content_hash"),
    ("roblox_scripts", "agent_made_scripts", "roblox_script_id", "roblox_script_hash"),
])  # fmt: skip
def test_what_is_deployed_is_not_said_to_be_approved_by_a_hash_that_it_has_not(
    stored: Connection, table: str, made: str, key: str, digest: str
) -> None:
    judge(stored, person(stored))
    (own,) = rows(stored, OWN[table])
    signing = f"INSERT INTO {made} ({key}, task_id, content_sha256, object_sha256) SELECT o.id, task_id, content_sha256"
    of = f"FROM {made} AS m, {table} AS o WHERE o.id = '{own}' LIMIT 1"
    assert "nobody has judged the change" in refused(stored, f"{signing}, m.object_sha256 {of}")
    stored.execute(f"{signing}, {digest}(o) {of}".encode())


@pytest.mark.parametrize(("role", "active"), [("student", True), ("parent", True), (None, True), ("teacher", False)])
def test_who_may_not_judge_approves_nothing(stored: Connection, role: str | None, active: bool) -> None:
    judge(stored, person(stored, role, active=active))
    for deploy in (DEPLOY, DEPLOY_SCRIPTS):
        assert "who approved it" in refused(stored, deploy)


@pytest.mark.parametrize("role", ["teacher", "admin", "developer"])
def test_teachers_administrators_and_developers_judge(stored: Connection, role: str) -> None:
    judge(stored, person(stored, role))
    assert stored.execute(DEPLOY.encode()).rowcount == 6


KINDS = pytest.mark.parametrize(
    ("table", "flag", "digest", "text", "figure"),
    [
        ("roblox_content", "is_deployed", "roblox_content_hash", "script_content", "usage_count = 3"),
        ("roblox_scripts", "deployed_to_studio", "roblox_script_hash", "content", "tested = true"),
    ],
)


@KINDS
def test_a_judgement_is_of_exactly_this_content(
    stored: Connection, table: str, flag: str, digest: str, text: str, figure: str
) -> None:
    by = person(stored)
    judge(stored, by)
    deploy, take_back = f"UPDATE {table} SET {flag} = true", f"UPDATE {table} SET {flag} = false"
    stored.execute(deploy.encode())
    change = f"UPDATE {table} SET {text} = {text} || ' ' WHERE id = (SELECT min(id::text)::uuid FROM {table})"
    assert "nobody has judged the change" in refused(stored, change)
    stored.execute(take_back.encode())
    stored.execute(change.encode())
    assert "nobody has judged the change" in refused(stored, deploy)
    new = f"SELECT {digest}(o) FROM {table} AS o WHERE id = (SELECT min(id::text)::uuid FROM {table})"
    judge(stored, by, sha256=one(stored, new))
    assert stored.execute(deploy.encode()).rowcount > 1


@KINDS
def test_what_is_deployed_can_be_counted_after_a_later_refusal_but_not_deployed_again(
    stored: Connection, table: str, flag: str, digest: str, text: str, figure: str
) -> None:
    by = person(stored)
    judge(stored, by)
    deploy = f"UPDATE {table} SET {flag} = true"
    stored.execute(deploy.encode())
    judge(stored, by, approved_=False)
    stored.execute(f"UPDATE {table} SET {figure}".encode())
    stored.execute(f"UPDATE {table} SET {flag} = false".encode())
    assert "does not approve it" in refused(stored, deploy)


@pytest.mark.parametrize("table", ["agent_made_content", "agent_made_scripts"])
@pytest.mark.parametrize("query", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET object_sha256 = repeat('0', 64)"])
def test_that_agents_made_it_can_not_be_forgotten(stored: Connection, table: str, query: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), stored.transaction():
        stored.execute(query.format(table).encode())


def test_that_agents_made_it_goes_with_the_object(stored: Connection) -> None:
    stored.execute(b"DELETE FROM roblox_content; DELETE FROM roblox_scripts")
    assert one(stored, "SELECT count(*) FROM agent_made_content") == 0
    assert one(stored, "SELECT count(*) FROM agent_made_scripts") == 0


def test_what_people_made_is_deployed_as_before(stored: Connection) -> None:
    for made in OWN.values():
        assert len(rows(stored, made)) == 1


def test_who_may_not_read_judgements_deploys_what_was_approved_and_nothing_else(stored: Connection) -> None:
    stored.execute(
        b"""
        CREATE ROLE studio;
        GRANT USAGE ON SCHEMA toolboxai TO studio;
        GRANT SELECT, UPDATE ON toolboxai.roblox_content, toolboxai.roblox_scripts TO studio;
        SET LOCAL ROLE studio;
        CREATE TEMPORARY TABLE agent_made_content (roblox_content_id uuid);
        CREATE TEMPORARY TABLE agent_made_scripts (roblox_script_id uuid);
        CREATE TEMPORARY TABLE agent_reviews (id int)"""
    )
    for deploy in (DEPLOY, DEPLOY_SCRIPTS):
        assert "no person has judged it" in refused(stored, deploy)
    stored.execute(b"RESET ROLE; DROP TABLE pg_temp.agent_reviews")
    judge(stored, person(stored))
    stored.execute(b"SET LOCAL ROLE studio")
    for deploy in (DEPLOY, DEPLOY_SCRIPTS):
        assert stored.execute(deploy.encode()).rowcount > 0
