"""Play a dump into a database: the old contents, the dump and our own last words are one transaction."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from toolbox_cli.db.backup.client.failures import explain
from toolbox_cli.db.backup.client.programs import Access, Programs

FAILED: Final = "The backup was not restored"
CHUNK_BYTES: Final = 1 << 20
_HEADER_LINES: Final = 60
_END_OF_HEADER: Final = b"SELECT pg_catalog.set_config('search_path'"
_NEWER_SETTING: Final = b"SET transaction_timeout"
"""Programs from version 17 on set it, and servers before 17 do not know it."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A dump, and how to read it.

    Attributes:
        rights: with owners and grants.
    """

    dump: Path
    programs: Programs
    rights: bool = True

    def play(self, access: Access, server_major: int, before: Sequence[str], after: Sequence[str]) -> None:
        """Run statements, the dump and statements in one transaction.

        Args:
            access: to the database.
            server_major: its version.
            before: run first.
            after: run last; then the transaction is committed.

        Raises:
            ToolboxError: nothing was changed; says why.
        """
        with tempfile.TemporaryDirectory(prefix="toolbox-restore-") as folder:
            contents = Path(folder) / "contents"
            contents.write_text("\n".join(self.contents()) + "\n", encoding="utf-8")
            with _running(self._reader(contents)) as reader, _running(self._writer(access)) as writer:
                self._pass_on(reader, writer, server_major, before, after)

    def contents(self) -> list[str]:
        """List what will be restored, as `pg_restore --list` writes it.

        What only an extension's owner may say of it is left out.

        Raises:
            InputError: this is no dump.
        """
        command = self.programs.command("pg_restore", "--list", str(self.dump))
        done = subprocess.run(  # noqa: S603  a program that we chose
            command, env=self.programs.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise explain(FAILED, done.stderr)
        return [line for line in done.stdout.splitlines() if " COMMENT - EXTENSION " not in line]

    def _reader(self, contents: Path) -> "_Child":
        rights = () if self.rights else ("--no-owner", "--no-privileges")
        argv = self.programs.command("pg_restore", "--file=-", f"--use-list={contents}", *rights, str(self.dump))
        return _Child(argv, self.programs.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)

    def _writer(self, access: Access) -> "_Child":
        options = ("--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--file=-")
        argv = self.programs.command("psql", *options, f"--dbname={access.conninfo}")
        environment = self.programs.environment(access.variables)
        return _Child(argv, environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)

    @staticmethod
    def _pass_on(
        reader: "_Running", writer: "_Running", server_major: int, before: Sequence[str], after: Sequence[str]
    ) -> None:
        """Without the last COMMIT, which only a dump that was read to its end gets, psql changes nothing."""
        with suppress(BrokenPipeError):
            writer.write("BEGIN", *before)
            for line in _header(reader.stdout, server_major):
                writer.stdin.write(line)
            shutil.copyfileobj(reader.stdout, writer.stdin, CHUNK_BYTES)
            if reader.ended_well():
                writer.write(*after, "COMMIT")
        written = writer.ended_well()
        if not written:
            raise explain(FAILED, writer.said())
        if not reader.ended_well():
            raise explain(FAILED, reader.said())


@dataclass(frozen=True, slots=True)
class _Child:
    """A program to run."""

    argv: list[str]
    environment: dict[str, str]
    stdin: int
    stdout: int


@dataclass(frozen=True, slots=True)
class _Running:
    """A program that runs."""

    process: subprocess.Popen[bytes]
    errors: IO[bytes]

    @property
    def stdin(self) -> IO[bytes]:
        assert self.process.stdin is not None  # noqa: S101  asked for a pipe
        return self.process.stdin

    @property
    def stdout(self) -> IO[bytes]:
        assert self.process.stdout is not None  # noqa: S101  asked for a pipe
        return self.process.stdout

    def write(self, *statements: str) -> None:
        self.stdin.write("".join(f"{statement};\n" for statement in statements).encode())

    def ended_well(self) -> bool:
        if self.process.stdin is not None:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
        return self.process.wait() == 0

    def said(self) -> str:
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")


@contextmanager
def _running(child: _Child) -> Iterator[_Running]:
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(  # noqa: S603  a program that we chose
            child.argv, env=child.environment, stdin=child.stdin, stdout=child.stdout, stderr=errors
        ) as process,
    ):
        try:
            yield _Running(process, errors)
        except BaseException:
            process.kill()
            raise


def _header(stream: IO[bytes], server_major: int) -> Iterator[bytes]:
    """Give the settings that a dump begins with, but for those that the server is too old for."""
    for _ in range(_HEADER_LINES):
        line = stream.readline()
        if server_major >= 17 or not line.startswith(_NEWER_SETTING):
            yield line
        if line.startswith(_END_OF_HEADER):
            return
