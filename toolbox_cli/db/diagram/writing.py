"""Where a diagram goes."""

from pathlib import Path

from toolbox_cli.core.output import put_text
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.db.diagram.dot import as_dot
from toolbox_cli.db.diagram.drawing import Drawing
from toolbox_cli.db.diagram.forms import Language
from toolbox_cli.db.diagram.mermaid import TEXT_LIMIT, as_mermaid


def put(runtime: Runtime, drawing: Drawing, language: Language, file: Path | None) -> None:
    """Write a diagram to stdout or into a file, and say so where a reader of it would refuse it.

    Raises:
        OutputError: the file can't be written.
    """
    text = as_dot(drawing) if language is Language.DOT else as_mermaid(drawing)
    put_text(lambda _: text, runtime.out, file)
    if language is Language.MERMAID and len(text) > TEXT_LIMIT:
        runtime.say(
            f"{len(text):,} characters: Mermaid draws up to {TEXT_LIMIT:,} unless its maxTextSize is raised. "
            "Choose fewer --columns, a --platform or an --area; or --as dot."
        )
