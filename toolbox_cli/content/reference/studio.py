"""Templates for content in Roblox, and the agents that make it."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, StringConstraints

from toolbox_cli.content.reference.base import (
    MADE_AT,
    OWNER,
    Count,
    Entry,
    Fault,
    Grade,
    Known,
    Line,
    Made,
    Part,
    Positive,
    Prose,
    Ref,
    Text20,
    Text50,
    Text100,
    Text200,
)
from toolbox_cli.content.reference.learning import Material

VERSION: Final = r"^\d+\.\d+\.\d+$"
COLOUR: Final = "^#[0-9A-Fa-f]{6}$"
EMPTY_TABLE: Final = "{}"
Version = Annotated[Text20, StringConstraints(pattern=VERSION)]
Colour = Annotated[str, StringConstraints(pattern=COLOUR)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Least = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Size = Annotated[list[Annotated[float, Field(gt=0, le=2048)]], Field(min_length=3, max_length=3)]
Word = Annotated[str, StringConstraints(pattern="^[a-z][a-z_]*$")]
Share = Annotated[float, Field(ge=0, le=1)]
Scale = Literal["BEGINNER", "INTERMEDIATE", "ADVANCED", "EXPERT"]

_GAP: Final = re.compile(r"\{\{(.*?)\}\}")


class Script(Part):
    """A script; `script` names its source among the script templates."""

    kind: Literal["script"]
    runs_on: Literal["server", "client", "module"]
    script: Word
    needs: list[Line]


class ModelPart(Part):
    name: Text50
    shape: Literal["Block", "Ball", "Cylinder", "Wedge", "CornerWedge"]
    size_studs: Size
    material: Text50
    anchored: bool


class Model(Part):
    kind: Literal["model"]
    bounds_studs: Size
    parts: Annotated[list[ModelPart], Field(min_length=1)]


class Layer(Part):
    material: Material
    from_height: Count
    to_height: Positive


class Feature(Part):
    name: Word
    amount: Count
    height_studs: Count


class Spawn(Part):
    place: Word
    clear_studs: Positive


class Land(Part):
    """Terrain: what it is made of from the ground up, and what is on it."""

    kind: Literal["terrain"]
    size_studs: Size
    resolution_studs: Literal[4]
    layers: Annotated[list[Layer], Field(min_length=1)]
    features: Annotated[list[Feature], Field(min_length=1)]
    steepest_walk_degrees: Annotated[int, Field(ge=1, le=60)]
    spawn: Spawn


class Element(Part):
    model_config = ConfigDict(populate_by_name=True)

    kind: Literal["Frame", "TextLabel", "TextButton", "ImageLabel", "ScrollingFrame"] = Field(alias="class")
    name: Text50
    text: Line | None = None


class Screen(Part):
    name: Text50
    elements: Annotated[list[Element], Field(min_length=1)]


class Gui(Part):
    kind: Literal["gui"]
    screens: Annotated[list[Screen], Field(min_length=1)]
    text_size_least: Annotated[int, Field(ge=14)]
    contrast_least: Annotated[float, Field(ge=4.5, le=21)]


class Keyframe(Part):
    at_seconds: Least
    pose: dict[Text50, Annotated[list[Number], Field(min_length=3, max_length=3)]]


class Animation(Part):
    kind: Literal["animation"]
    rig: Literal["R6", "R15"]
    length_seconds: Annotated[float, Field(gt=0, le=60)]
    loops: bool
    keyframes: Annotated[list[Keyframe], Field(min_length=2)]


class Clip(Part):
    name: Text50
    volume: Share
    looped: bool
    heard_to_studs: Positive
    caption: Line


class Sound(Part):
    kind: Literal["sound"]
    clips: Annotated[list[Clip], Field(min_length=1)]


class Texture(Part):
    kind: Literal["texture"]
    size_px: Annotated[list[Literal[256, 512, 1024]], Field(min_length=2, max_length=2)]
    tileable: bool
    pattern: Word
    palette: Annotated[list[Colour], Field(min_length=1)]


class MeshPart(Part):
    name: Text50
    primitive: Literal["box", "sphere", "cylinder", "cone", "torus"]
    size_studs: Size


class Mesh(Part):
    kind: Literal["mesh"]
    triangles_max: Annotated[int, Field(ge=1, le=20_000)]
    collision: Literal["Box", "Hull", "Default", "PreciseConvexDecomposition"]
    parts: Annotated[list[MeshPart], Field(min_length=1)]


Structure = Annotated[
    Script | Model | Land | Gui | Animation | Sound | Texture | Mesh, Field(discriminator="kind")
]  # fmt: skip


class Variable(Part):
    """What may be changed; `low` and `high` are of numbers.

    A table is data that a program puts in, such as the questions of a quiz; the file has it empty.
    """

    type: Literal["integer", "number", "boolean", "text", "colour", "table"]
    default: bool | int | Number | Line
    low: int | Number | None = None
    high: int | Number | None = None

    def takes(self, value: Any) -> bool:
        """Say whether the variable may have a value."""
        if self.type == "table":
            return value == EMPTY_TABLE or isinstance(value, list | tuple | dict)
        kinds: dict[str, Any] = {"integer": int, "number": (int, float), "boolean": bool, "text": str, "colour": str}
        if not isinstance(value, kinds[self.type]) or (isinstance(value, bool) and self.type != "boolean"):
            return False
        if self.type == "colour":
            return re.match(COLOUR, value) is not None
        if isinstance(value, str | bool):
            return True
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)


class Point(Part):
    variable: Word
    label: Line


class Template(Entry):
    name: Text200
    description: Prose
    category: Text100
    subject_area: Text100
    grade_level_min: Grade
    grade_level_max: Grade
    template_type: Literal["SCRIPT", "MODEL", "TERRAIN", "GUI", "ANIMATION", "SOUND", "TEXTURE", "MESH"]
    base_structure: Structure
    customization_points: Annotated[list[Point], Field(min_length=1)]
    variable_definitions: dict[Word, Variable]
    learning_objectives_template: dict[Word, Line]
    assessment_criteria: Annotated[dict[Word, Line], Field(min_length=1)]
    difficulty_scales: dict[Scale, dict[Word, bool | int | Number | Line]] | None = None
    adaptation_rules: dict[Literal["rules"], list[dict[Literal["when", "do"], Line]]]
    required_assets: list[dict[Word, Line | bool]] | None = None
    script_templates: dict[Word, Prose] | None = None
    ui_templates: dict[Text50, dict[Word, Line | Count]] | None = None
    model_specifications: dict[Text50, dict[Word, Count]] | None = None
    ai_generation_prompts: dict[Word, Line] | None = None
    parameter_constraints: dict[Word, Line] | None = None
    quality_thresholds: dict[Literal["quality", "confidence"], Share]
    version: Version

    def rows(self, key: str) -> Iterator[Made]:
        checked = dict.fromkeys(("is_active", "is_public", "coppa_compliant", "age_appropriate_content"), True)
        values = {
            "creator_id": Ref("users", OWNER),
            **self.model_dump(mode="json", by_alias=True, exclude_none=True),
            **checked,
            "created_at": MADE_AT,
            "updated_at": MADE_AT,
        }
        yield Made("roblox_templates", key, {name: values.get(name) for name in (*type(self).model_fields, *values)})

    def faults(self, key: str, known: Known) -> Iterator[Fault]:
        if self.grade_level_max < self.grade_level_min:
            yield ("grade_level_max",), "is below grade_level_min"
        if self.base_structure.kind != self.template_type.lower():
            yield ("base_structure", "kind"), f"is not the kind of {self.template_type}"
        yield from self._script_faults()
        yield from self._variable_faults()

    def _script_faults(self) -> Iterator[Fault]:
        scripts = self.script_templates or {}
        if isinstance(self.base_structure, Script) and self.base_structure.script not in scripts:
            yield ("base_structure", "script"), f"script_templates has no {self.base_structure.script}"
        for name, source in scripts.items():
            for gap in sorted({*_GAP.findall(source)} - {*self.variable_definitions}):
                yield ("script_templates", name), f"variable_definitions has no {gap}"

    def _variable_faults(self) -> Iterator[Fault]:
        variables = self.variable_definitions
        for number, point in enumerate(self.customization_points):
            if point.variable not in variables:
                yield ("customization_points", number, "variable"), f"variable_definitions has no {point.variable}"
        for name, variable in variables.items():
            if not variable.takes(variable.default):
                yield ("variable_definitions", name, "default"), "is no value that the variable may have"
        for scale, changes in (self.difficulty_scales or {}).items():
            for name, value in changes.items():
                if name not in variables:
                    yield ("difficulty_scales", scale, name), f"variable_definitions has no {name}"
                elif not variables[name].takes(value):
                    yield ("difficulty_scales", scale, name), "is no value that the variable may have"


class Needed(Part):
    agent: Literal["supervisor", "content", "quiz", "terrain", "script", "review"]
    needs: Line


class Agent(Entry):
    """An agent; its stable key is its name."""

    model_config = ConfigDict(protected_namespaces=())

    agent_type: Literal["supervisor", "content", "quiz", "terrain", "script", "review"]
    description: Prose
    version: Version
    settings: dict[Word, bool | int | Line] = Field(alias="model_config")
    capabilities: Annotated[list[dict[Word, Line | list[Line]]], Field(min_length=1)]
    dependencies: list[Needed]
    priority: Annotated[int, Field(ge=0, le=10)]
    max_concurrent_tasks: Positive
    timeout_seconds: Positive
    retry_count: Count

    def rows(self, key: str) -> Iterator[Made]:
        values = self.model_dump(mode="json", by_alias=True)
        made = {"name": key, "is_active": True, "created_at": MADE_AT, "updated_at": MADE_AT}
        yield Made("ai_agents", key, {**values, **made})

    def faults(self, key: str, known: Known) -> Iterator[Fault]:
        for number, needed in enumerate(self.dependencies):
            if not known("ai_agents", needed.agent):
                yield ("dependencies", number, "agent"), f"ai_agents has no {needed.agent}"
