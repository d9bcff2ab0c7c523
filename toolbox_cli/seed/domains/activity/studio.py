"""Roblox Studio: the teachers' plugins, and scripts and terrain of the content that they made."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from toolbox_cli.core.chance import Chance, Weighted
from toolbox_cli.seed.domains.activity.signins import SignIn
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.domains.classes.timetable import Lesson
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Raw, Row, array, plain, raw

PLUGIN_COLUMNS: Final = (
    "id", "studio_id", "user_id", "plugin_version", "port", "capabilities", "registered_at", "last_heartbeat",
    "status", "error_message", "connection_metadata",
)  # fmt: skip
SCRIPT_COLUMNS: Final = (
    "id", "content_id", "name", "script_type", "content", "dependencies", "description", "roblox_version",
    "performance_metrics", "tested", "test_results", "deployed_to_studio", "created_by", "reviewed_by", "created_at",
    "updated_at",
)  # fmt: skip
TERRAIN_COLUMNS: Final = (
    "id", "content_id", "name", "terrain_type", "material", "size", "biome", "features", "elevation_data",
    "generation_script", "preview_image_url", "complexity_score", "educational_context", "performance_impact",
    "created_by", "created_at",
)  # fmt: skip

SCRIPTS_A_CONTENT: Final = 2

_VERSION: Final = "0.700"
_CAPABILITIES: Final = array({"name": "scripts"}, {"name": "terrain"}, {"name": "sync", "version": 2})
_NO_MODULES: Final = Raw("{}")
_SCORING: Final = array({"module": "Scoring"})


class _Script(NamedTuple):
    """A script that content has.

    Attributes:
        complexity: branches of its most complex function.
    """

    name: str
    type: str
    source: Raw
    description: str
    requires: Raw
    complexity: int


_SCRIPTS: Final = (
    _Script(
        "Scoring", "module",
        plain("""--!strict
local Scoring = {}

function Scoring.percent(points: number, possible: number): number
	if possible <= 0 then
		return 0
	end
	return math.clamp(100 * points / possible, 0, 100)
end

return Scoring
"""),
        "Turns points into percent.", _NO_MODULES, 2,
    ),
    _Script(
        "Checkpoints", "server",
        plain("""--!strict
local Players = game:GetService("Players")
local CollectionService = game:GetService("CollectionService")

local reached: { [Player]: number } = {}

local function onTouched(part: BasePart, hit: BasePart)
	local player = Players:GetPlayerFromCharacter(hit.Parent)
	local number = part:GetAttribute("Number")
	if player and number == (reached[player] or 0) + 1 then
		reached[player] = number
	end
end

for _, part in CollectionService:GetTagged("Checkpoint") do
	part.Touched:Connect(function(hit)
		onTouched(part, hit)
	end)
end

Players.PlayerRemoving:Connect(function(player)
	reached[player] = nil
end)
"""),
        "Counts the checkpoints that each player reaches, in order; the server decides.", _SCORING, 3,
    ),
    _Script(
        "QuizPanel", "client",
        plain("""--!strict
local ReplicatedStorage = game:GetService("ReplicatedStorage")

local answered = ReplicatedStorage:WaitForChild("QuizAnswered") :: RemoteEvent

local function choose(question: string, option: number)
	answered:FireServer(question, option)
end

for _, button in script.Parent:GetChildren() do
	if button:IsA("TextButton") then
		button.Activated:Connect(function()
			choose(button:GetAttribute("Question"), button:GetAttribute("Option"))
		end)
	end
