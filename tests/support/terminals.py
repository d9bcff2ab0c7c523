"""A terminal for what behaves otherwise on one: a pseudo-terminal, whose screen the test reads and types on."""

import os
import pty
import re
import select
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any, Final

_ESCAPE: Final = re.compile(r"\x1b\[[?\d;]*[A-Za-z]")


@dataclass
class Terminal:
    """One pseudo-terminal.

    Attributes:
        device: file descriptor for the program: its stdin, stdout and stderr.
        seen: everything that came up so far, with the signs that move the cursor and change colours.
    """

    device: int
    _ours: int
    seen: str = field(default="")

    @property
    def streams(self) -> dict[str, Any]:
        """The options of a `subprocess.Popen` that runs on this terminal."""
        return {"stdin": self.device, "stdout": self.device, "stderr": self.device}

    def stream(self, mode: str) -> IO[str]:
        """Open the terminal for a program that runs in this process."""
        return open(os.dup(self.device), mode, encoding="utf-8")  # noqa: PTH123, SIM115

    @property
    def text(self) -> str:
        """What came up so far, for reading."""
        return _ESCAPE.sub("", self.seen)

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def wait_for(self, text: str, timeout_s: float = 30) -> None:
        """Read until `text` is on the screen."""
        deadline = time.monotonic() + timeout_s
        while text not in self.text:
            left_s = deadline - time.monotonic()
            if left_s < 0 or not self._read(left_s):
                raise AssertionError(f"{text!r} did not come up: ...{self.text[-500:]}")

    def rest(self) -> str:
        """Read what is there, and give all that was ever seen."""
        while self._read(0):
            pass
        return self.seen

    def _read(self, timeout_s: float) -> bool:
        if not select.select([self._ours], [], [], timeout_s)[0]:
            return False
        try:
            got = os.read(self._ours, 65536)
        except OSError:  # nobody has the device open any more
            return False
        self.seen += got.decode(errors="replace").replace("\r\n", "\n")
        return bool(got)


@contextmanager
def terminal(columns: int = 80) -> Iterator[Terminal]:
    """Give a terminal that echoes nothing of what is typed."""
    ours, device = pty.openpty()
    termios.tcsetwinsize(device, (40, columns))
    quiet = termios.tcgetattr(device)
    quiet[3] &= ~termios.ECHO
    termios.tcsetattr(device, termios.TCSANOW, quiet)
    try:
        yield Terminal(device, ours)
    finally:
        os.close(device)
        os.close(ours)
