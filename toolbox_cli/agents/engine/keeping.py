"""What of a task's values can be kept: JSON objects of a bearable size, with nothing in them that no text may have."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

LARGEST_MIB: Final = 32
"""Of one value: it passes through the memory of worker and server several times."""

LONGEST: Final = 4_000
"""Characters of one text that is told of a failure."""

_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def unfit(value: object) -> str | None:
    """Say why a value can't be kept as a JSON object; None where it can."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        size_bytes = len(text.encode())
    except UnicodeEncodeError:
        return "has half of a surrogate pair, which no text may have"
    except (TypeError, ValueError, RecursionError) as error:
        return f"can't be written as JSON: {error}"
    if not text.startswith("{"):
        return "is no JSON object"
    if _NUL.search(text):
        return "has a character 0, which no text may have"
    if size_bytes > LARGEST_MIB << 20:
        return f"has {size_bytes >> 20:,} MiB; {LARGEST_MIB} are the most"
    return None


def fit(value: object) -> Any:
    """Give what is told of a failure so that it can be kept, whatever it holds."""
    if isinstance(value, str):
        return value[:LONGEST].replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {fit(str(name)): fit(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [fit(one) for one in value]
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return fit(str(value))
