"""Accounts and how they sign in."""

from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.verify.data.check import Check

CHECKS: Final = (
    Check(
        "password-hash",
        "users",
        "password_hash",
        Severity.ERROR,
        "A password is kept as a salted hash that names its algorithm.",
        "The column holds a password, or a hash without salt, which is as good as one. A value that begins with ! or *"
        " is no password at all, and right.",
        "Set it to '!' and have the person choose a new password.",
        "SELECT id FROM {toolboxai}.users WHERE password_hash !~ %(password)s",
    ),
    Check(
        "two-factor-secret",
        "users",
        "two_factor_secret",
        Severity.ERROR,
        "The seed of one-time codes is encrypted.",
        "The column holds the seed as authenticator apps take it: whoever reads it can make the codes.",
        "Turn the second factor off, and have the person set it up again once the program encrypts.",
        "SELECT id FROM {toolboxai}.users WHERE two_factor_secret ~ %(plain_seed)s",
    ),
    Check(
        "user-session-tokens",
        "user_sessions",
        "token, refresh_token",
        Severity.ERROR,
        "Session tokens are kept as hashes.",
        "The column holds what looks like the token itself: whoever reads it is signed in as that person.",
        "Revoke the sessions, have the program write hashes, and delete the rows.",
        "SELECT id FROM {toolboxai}.user_sessions WHERE token !~ %(hash)s OR refresh_token !~ %(hash)s",
    ),
    Check(
        "revoked-session-active",
        "user_sessions",
        "is_active, revoked_at",
        Severity.ERROR,
        "A revoked session is not active.",
        "A program that looks at is_active alone lets the person, or a thief, go on.",
        "Set is_active to false.",
        "SELECT id FROM {toolboxai}.user_sessions WHERE revoked_at <= now() AND is_active",
    ),
    Check(
        "closed-account-session",
        "user_sessions",
        "is_active",
        Severity.ERROR,
        "A closed account has no session that still works.",
        "Somebody whose account was closed is signed in.",
        "Set revoked_at to now() and is_active to false.",
        """
        SELECT s.id FROM {toolboxai}.user_sessions AS s JOIN {toolboxai}.users AS u ON u.id = s.user_id
        WHERE NOT u.is_active AND s.is_active AND s.revoked_at IS NULL
          AND greatest(s.expires_at, s.refresh_expires_at) > now()""",
    ),
    Check(
        "email-spelled-twice",
        "users",
        "email",
        Severity.WARNING,
        "No two accounts have the same address but for upper and lower case.",
        "One person has two accounts most likely, each with a part of their work.",
        "Ask the person which one to keep, and close the other.",
        """
        SELECT id FROM (
            SELECT id, count(*) OVER (PARTITION BY lower(email)) AS accounts FROM {toolboxai}.users
        ) AS counted WHERE accounts > 1""",
    ),
)
