"""Universities and training modules of FRAMES."""

from collections.abc import Iterator, Mapping, Set
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, StringConstraints

from toolbox_cli.seed.reference.shapes.base import (
    MADE_AT,
    OWNER,
    Count,
    Entry,
    Fault,
    Key,
    Known,
    Line,
    Made,
    Part,
    Positive,
    Prose,
    Ref,
    Text50,
    Text100,
    unknown,
)

EMAIL = r"^[^@\s]+@[^@\s]+\.example$"
Tag = Annotated[str, StringConstraints(pattern="^[a-z][a-z-]*$", max_length=40)]
Text255 = Annotated[Line, Field(max_length=255)]


class University(Entry):
    is_example: ClassVar[bool] = True

    name: Text255
    location: Text255
    contact_email: Annotated[str, StringConstraints(pattern=EMAIL, max_length=255)]

    def rows(self, key: str) -> Iterator[Made]:
        yield Made("universities", key, {**self.model_dump(), "created_at": MADE_AT})


class Challenge(Part):
    ask: Line
    answer: Line


class Hotspot(Part):
    name: Text100
    text: Line


class File(Part):
    name: Text100
    text: Prose


class Checklist(Part):
    items: Annotated[list[Line], Field(min_length=2)]


class Sandbox(Part):
    language: Literal["python", "shell", "javascript", "c", "sql"]
    files: Annotated[list[File], Field(min_length=1)]
    runnable: bool
    expected_output: Line


class Game(Part):
    game_type: Text50
    difficulty_levels: Annotated[list[Line], Field(min_length=1)]
    time_limit: Positive
    challenges: Annotated[list[Challenge], Field(min_length=2)]


class Interactive(Part):
    environment_type: Text50
    assets: Annotated[list[Line], Field(min_length=1)]
    hotspots: Annotated[list[Hotspot], Field(min_length=1)]
    tasks: Annotated[list[Line], Field(min_length=1)]


class GuidedStruggle(Part):
    problem_type: Text50
    hints: Annotated[list[Line], Field(min_length=1)]
    buddy_personality: Text100
    solution: Line | None = None


class Media(Part):
    captions: Literal["required"] | None = None
    alternative_text: Literal["required"] | None = None


_CONFIGS: dict[str, type[Part] | None] = {
    "text": None, "video": Media, "image": Media, "checklist": Checklist, "sandbox": Sandbox, "game": Game,
    "interactive": Interactive, "guided_struggle": GuidedStruggle,
}  # fmt: skip


class ByFigure(Part):
    """`time` in seconds, `score` and `view` in percent."""

    type: Literal["time", "score", "view"]
    value: Positive


class ByTask(Part):
    type: Literal["task"]
    tasks: Annotated[list[Line], Field(min_length=1)]


class Section(Part):
    type: Literal["text", "video", "image", "checklist", "sandbox", "game", "interactive", "guided_struggle"]
    title: Text255
    content: Prose
    media_url: Annotated[Line, Field(max_length=500)] | None = None
    duration_seconds: Positive
    section_config: Checklist | Sandbox | Game | Interactive | GuidedStruggle | Media | None = None
    completion_criteria: Annotated[ByFigure | ByTask, Field(discriminator="type")]

    def faults(self) -> Iterator[Fault]:
        wanted = _CONFIGS[self.type]
        if not isinstance(self.section_config, wanted or type(None)):
            yield ("section_config",), f"is not that of {self.type}"


class Difficulty(Part):
    """When the difficulty of a module changes, by what a student did so far."""

    errors_below: Count | None = None
    errors_above: Count | None = None
    hints_above: Count | None = None
    sections: Count | None = None


class Module(Entry):
    title: Text255
    description: Prose
    category: Literal["Safety", "Technical", "Orientation"]
    estimated_minutes: Positive
    status: Literal["draft", "published", "archived"]
    prerequisites: list[Key] = []
    related_modules: list[Key] = []
    tags: Annotated[list[Tag], Field(min_length=1)]
    target_audience: Annotated[str, StringConstraints(pattern="^[a-z][a-z_]*$", max_length=100)]
    module_type: Literal["text", "sandbox", "game", "interactive", "guided_struggle", "mixed"]
    interaction_level: Literal["low", "medium", "high"]
    required_components: list[Tag] = []
    difficulty_level: Annotated[int, Field(ge=1, le=5)]
    adaptive_config: dict[Literal["harder_after", "easier_after"], Difficulty] | None = None
    revision: Positive = 1
    sections: Annotated[dict[Key, Section], Field(min_length=1)]

    def rows(self, key: str) -> Iterator[Made]:
        values: dict[str, Any] = self.model_dump(mode="json", exclude={"sections", "adaptive_config"})
        adaptive = {name: self.document(part) for name, part in (self.adaptive_config or {}).items()}
        made = {
            "module_id": key,
            **values,
            "adaptive_config": adaptive or None,
            "created_by_id": Ref("faculty", OWNER),
            "created_at": MADE_AT,
            "updated_at": MADE_AT,
            "published_at": MADE_AT if self.status == "published" else None,
        }
        yield Made("modules", key, made)
        for number, (name, section) in enumerate(self.sections.items(), 1):
            yield Made("module_sections", f"{key}/{name}", self._section(key, number, section), Ref("modules", key))

    def faults(self, key: str, known: Known) -> Iterator[Fault]:
        for name in ("prerequisites", "related_modules"):
            keys = getattr(self, name)
            yield from unknown((name,), "modules", keys, known)
            if key in keys:
                yield (name, keys.index(key)), "is the module itself"
        seconds = sum(section.duration_seconds for section in self.sections.values())
        if seconds != self.estimated_minutes * 60:
            yield ("estimated_minutes",), f"the sections take {seconds} seconds together"
        for name, section in self.sections.items():
            for steps, found in section.faults():
                yield ("sections", name, *steps), found

    @classmethod
    def faults_together(cls, entries: Mapping[str, Self], named: Set[str]) -> Iterator[tuple[str, Fault]]:
        for key in entries:
            needed: set[str] = set()
            waiting = [*entries[key].prerequisites]
            while waiting:
                if (name := waiting.pop()) not in needed and name in entries:
                    needed.add(name)
                    waiting += entries[name].prerequisites
            if key in needed and key not in entries[key].prerequisites:
                yield key, (("prerequisites",), "lead back to the module itself")

    def _section(self, key: str, number: int, section: Section) -> dict[str, Any]:
        return {
            "module_id": Ref("modules", key),
            "section_number": number,
            "section_type": section.type,
            "title": section.title,
            "content": section.content,
            "media_url": section.media_url,
            "duration_seconds": section.duration_seconds,
            "section_config": self.document(section.section_config),
            "completion_criteria": self.document(section.completion_criteria),
        }
