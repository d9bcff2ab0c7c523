"""Stops every server under a folder and removes the folder, once the process that started this one is gone.

Waits for the end of its standard input, which comes with a normal end, an interrupt and a kill -9 alike.
"""

import os
import shutil
import signal
import sys
import time
from pathlib import Path


def clear_away(folder: Path) -> None:
    servers = [pid for file in folder.rglob("postmaster.pid") if (pid := _process_id(file))]
    for pid in servers:
        _signal(pid, signal.SIGQUIT)
    give_up_at = time.monotonic() + 20
    while any(_signal(pid, 0) for pid in servers) and time.monotonic() < give_up_at:
        time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


def _process_id(file: Path) -> int | None:
    try:
        return int(file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _signal(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    sys.stdin.buffer.read()
    clear_away(Path(sys.argv[1]))
