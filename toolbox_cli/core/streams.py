"""The process's own streams: they never fail for a character, and a reader that has gone is no error."""

import codecs
import os
import select
import sys
from collections.abc import Mapping
from typing import Final, TextIO

_SPELLED: Final[Mapping[str, str]] = {"✓": "+", "✗": "x", "×": "x", "→": "->", "…": "...", "–": "-", "—": "-"}
"""How signs of ours look on a terminal that can't show them."""

_ERRORS: Final = "toolbox.spell"


def prepare_streams() -> None:
    """Make stdout and stderr take every character, and be there at all."""
    codecs.register_error(_ERRORS, _spell)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by who started us: `toolbox >&-`
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115  open to the end
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_ERRORS)


def release_streams() -> None:
    """Send what a broken stream still holds nowhere: the end of the process would fail over it once more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
                os.dup2(nowhere.fileno(), stream.fileno())


def reader_gone(stream: TextIO) -> bool:
    """Tell whether nobody reads a pipe any more, as after `toolbox ... | head -1`."""
    poll = select.poll()
    try:
        poll.register(stream.fileno(), 0)
    except (OSError, ValueError):  # not a file of the system
        return False
    return bool(poll.poll(0))


def speaks_unicode(stream: TextIO) -> bool:
    """Tell whether a stream can write every character."""
    return (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "").startswith("utf")


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    part = error.object[error.start : error.end]
    return "".join(_SPELLED.get(sign) or ascii(sign)[1:-1] for sign in part), error.end
