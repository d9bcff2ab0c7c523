"""What an expression is known to be, without running it."""

from dataclasses import dataclass
from typing import Any, Final

from toolbox_cli.content.luau.reading.nodes import Function, Table


@dataclass(frozen=True, slots=True)
class Known:
    """A constant.

    Attributes:
        value: text (one character a byte), number, boolean or nil.
        made: the script builds it, or writes it by numbers: reading does not show it.
    """

    value: str | float | bool | None
    made: bool = False


@dataclass(frozen=True, slots=True)
class Ref:
    """Something that Luau or Roblox gives: a global, a service, a member, the result of a call.

    Attributes:
        path: such as `require`, `service.HttpService:PostAsync`, `new.Part`; `env` is an environment of globals,
            `shared` a table that all scripts share, `?` a key that is not known.
        made: a name on the way to it is one that the script builds.
        via: it was reached through an environment, and not by its name.
    """

    path: str
    made: bool = False
    via: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """Something of which only the type is known.

    Attributes:
        kind: as `type` gives it.
        prefix: what a text begins with.
    """

    kind: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Routine:
    """A function of the script."""

    node: Function


@dataclass(frozen=True, slots=True)
class Made:
    """A table of the script, and what else is known to be assigned to its fields.

    Attributes:
        node: where it is written.
        fields: by name.
        changed: it may hold more than that.
        missing: what its metatable gives for fields that it does not have; None where that does not matter.
    """

    node: Table
    fields: Any = None
    changed: bool = False
    missing: "Value | None" = None


@dataclass(frozen=True, slots=True)
class Unknown:
    pass


Value = Known | Ref | Typed | Routine | Made | Unknown
UNKNOWN: Final = Unknown()


def text_in(value: Value) -> str | None:
    """Give a constant's text."""
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


def number_in(value: Value) -> float | None:
    """Give a constant's number."""
    if isinstance(value, Known) and isinstance(value.value, float) and not isinstance(value.value, bool):
        return value.value
    return None


def kind_of(value: Value) -> str | None:
    """Give the type of a value as `type` gives it, where it is known."""
    if isinstance(value, Typed):
        return value.kind
    if isinstance(value, Known):
        names = {str: "string", float: "number", bool: "boolean", type(None): "nil"}
        return names[type(value.value)]
    return "table" if isinstance(value, Made) else "function" if isinstance(value, Routine) else None


def path_of(value: Value) -> str:
    """Give the path of what Luau or Roblox gives, or nothing."""
    return value.path if isinstance(value, Ref) else ""
