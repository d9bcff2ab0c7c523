from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.db.adoption.installations import OTHERS, SEEN, contract_sql, document, installed, rows_of
from tests.support.commands import CommandLine
from tests.support.servers import Database, Server

INSTALLATIONS = {
    "document-001": ("toolboxai", "001", (document("document_001"),)),
    "document-004": ("frames", "frames_phase_3", (document("document_004"), document("document_004_extended"))),
    "contract": ("pas_in_peace", "phase_4_3_integration", (contract_sql(),)),
    "contract-bare": ("pas_in_peace", "phase_4_3_integration", (contract_sql(checks=False, indexes=False),)),
    "contract-otherwise": (
        "pas_in_peace",
        "phase_4_3_integration",
        (contract_sql(numbered="integer GENERATED ALWAYS AS IDENTITY", turned=True),),
    ),
    "public-002": ("pas_in_peace", "phase_4_3_integration", (document("public_002"),)),
}
"""Name to platform, revision and statements."""


@pytest.fixture(scope="session")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where replayed histories are kept from test to test."""
    return tmp_path_factory.mktemp("memory")


@pytest.fixture
def cli(cli: CommandLine, memory: Path) -> CommandLine:
    return CommandLine({**cli.environ, "XDG_CACHE_HOME": str(memory)}, cli.folder)


def configure(cli: CommandLine, platform: str, schema: str = "public") -> None:
    Path(cli.folder, "toolbox.yaml").write_text(f"platforms:\n  {platform}:\n    schema: {schema}\n")


@pytest.fixture(scope="session")
def frames_template(server: Server) -> Iterator[str]:
    """A database of document 004 with rows, in `public`, with things of others beside it."""
    with server.temporary() as made:
        statements = (document("document_004"), document("document_004_extended"), rows_of("frames"))
        installed(made, *statements, OTHERS, SEEN["frames"])
        yield made.name


@pytest.fixture
def frames(server: Server, frames_template: str, cli: CommandLine) -> Iterator[Database]:
    """That database, and a command line that knows where frames lives."""
    configure(cli, "frames")
    with server.temporary(frames_template) as made:
        yield made
