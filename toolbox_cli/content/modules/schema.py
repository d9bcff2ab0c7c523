"""The JSON Schema of a module's file, for editors."""

from typing import Any, Final

from toolbox_cli.content.modules.reading.file import SCHEMA
from toolbox_cli.content.modules.shapes.module import Module

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def module_schema() -> dict[str, Any]:
    """Give the JSON Schema."""
    made = Module.model_json_schema()
    made.pop("description")
    made["properties"] = {SCHEMA: {"description": "Where this schema is; for editors alone."}, **made["properties"]}
    return {"$schema": DIALECT, **made, "title": "Training module"}
