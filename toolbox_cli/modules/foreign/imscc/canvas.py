"""What Canvas tells of its modules beside the manifest: which come first, and what is not published."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from toolbox_cli.core.formats.xml_text import child, children, text_at
from toolbox_cli.modules.foreign.parcel import Parcel

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

META: Final = "course_settings/module_meta.xml"
SETTINGS: Final = "course_settings/"
_HIDDEN: Final = frozenset({"unpublished", "deleted"})


@dataclass
class Canvas:
    """What Canvas tells.

    Attributes:
        needs: identifier of a module to those of the modules before it.
        hidden: identifiers of modules and items that students don't see.
        seen: identifiers of items that are complete when they were seen.
        done: identifiers of items that something else completes: a text handed in, a score.
    """

    needs: dict[str, list[str]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)


def read_canvas(parcel: Parcel, base: str) -> Canvas:
    """Read it, if there is any."""
    told = Canvas()
    entry = base + META
    root = parcel.xml(entry) if entry in parcel.entries else None
    for module in children(root, "module") if root is not None else ():
        key = str(module.get("identifier") or "")
        told.needs[key] = [text_at(one, "identifierref") for one in _in(module, "prerequisites", "prerequisite")
                           if one.get("type") == "context_module"]  # fmt: skip
        told.hidden |= {str(one.get("identifier")) for one in (module, *_in(module, "items", "item"))
                        if text_at(one, "workflow_state") in _HIDDEN}  # fmt: skip
        for one in _in(module, "completionRequirements"):
            (told.seen if one.get("type") == "must_view" else told.done).add(text_at(one, "identifierref"))
    told.seen.discard("")
    told.done.discard("")
    return told


def _in(module: "Element", name: str, *names: str) -> "Iterator[Element]":
    found = child(module, name)
    return children(found, *names) if found is not None else iter(())
