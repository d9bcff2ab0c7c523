"""Where a dictionary goes, and in which form."""

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from toolbox_cli.core.output import put_text
from toolbox_cli.db.dictionary.chapters import Chapter
from toolbox_cli.db.dictionary.forms import Form
from toolbox_cli.db.dictionary.markdown import markdown_of
from toolbox_cli.db.dictionary.reports import NOTHING, json_of, text_of


def put(chapters: Sequence[Chapter], form: Form, out: TextIO, file: Path | None) -> None:
    """Write a dictionary to `out`, or instead of that into a file.

    Raises:
        OutputError: the file can't be written.
    """

    def text(stream: TextIO) -> str:
        if form is Form.MARKDOWN:
            return markdown_of(chapters) or NOTHING
        return json_of(chapters, stream) if form is Form.JSON else text_of(chapters, stream)

    put_text(text, out, file)
