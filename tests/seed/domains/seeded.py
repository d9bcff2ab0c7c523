"""The learning platform's domains in a database, on reference data that is small enough to make up."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.seed.domains.small_reference import small_reference
from tests.support.school import target
from tests.support.servers import Database
from toolbox_cli.content.reference.keys import reference_uuid
from toolbox_cli.core.settings import Settings
from toolbox_cli.seed import seeding
from toolbox_cli.seed.domains.classes.roster import SUBJECTS_A_CLASS
from toolbox_cli.seed.making.domain import Reference
from toolbox_cli.seed.wishes import Seeded, Wishes

AGENTS: Final = ("supervisor", "content", "quiz", "terrain", "script", "review")


def whole_reference() -> Reference:
    """Make the small reference data, agents with it."""
    agents = {
        f"{kind}-agent": {
            "id": reference_uuid("ai_agents", f"{kind}-agent"), "name": f"{kind}-agent", "agent_type": kind,
            "version": "1.0", "model_config": {"model": "offline"}, "priority": 5, "retry_count": 3,
        }
        for kind in AGENTS
    }  # fmt: skip
    small = small_reference()
    owner = reference_uuid("users", "system")
    users = {"system": {"id": owner, "username": "system", "email": "system@toolbox.example", "password_hash": "!"}}
    templates = {
        slug: {"creator_id": owner, "base_structure": {}, "is_public": True, "coppa_compliant": True, **row}
        for slug, row in small["roblox_templates"].items()
    }
    return {"users": users, **small, "roblox_templates": templates, "ai_agents": agents}


REFERENCE: Final = whole_reference()


def subjects_share() -> float:
    """Say which part the reference data's subjects are of those that a class is usually taught."""
    return min(1.0, len({row["subject"] for row in REFERENCE["educational_content"].values()}) / SUBJECTS_A_CLASS)


def load(database: Database, wishes: Wishes) -> Seeded:
    """Load reference data, then what is wished for."""
    with database.connect(autocommit=False) as connection, pytest.MonkeyPatch.context() as patch:
        connection.execute("SET LOCAL session_replication_role = replica")
        for table, rows in REFERENCE.items():
            for row in rows.values():
                connection.execute(*_insert(table, row))
        connection.execute("SET LOCAL session_replication_role = origin")
        connection.commit()
        patch.setattr(seeding._Seeding, "_reference", lambda _self, _domains: REFERENCE)
        return seeding.seed(target(database), Settings(), wishes)


def _insert(table: str, row: Mapping[str, Any]) -> tuple[sql.Composed, list[Any]]:
    statement = sql.SQL("INSERT INTO toolboxai.{} ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
    )
    return statement, [Jsonb(value) if isinstance(value, dict | list) else value for value in row.values()]
