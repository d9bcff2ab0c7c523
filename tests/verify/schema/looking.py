"""Verify a test's database, and write the findings down in short."""

from tests.support.servers import Database
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.findings import Finding
from toolbox_cli.db.expected.expected import Workshop
from toolbox_cli.verify.schema.verifying import verify_schema


def findings(database: Database, workshop: Workshop, *platforms: str, **schemas: str) -> list[Finding]:
    """Give what verification finds in some platforms, under their own names or others."""
    names = Names({**{platform: platform for platform in platforms}, **schemas})
    with database.connect() as connection:
        checked = verify_schema(connection, names, workshop)
    return [finding for case in checked.cases for finding in case.findings]


def lines(found: list[Finding], schema: str) -> list[str]:
    """Write findings as "severity code object field", the object without its schema."""
    return sorted(
        " ".join(filter(None, (one.severity, one.code, one.object.removeprefix(f"{schema}."), one.field)))
        for one in found
    )
