"""One psql that runs script after script, as it would run each from a file."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Final

from tests.support.servers import SYSTEM_VERSION, Database, system_binaries
from toolbox_cli.core.database.embedded import Binaries

_END: Final = "-- that was the script --"


@dataclass(frozen=True)
class Psql:
    """A running psql, with ON_ERROR_STOP: after an error it is gone."""

    process: subprocess.Popen[str]

    def run(self, text: str) -> str | None:
        """Run a script; give what psql said where it stopped at an error."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with suppress(BrokenPipeError):  # it stopped at an error
            self.process.stdin.write(f"RESET ALL;\n{text}\n\\echo {_END}\n")
            self.process.stdin.flush()
        said = list(_until_end(self.process.stdout))
        return None if said and said[-1] == _END else "\n".join(said)


def _until_end(stream: IO[str]) -> Iterator[str]:
    for line in stream:
        yield line.rstrip("\n")
        if line.startswith(_END):
            return


@contextmanager
def psql_of(database: Database) -> Iterator[Psql]:
    """Start the psql of the server's own version."""
    system = system_binaries()
    own = Binaries.of_folder(system) if database.version == SYSTEM_VERSION and system else None
    binaries = own or Binaries.of_wheel(database.version)
    argv = [binaries.program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "-d", database.conninfo]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(argv, text=True, **pipes) as process:
        try:
            yield Psql(process)
        finally:
            process.kill()