end
"""),
        "Sends the option that a player chooses; the server knows which is right.", _NO_MODULES, 2,
    ),
)  # fmt: skip

_TERRAIN_SOURCE: Final = """--!strict
local size = Vector3.new({size}, 32, {size})
workspace.Terrain:FillBlock(CFrame.new(0, -16, 0), size, Enum.Material.{material})
workspace.Terrain:FillBall(Vector3.new({hill}, 0, {hill}), {radius}, Enum.Material.{material})
"""


class _Biome(NamedTuple):
    name: str
    material: str
    features: Raw


_BIOMES: Final = (
    _Biome("temperate", "Grass", array({"kind": "hill", "count": 3}, {"kind": "water", "share": 0.2})),
    _Biome("desert", "Sand", array({"kind": "dune", "count": 5}, {"kind": "cave", "count": 1})),
    _Biome("arctic", "Snow", array({"kind": "hill", "count": 2}, {"kind": "ice", "share": 0.3})),
    _Biome("volcanic", "Basalt", array({"kind": "crater", "count": 1}, {"kind": "cave", "count": 2})),
)
_SIZES: Final[Mapping[str, int]] = {"small": 256, "medium": 512, "large": 1024}
_STATES: Final = Weighted({"active": 88.0, "inactive": 10.0, "error": 2.0})


def plugin_rows(context: Context, school_class: SchoolClass, found: Sequence[SignIn]) -> Iterator[Row]:
    """Register the Studio of the teacher, and of an administrator."""
    chance = context.chance("plugins", school_class.number)
    for number, person in enumerate(one for one in (school_class.teacher, school_class.admin) if one):
        key = context.run.uuid("roblox_plugins", school_class.number, number)
        used = [one.ends for one in found if one.person is person and one.kind == "api"]
        status, registered = _STATES.pick(chance), person.joined_at + datetime.timedelta(seconds=chance.below(1_200))
        yield (
            key, f"studio-{key[-16:]}-{context.run.key}", person.key, f"2.{chance.below(4)}.0", 64_989, _CAPABILITIES,
            registered, max([registered, *used]), status,
            "The plugin could not reach its port." if status == "error" else None,
            {"platform": "Windows", "studio": _VERSION},
        )  # fmt: skip


def script_rows(context: Context, school_class: SchoolClass, reviewer: str | None) -> Iterator[Row]:
    """Write the scripts of the teacher's own content."""
    chance, number = context.chance("scripts", school_class.number), 0
    for lesson in school_class.lessons:
        for script in chance.some(_SCRIPTS, SCRIPTS_A_CONTENT) if lesson.own else ():
            tested = chance.happens(0.9)
            yield (
                context.run.uuid("roblox_scripts", school_class.number, number), lesson.content_key, script.name,
                script.type, script.source, script.requires, script.description, _VERSION,
                {"complexity": script.complexity, "milliseconds": round(0.2 + 1.6 * chance.unit(), 2)}, tested,
                {"passed": chance.between(3, 8), "failed": 0} if tested else None, tested, school_class.teacher.key,
                reviewer if tested else None, lesson.planned_at, lesson.planned_at,
            )  # fmt: skip
            number += 1


def terrain_rows(context: Context, school_class: SchoolClass) -> Iterator[Row]:
    """Build the terrain of the teacher's own content."""
    chance = context.chance("terrain", school_class.number)
    for number, lesson in enumerate(one for one in school_class.lessons if one.own):
        yield (
            context.run.uuid("roblox_terrain", school_class.number, number),
            lesson.content_key,
            *_terrain(school_class, lesson, chance),
        )


def _terrain(school_class: SchoolClass, lesson: Lesson, chance: Chance) -> tuple[Any, ...]:
    """Give the columns from name to created_at."""
    biome, row = chance.pick(_BIOMES), lesson.content.row
    size = str(row.get("terrain_size") or "medium")
    studs, hill, radius = _SIZES.get(size, 512), chance.between(20, 120), chance.between(12, 60)
    heights = [[chance.below(radius) for _ in range(4)] for _ in range(4)]
    source = _TERRAIN_SOURCE.format(size=studs, material=biome.material, hill=hill, radius=radius)
    return (
        f"{lesson.title}: terrain"[:200], str(row.get("environment_type") or "island"), biome.material, size,
        biome.name, biome.features, {"unit": "studs", "cell": studs // 4, "heights": heights}, source, None,
        1 + studs // 256 + radius // 20, {"subject": lesson.subject, "objectives": len(lesson.objectives)},
        raw({"parts": 0, "memory_mb": studs // 32}), school_class.teacher.key, lesson.planned_at,
    )  # fmt: skip
