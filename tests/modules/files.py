"""Files of modules that tests write."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from toolbox_cli.content.modules.writing import as_yaml


def section(key: str, content: str = "Read this.", **more: Any) -> dict[str, Any]:
    return {"key": key, "type": "text", "content": content, **more}


def write(folder: Path, slug: str, sections: Sequence[Mapping[str, Any]] | None = None, **more: Any) -> Path:
    """Write a module's file, or write it anew."""
    fields = {"slug": slug, "title": slug.title(), **more, "sections": sections or [section("one")]}
    folder.mkdir(exist_ok=True)
    file = folder / f"{slug}.yaml"
    file.write_text(as_yaml(fields), encoding="utf-8")
    return file
