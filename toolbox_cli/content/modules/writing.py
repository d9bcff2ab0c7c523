"""Modules written down in the native form: what is read back is the same module."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

from toolbox_cli.content.modules.canonical import Content
from toolbox_cli.content.modules.reading.markdown import parts_of
from toolbox_cli.content.modules.shapes.module import Module
from toolbox_cli.core.formats.yaml_text import resolved

_WIDTH: Final = 110
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What stands in a file as an escape alone."""
_BLANK_ENDS: Final = re.compile(r"[ \t]+$", re.MULTILINE)
_TITLE: Final = re.compile(r"[^\W_]([^\W_]|[ ,.?!:'’-](?![ ]))*", re.ASCII)
"""Titles that mean the same in a heading."""
_DEFAULTS: Final = {
    name: field.get_default(call_default_factory=True) for name, field in Module.model_fields.items()
    if not field.is_required()
}  # fmt: skip
_IN_SECTION: Final = ("key", "type", "title", "content", "media_url", "duration_seconds", "section_config",
                      "completion_criteria")  # fmt: skip


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes text so that readers of YAML 1.1 and 1.2 take it for text, and long text in blocks."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None
    if _UNPRINTABLE.search(value) or resolved(value) is not value or value.endswith(("\n\n", "\n ")) or value == "\n":
        style = '"'
    elif "\n" in value and not _BLANK_ENDS.search(value):
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def fields_of(
    content: Content, *, status: str | None = None, revision: int | None = None, content_hash: str | None = None
) -> dict[str, Any]:
    """Give a module's fields as a file has them: in their order, without those that say nothing.

    Args:
        content: in the canonical form.
        status: of the module.
        revision: that the content is of.
        content_hash: of the content; with these two an import knows what the file was written from.
    """
    lock = {"status": status, "revision": revision, "content_hash": content_hash}
    every = {**content, **lock, "sections": [_section(section) for section in content["sections"]]}
    return {name: every[name] for name in Module.model_fields if _says(name, every.get(name))}


def as_yaml(fields: Mapping[str, Any]) -> str:
    """Write fields as YAML."""
    return str(yaml.dump(dict(fields), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH))


def as_json(fields: Mapping[str, Any]) -> str:
    """Write fields as JSON."""
    return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"


def as_markdown(fields: Mapping[str, Any]) -> str:
    """Write fields as Markdown with front matter."""
    front = as_yaml({name: value for name, value in fields.items() if name != "sections"})
    return "\n".join([f"---\n{front}---\n", *(_heading(section) for section in fields["sections"])])


def _says(name: str, value: Any) -> bool:
    return name not in _DEFAULTS or bool(value != _DEFAULTS[name])


def _section(section: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: section[name] for name in _IN_SECTION}
    return {name: value for name, value in fields.items() if value is not None and (name, value) != ("content", "")}


def _heading(section: Mapping[str, Any]) -> str:
    """Write a section; what a heading or Markdown would change stands in its block."""
    kind = "" if section["type"] == "text" else f" .{section['type']}"
    rest = {name: value for name, value in section.items() if name not in {"key", "type", "title", "content"}}
    title, content = section.get("title"), section.get("content", "")
    if title is not None and not _TITLE.fullmatch(title):
        rest["title"], title = title, re.sub(r"[^\w ]+", " ", title).strip()
    if content and not _stays(content):
        rest["content"], content = content, ""
    parts = [f"## {title} {{#{section['key']}{kind}}}" if title else f"## {{#{section['key']}{kind}}}"]
    parts += [f"```yaml section\n{as_yaml(rest)}```"] if rest else []
    parts += [content] if content else []
    return "\n\n".join(parts) + "\n"


def _stays(content: str) -> bool:
    """Say whether text is the same text when it is read back from below a heading."""
    lines = content.split("\n")
    return (
        bool(lines[0].strip()) and bool(lines[-1].strip()) and "\r" not in content and not _UNPRINTABLE.search(content)
        and not parts_of(content)
    )  # fmt: skip
