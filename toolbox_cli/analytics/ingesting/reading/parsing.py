"""A line as JSON: exactly what it says, or what is wrong with it."""

from typing import Any, Final

from toolbox_cli.analytics.ingesting.faults import Fault, Reason
from toolbox_cli.analytics.ingesting.reading.lines import LONGEST, Line
from toolbox_cli.core.formats.json_text import JsonText
from toolbox_cli.core.formats.nodes import Broken

_WHOLE: Final = "Write each event whole on one line."


def parse(line: Line) -> Any:
    """Read a line.

    Raises:
        Fault: it is too long, no text, or no JSON; or a key stands twice in it, so that nobody can say what it says.
    """
    if line.whole_sha256:
        raise Fault(Reason.TOO_LONG, f"it is longer than {LONGEST:,} bytes")
    try:
        text = line.content.decode()
    except UnicodeDecodeError as error:
        raise Fault(Reason.NO_TEXT, f"byte {error.start + 1:,} is not UTF-8") from None
    reader = JsonText(text)
    try:
        found = reader.content()
    except Broken as error:
        where = f", in column {error.place.column:,}" if error.place else ""
        remedy = _WHOLE if text.strip()[:1] in "[{" and text.strip()[-1:] not in "]}" else None
        raise Fault(Reason.NO_JSON, f"{error.problem}{where}", remedy=remedy) from None
    if reader.twice:
        raise Fault(Reason.NO_EVENT, f"a key stands twice, again in column {reader.twice[0].place.column:,}")
    return found
