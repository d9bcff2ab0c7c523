"""One person is forgotten wherever an integration has them, and nobody else."""

from typing import Any

from tests.lms.made import school
from tests.lms.purge.conftest import marks, with_zebulon, without_zebulon
from tests.lms.runs.conftest import Runs

ALL = (
    "lms_sync_changes", "lms_sync_issues", "lms_sync_runs", "lms_identities", "lms_enrollments", "lms_courses",
    "lms_assignments",
)  # fmt: skip


def of_others(runs: Runs) -> dict[str, list[dict[str, Any]]]:
    """Give all that is not about Zebulon, as text."""
    [[zebulon, user]] = runs.database.execute(
        "SELECT id, user_id FROM toolboxai.lms_identities WHERE external_user_id ~ 'zeb|erased'"
    )
    theirs = {
        "lms_identities": f"id = '{zebulon}'", "lms_enrollments": f"lms_identity_id = '{zebulon}'", "users": "false",
        "lms_sync_changes": f"row_id IN ('{zebulon}', '{user}') OR row_id IN ("
        f"SELECT id FROM lms_enrollments WHERE lms_identity_id = '{zebulon}')"
        " OR table_name = 'lms_courses' AND action = 'update'",
        "lms_courses": "external_course_id = 'c1'",
    }  # fmt: skip
    return {
        table: runs.rows(f"SELECT to_jsonb(t)::text AS t FROM {table} AS t WHERE NOT coalesce({his}, false) ORDER BY 1")
        for table, his in theirs.items()
    }


def test_who_is_read_still_is_not_forgotten(runs: Runs) -> None:
    runs.sync(with_zebulon())
    refused = runs("purge", "district", "--person", "s-zeb", "--yes")
    assert (refused.exit_code, "--opt-out s-zeb" in refused.stderr) == (4, True)
    assert marks(runs, "lms_identities")


def test_who_opted_out_is_forgotten_but_for_the_key_that_keeps_them_out(runs: Runs) -> None:
    run = runs.sync(with_zebulon()).id
    runs.sync(with_zebulon().having("users", "s-zeb", email="zeb@quill.example"))
    assert runs.rows("SELECT 1 FROM lms_courses WHERE instructor_name = 'Zebulon Quill'")
    assert runs("identities", "district", "--opt-out", "s-zeb").exit_code == 0
    before = of_others(runs)
    done = runs.report("purge", "district", "--person", "s-zeb", "--yes")
    assert done["summary"]["people"] == 1
    assert (done["summary"]["courses"], done["summary"]["issues"]) == (1, 4)
    assert any("its results stay" in said for said in done["items"][0]["warnings"])
    assert marks(runs, *ALL) == {"lms_identities": {"s-zeb"}}
    assert of_others(runs) == before
    refused = runs("undo", str(run), "--yes")
    assert (refused.exit_code, "is forgotten" in refused.stderr) == (4, True)
    assert runs("run", str(run), "--diff").exit_code == 0
    [audit] = runs.rows("SELECT to_jsonb(t)::text AS t FROM toolbox.audit_log AS t WHERE command ~ 'purge'")
    assert "toolbox lms purge district --person" in audit["t"]
    assert "zeb" not in audit["t"]


def test_syncs_do_not_bring_back_who_is_forgotten(runs: Runs) -> None:
    runs.sync(with_zebulon())
    runs("identities", "district", "--opt-out", "s-zeb")
    runs.report("purge", "district", "--person", "s-zeb", "--yes")
    later = runs.sync(with_zebulon().having("users", "s1", given_name="Renamed"))
    assert later.counts["user"] == {"update": 1}
    assert not marks(runs, "lms_sync_changes", "lms_courses")
    assert marks(runs, "lms_identities") == {"lms_identities": {"s-zeb"}}
    again = runs.report("purge", "district", "--person", "s-zeb", "--yes")
    assert not any(again["items"][0][name] for name in ("changes", "people", "enrollments", "courses"))


def test_who_left_is_forgotten_with_all_keys(runs: Runs) -> None:
    roster = with_zebulon()
    runs.sync(roster)
    runs.sync(without_zebulon())
    done = runs.report("purge", "district", "--person", "s-zeb", "--yes")
    assert done["summary"]["people"] == 1
    assert marks(runs, *ALL) == {}
    assert runs("purge", "district", "--person", "s-zeb", "--yes").exit_code == 2
    assert runs.sync(roster).counts["user"] == {"insert": 1}


def test_whom_an_undoing_took_away_is_found_in_the_journal(runs: Runs) -> None:
    run = runs.sync(with_zebulon()).id
    assert runs("undo", str(run), "--yes").exit_code == 0
    assert marks(runs, "lms_sync_changes")["lms_sync_changes"] >= {"zebulon", "z.quill@home.example"}
    assert not runs.rows("SELECT FROM lms_identities")
    done = runs.report("purge", "district", "--person", "s-zeb", "--yes")
    assert done["summary"]["changes"] > 0
    assert marks(runs, *ALL) == {}


def test_messages_are_forgotten_that_name_the_person_and_no_others(runs: Runs) -> None:
    named = ["Of s-zeb: no.", "Zebulon Quill (z.quill@home.example)", "the login zq-login", "s-zeb"]
    kept = ["Of s-zebra: no.", "Zebulon Quilling", "The connection was cut."]
    runs.sync(with_zebulon())
    runs.rows(
        "INSERT INTO lms_sync_runs (lms_integration_id, mode, status, ended_at, error_message)"
        " SELECT i.id, 'full', 'failed', now(), said FROM lms_integrations AS i, unnest(%s::text[]) AS said",
        [named + kept],
    )
    runs.sync(without_zebulon())
    runs.report("purge", "district", "--person", "s-zeb", "--yes")
    left = runs.rows("SELECT error_message FROM lms_sync_runs WHERE status = 'failed' ORDER BY id")
    assert [row["error_message"] for row in left] == [None] * len(named) + kept


def test_a_trial_forgets_nobody(runs: Runs) -> None:
    runs.sync(with_zebulon())
    runs.sync(without_zebulon())
    before = marks(runs, *ALL)
    assert runs.report("purge", "district", "--person", "s-zeb", "--dry-run")["summary"]["people"] == 1
    assert marks(runs, *ALL) == before


def test_the_same_person_elsewhere_is_said(runs: Runs) -> None:
    runs.add("moodle")
    runs.sync(with_zebulon())
    runs.sync(school(1, 1), "moodle")
    runs.rows(
        "UPDATE lms_identities SET user_id = (SELECT user_id FROM lms_identities WHERE external_user_id = 's-zeb')"
        " WHERE external_user_id = 's0' AND lms_integration_id = ("
        " SELECT id FROM lms_integrations WHERE name = 'moodle')"
    )
    runs.sync(without_zebulon())
    done = runs.report("purge", "district", "--person", "s-zeb", "--yes")
    assert "moodle knows the same person: forget them there too." in done["items"][0]["warnings"]
