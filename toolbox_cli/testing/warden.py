"""Stops a test server and removes its folder once the tests are gone: `python -m toolbox_cli.testing.warden FOLDER`.

Also when they were killed: then its stdin ends all the same.
"""

import shutil
import signal
import sys
from pathlib import Path


def main() -> None:
    """Wait for the end of stdin, and clear up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests
    sys.stdin.read()
    from toolbox_cli.core.database.embedded import EmbeddedServer

    folder = Path(sys.argv[1])
    EmbeddedServer(folder / "home").stop()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
