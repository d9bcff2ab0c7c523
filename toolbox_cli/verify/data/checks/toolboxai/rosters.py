"""Rosters of learning management systems: who is in which course, who that is here, and what syncs wrote down."""

from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.verify.data.check import Check

CHECKS: Final = (
    Check(
        "removed-integration-secrets",
        "lms_integrations",
        "removed_at, client_secret_encrypted, api_key_encrypted, refresh_token_encrypted",
        Severity.ERROR,
        "An integration that was removed has no secrets any more.",
        "Keys to a school's system are kept for nothing.",
        "Set the secrets to null, and have them revoked at the system.",
        """
        SELECT id FROM {toolboxai}.lms_integrations WHERE removed_at IS NOT NULL
        AND coalesce(client_secret_encrypted, api_key_encrypted, refresh_token_encrypted) IS NOT NULL""",
    ),
    Check(
        "enrollment-across",
        "lms_enrollments",
        "lms_course_id, lms_identity_id",
        Severity.ERROR,
        "Somebody is in courses of the system alone whose account it is.",
        "The course was read through one integration, the account through another: grades go to the wrong school, and"
        " no sync sees the row.",
        "Find out who wrote the row, and delete it; the next sync brings what there is.",
        """
        SELECT e.id FROM {toolboxai}.lms_enrollments AS e
        JOIN {toolboxai}.lms_courses AS c ON c.id = e.lms_course_id
        JOIN {toolboxai}.lms_identities AS i ON i.id = e.lms_identity_id
        WHERE c.lms_integration_id IS DISTINCT FROM i.lms_integration_id""",
    ),
    Check(
        "enrollment-of-gone",
        "lms_enrollments",
        "status",
        Severity.WARNING,
        "Who or what a system no longer has is in no course that goes on.",
        "The system lists enrollments of a person or course that it does not have, which each sync reports; or the row"
        " was written by something else. Lists of a class still show them.",
        "Look at the issues of the latest sync with toolbox lms run, and have the system's records mended.",
        """
        SELECT e.id FROM {toolboxai}.lms_enrollments AS e
        JOIN {toolboxai}.lms_courses AS c ON c.id = e.lms_course_id
        JOIN {toolboxai}.lms_identities AS i ON i.id = e.lms_identity_id
        WHERE e.source = 'sync' AND e.status IN ('active', 'future')
        AND (c.status = 'removed' OR i.status = 'removed' AND i.merged_into_id IS NULL)""",
    ),
    Check(
        "identity-merged-astray",
        "lms_identities",
        "merged_into_id",
        Severity.ERROR,
        "Merged identities lead to one of the same integration that counts.",
        "They lead in a circle, or into another school's system: nobody counts for the person, who is in no list.",
        "Set merged_into_id of one of them to null, and merge again with toolbox lms identities.",
        """
        WITH RECURSIVE counting AS (
            SELECT id, lms_integration_id FROM {toolboxai}.lms_identities WHERE merged_into_id IS NULL
            UNION ALL
            SELECT i.id, i.lms_integration_id FROM {toolboxai}.lms_identities AS i
            JOIN counting AS c ON (c.id, c.lms_integration_id) = (i.merged_into_id, i.lms_integration_id)
        )
        SELECT id FROM {toolboxai}.lms_identities WHERE merged_into_id IS NOT NULL AND id NOT IN (
            SELECT id FROM counting)""",
    ),
    Check(
        "identity-of-administrator",
        "lms_identities",
        "user_id, account_made",
        Severity.WARNING,
        "No account that a roster made is an administrator's or developer's.",
        "It was raised since. Syncs leave it alone, but who it is stays in the hands of whoever rules the school's"
        " system.",
        "Give the person an account of their own to administer with, and make this one a teacher's again; or tie the"
        " identity to another account with toolbox lms identities --link.",
        """
        SELECT i.id FROM {toolboxai}.lms_identities AS i JOIN {toolboxai}.users AS u ON u.id = i.user_id
        WHERE i.account_made AND (u.role IN ('admin', 'developer') OR u.is_superuser)""",
    ),
    Check(
        "account-of-several",
        "lms_identities",
        "user_id",
        Severity.WARNING,
        "Of one system, at most one person that is present is the same account here.",
        "Two people of the system share an account, and see each other's results; or one has two keys that nobody"
        " merged.",
        "If they are one person, merge them with toolbox lms identities --merge; otherwise give one another account"
        " with --link.",
        """
        SELECT id FROM (
            SELECT id, count(*) OVER (PARTITION BY lms_integration_id, user_id) AS people
            FROM {toolboxai}.lms_identities
            WHERE user_id IS NOT NULL AND status = 'present' AND merged_into_id IS NULL
        ) AS counted WHERE people > 1""",
    ),
    Check(
        "run-across",
        "lms_sync_runs",
        "approves_run_id, undoes_run_id",
        Severity.ERROR,
        "A run approves or takes back runs of its own integration alone.",
        "What a person agreed to for one school was done to another.",
        "Find out who wrote the row; if rows were changed by it, take it back with toolbox lms undo.",
        """
        SELECT r.id FROM {toolboxai}.lms_sync_runs AS r
        JOIN {toolboxai}.lms_sync_runs AS o ON o.id IN (r.approves_run_id, r.undoes_run_id)
        WHERE o.lms_integration_id <> r.lms_integration_id""",
    ),
    Check(
        "journal-not-of-run",
        "lms_sync_changes",
        "applied",
        Severity.ERROR,
        "The journal says of changes that they were applied exactly where their run was.",
        "A run that changed nothing claims changes, or one that was applied claims none: undoing would do the wrong"
        " thing.",
        "Find out who wrote the rows or changed the run's status; don't undo the run.",
        """
        SELECT c.run_id, c.number FROM {toolboxai}.lms_sync_changes AS c
        JOIN {toolboxai}.lms_sync_runs AS r ON r.id = c.run_id
        WHERE c.applied <> (r.status IN ('success', 'partial', 'undone'))""",
        ("run_id", "number"),
    ),
    Check(
        "purged-run-not-empty",
        "lms_sync_changes",
        "before, after",
        Severity.ERROR,
        "The journal of a run that was purged holds nothing of people.",
        "Names and addresses are kept that were said to be forgotten.",
        "Set purged_at of the runs to null, and purge again with toolbox lms purge.",
        """
        SELECT c.run_id, c.number FROM {toolboxai}.lms_sync_changes AS c
        JOIN {toolboxai}.lms_sync_runs AS r ON r.id = c.run_id CROSS JOIN jsonb_build_object() AS nothing
        WHERE r.purged_at IS NOT NULL AND (c.before - 'is_active' <> nothing OR c.after - 'is_active' <> nothing)""",
        ("run_id", "number"),
    ),
)
