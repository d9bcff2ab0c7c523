"""Where a diagram goes."""

from functools import partial
from pathlib import Path
from typing import TextIO

from toolbox_cli.core.output import put_text
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.db.diagram.dot import as_dot
from toolbox_cli.db.diagram.drawing import Drawing
from toolbox_cli.db.diagram.forms import Language
from toolbox_cli.db.diagram.graph import as_graph
from toolbox_cli.db.diagram.mermaid import TEXT_LIMIT, as_mermaid


def put(runtime: Runtime, drawing: Drawing, language: Language, file: Path | None) -> None:
    """Write a diagram to stdout or into a file, and say so where a reader of it would refuse it.

    Raises:
        OutputError: the file can't be written.
    """
    put_text(partial(text_of, drawing, language), runtime.out, file)
    size = len(text_of(drawing, language, runtime.out)) if language is Language.MERMAID else 0
    if size > TEXT_LIMIT:
        runtime.say(
            f"{size:,} characters: Mermaid draws up to {TEXT_LIMIT:,} unless its maxTextSize is raised. "
            "Choose fewer --columns, a --platform or an --area; or --as dot."
        )


def text_of(drawing: Drawing, language: Language, out: TextIO) -> str:
    """Write a diagram in one of the languages, for a stream or a file."""
    if language is Language.MERMAID:
        return as_mermaid(drawing)
    return as_dot(drawing) if language is Language.DOT else as_graph(drawing, out)
