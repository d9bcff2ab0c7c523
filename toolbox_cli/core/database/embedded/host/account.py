"""The operating-system account that the server runs as: PostgreSQL refuses to run as root."""

import errno
import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolbox_cli.core.errors import ConfigurationError, RefusedError

DEFAULT_ACCOUNT = "toolbox"
FALLBACK_ACCOUNT = "postgres"
SYSTEM_PATH = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
NO_SUCH_SWITCH = (errno.EPERM, errno.EINVAL, errno.EAGAIN)


@dataclass(frozen=True)
class Account:
    """An account of this machine that can run programs of the server."""

    name: str
    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        return self.uid == os.geteuid()

    def run(self, argv: Sequence[str | os.PathLike[str]], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, away from the caller's folder and environment.

        Raises:
            ConfigurationError: root may not become this account here.
            OSError: the program can't be run.
        """
        if not self.is_me:
            groups = os.getgrouplist(self.name, self.gid)
            options |= {"user": self.uid, "group": self.gid, "extra_groups": groups}
        if "stdout" not in options:
            options["capture_output"] = True
        if "input" not in options:
            options["stdin"] = subprocess.DEVNULL
        try:
            return subprocess.run(  # noqa: S603 - every program is ours, no shell expands it
                argv, cwd="/", env=_environment(), text=True, errors="replace", check=False, **options
            )
        except OSError as error:
            if self.is_me or error.errno not in NO_SUCH_SWITCH:
                raise
            raise ConfigurationError(
                f"Root can't run a program as the account {self.name} here ({error.strerror}).",
                remedy="Run toolbox as a normal user.",
            ) from error


def choose_account(configured: str | None, owner_uid: int | None) -> Account:
    """Decide who runs the server.

    Args:
        configured: the account that the settings name, if any.
        owner_uid: who owns the data folder that is already there; a cluster never changes hands silently.

    Raises:
        ConfigurationError: the account is missing, is root, or is not the caller's to use.
        RefusedError: the data folder belongs to somebody else.
    """
    if os.geteuid() != 0:
        return _own_account(configured, owner_uid)
    if owner_uid is not None:
        return _owning_account(configured, owner_uid)
    return _named_account(configured) if configured else default_account()


def default_account(name: str = DEFAULT_ACCOUNT, search_path: str = SYSTEM_PATH) -> Account:
    """Find or create the system account; without `useradd`, take PostgreSQL's own."""
    trouble = "useradd is not installed"
    if (found := find_account(name)) is not None:
        return found
    if (useradd := shutil.which("useradd", path=search_path)) is not None:
        trouble = _create(useradd, name)
    if (found := find_account(name) or find_account(FALLBACK_ACCOUNT)) is not None:
        return found
    raise ConfigurationError(
        f"PostgreSQL does not run as root, and a system account for it could not be made: {trouble}.",
        remedy="Create a system account and name it in the setting server_account, or run toolbox as a normal user.",
    )


def find_account(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def account_of(uid: int) -> Account | None:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def name_of(uid: int) -> str:
    """Name an owner in a message, also one without an account here."""
    found = account_of(uid)
    return found.name if found else f"user id {uid}"


def _own_account(configured: str | None, owner_uid: int | None) -> Account:
    own = account_of(os.geteuid())
    if own is None:
        raise ConfigurationError(
            f"The user id {os.geteuid()} has no entry in /etc/passwd, which PostgreSQL needs.",
            remedy="Run toolbox as a user that the system knows, or add the entry.",
        )
    if configured not in (None, own.name):
        raise ConfigurationError(
            f"The setting server_account names {configured}, but only root can run the server as another account.",
            remedy=f"Leave the setting out, or run the command as {configured}.",
        )
    if owner_uid not in (None, own.uid):
        raise _not_ours(owner_uid)
    return own


def _owning_account(configured: str | None, owner_uid: int) -> Account:
    owner = account_of(owner_uid)
    if owner is None or owner.uid == 0:
        raise _not_ours(owner_uid)
    if configured not in (None, owner.name):
        raise ConfigurationError(
            f"The data folder belongs to the account {owner.name}, but the setting server_account names {configured}.",
            remedy=f"Leave the setting out, or give the data folder to {configured} with chown -R.",
        )
    return owner


def _not_ours(owner_uid: int | None) -> RefusedError:
    owner = name_of(owner_uid or 0)
    return RefusedError(
        f"The data folder belongs to {owner}, as which the server can't run here.",
        remedy="Give it back to the account that made it with chown -R, or choose another TOOLBOX_HOME.",
    )


def _named_account(name: str) -> Account:
    found = find_account(name)
    if found is None:
        raise ConfigurationError(
            f"The account {name} does not exist on this machine.",
            remedy=f"Create it with: useradd --system --no-create-home {name}",
        )
    if found.uid == 0:
        raise ConfigurationError(
            "PostgreSQL does not run as root, so the setting server_account can't name it.",
            remedy="Leave the setting out: toolbox then uses a system account.",
        )
    return found


def _create(useradd: str, name: str) -> str:
    """Return why it failed, if it did."""
    shell = shutil.which("nologin", path=SYSTEM_PATH) or "/bin/false"
    group = ["--gid", name] if _group_exists(name) else ["--user-group"]
    argv = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", shell, *group, name]
    done = subprocess.run(  # noqa: S603 - an absolute path and constant arguments
        argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=_environment(), check=False
    )
    return done.stderr.strip() or f"useradd ended with status {done.returncode}"


def _group_exists(name: str) -> bool:
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def _environment() -> Mapping[str, str]:
    """What a program of the server may see: a caller's PG* variables and locale must not steer it."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    return kept | {"PATH": SYSTEM_PATH, "LC_ALL": "C", "TZ": "UTC"}
