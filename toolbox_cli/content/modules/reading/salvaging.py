"""What of a module has the right shape, where not all of it has: so that whatever else is wrong is told as well."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from toolbox_cli.content.modules.reading.sense import Parts
from toolbox_cli.content.modules.shapes.module import Module
from toolbox_cli.content.modules.shapes.sections import Section

_FIELDS: Final = Module.model_fields.keys() - {"sections"}


def right_parts(content: Mapping[str, Any], error: ValidationError) -> Parts:
    """Part what has the right shape from what has not.

    Args:
        content: a module's fields.
        error: that pydantic raised about them.
    """
    wrong = {tuple(one["loc"][:2]) if one["loc"][:1] == ("sections",) else one["loc"][:1]
             for one in error.errors(include_url=False, include_context=False, include_input=False)}  # fmt: skip
    fields = {name: value for name, value in content.items() if name in _FIELDS and (name,) not in wrong}
    listed = content.get("sections")
    sections = dict(enumerate(listed if isinstance(listed, list) else ()))
    keys = {number: one["key"] for number, one in sections.items() if _has_key(one)}
    right = {number: one for number, one in sections.items() if ("sections", number) not in wrong}
    return Parts(fields, keys, {number: _section().validate_python(one) for number, one in right.items()})


@cache
def _section() -> TypeAdapter[Section]:
    return TypeAdapter(Section)


def _has_key(section: Any) -> bool:
    return isinstance(section, dict) and isinstance(section.get("key"), str)
