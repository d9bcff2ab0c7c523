"""Universities and training modules of FRAMES; modules stand in files of their own, in the form that authors use."""

from collections.abc import Iterator, Mapping, Set
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, StringConstraints

from toolbox_cli.content.modules.canonical import Content, canonical
from toolbox_cli.content.modules.reading.together import circles
from toolbox_cli.content.modules.shapes.module import Module as Native
from toolbox_cli.content.reference.base import MADE_AT, OWNER, Entry, Fault, Known, Line, Made, Ref, unknown

EMAIL = r"^[^@\s]+@[^@\s]+\.example$"
Text255 = Annotated[Line, Field(max_length=255)]


class University(Entry):
    is_example: ClassVar[bool] = True

    name: Text255
    location: Text255
    contact_email: Annotated[str, StringConstraints(pattern=EMAIL, max_length=255)]

    def rows(self, key: str) -> Iterator[Made]:
        yield Made("universities", key, {**self.model_dump(), "created_at": MADE_AT})


_SECTION = ("title", "content", "media_url", "duration_seconds", "section_config", "completion_criteria")


class Module(Entry):
    """A module in the form that authors use, of which reference data asks more."""

    native: Native

    def rows(self, key: str) -> Iterator[Made]:
        content = canonical(self.native)
        made = {
            "module_id": key,
            **{name: value for name, value in content.items() if name not in {"slug", "sections", "university_id"}},
            "status": self.native.status,
            "revision": self.native.revision or 1,
            "created_by_id": Ref("faculty", OWNER),
            "created_at": MADE_AT,
            "updated_at": MADE_AT,
            "published_at": MADE_AT if self.native.status == "published" else None,
        }
        yield Made("modules", key, made)
        for number, section in enumerate(content["sections"], 1):
            row = f"{key}/{section['key']}"
            yield Made("module_sections", row, _section(key, number, section), Ref("modules", key))

    def faults(self, key: str, known: Known) -> Iterator[Fault]:
        native = self.native
        for name in ("description", "category", "status", "tags", "interaction_level"):
            if not getattr(native, name):
                yield (name,), "is missing"
        for name in ("created_by_id", "university_id"):
            if getattr(native, name):
                yield (name,), "reference data belongs to nobody"
        for name in ("prerequisites", "related_modules"):
            yield from unknown((name,), "modules", getattr(native, name), known)
        yield from self._lengths()

    def _lengths(self) -> Iterator[Fault]:
        for number, section in enumerate(self.native.sections):
            for name in ("title", "content", "duration_seconds", "completion_criteria"):
                if not getattr(section, name):
                    yield ("sections", number, name), "is missing"
        seconds = sum(section.duration_seconds or 0 for section in self.native.sections)
        if seconds != (self.native.estimated_minutes or 0) * 60:
            yield ("estimated_minutes",), f"the sections take {seconds} seconds together"

    @classmethod
    def faults_together(cls, entries: Mapping[str, Self], named: Set[str]) -> Iterator[tuple[str, Fault]]:
        for circle in circles({key: entry.native.prerequisites for key, entry in entries.items()}):
            for key in circle:
                yield key, (("prerequisites",), "lead back to the module itself")


def _section(key: str, number: int, section: Content) -> dict[str, Any]:
    return {
        "module_id": Ref("modules", key),
        "section_number": number,
        "section_type": section["type"],
        "section_key": section["key"],
        **{name: section[name] for name in _SECTION},
    }
