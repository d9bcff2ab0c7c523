"""Write the Luau that builds land in Studio or in a running place."""

import re
from collections.abc import Iterable
from typing import Final

from toolbox_cli.agents.making.records import Cell, Terrain, digest
from toolbox_cli.agents.making.script.literals import literal, numbers, quoted, rows

CHUNK: Final = 16
"""Columns along a side of what is written at once."""
LAYERS_HIGH: Final = 32
"""Layers of voxels that are written everywhere: 128 studs, above all that a land has."""
MOST_VOXELS: Final = 4_194_304
"""That one call of Terrain:WriteVoxels may be given; a chunk has 8,192."""

_MARK: Final = re.compile(r"@(\w+)@")
_SOURCE: Final = """--!strict
-- Builds the land of a lesson: ground, water and caves, the spawn, and a checkpoint with a sign and a gate for each
-- activity. It writes voxels in chunks and waits between them, so that a running place stays usable.
-- A place that was saved with this land is left alone; take the attribute LessonLand off Workspace to build it again.
local Workspace = game:GetService("Workspace")
local Terrain = Workspace.Terrain

local NAME: string = @name@
local LAND: string = @land@ -- tells this land from any other one
local CELL: number = @cell@ -- studs; Terrain:WriteVoxels knows no other resolution
local CHUNK: number = @chunk@ -- columns along a side of what is written at once
local WATER: number = @water@ -- studs; 0 where all is dry
local CAVE: number = @cave@ -- studs; height and width of tunnels
local PATH_MATERIAL: Enum.Material = @path_material@

type Layer = { material: Enum.Material, top: number }
type Place = { x: number, z: number }
type Tunnel = { from: Place, to: Place, floor: number }

local LAYERS: { Layer } = {
@layers@
}
local SPAWN: Place = @spawn@
local CHECKPOINTS: { Place } = {
@checkpoints@
}
type Sign = { heading: string, text: string }
local WORDS: Sign = @words@
local SIGNS: { Sign } = {
@signs@
}
local TUNNELS: { Tunnel } = {
@tunnels@
}

-- Cells of the ways, column after row.
local PATH: { number } = @path@

-- Heights in studs: a row for each cell from north to south, each from west to east.
local HEIGHTS: { { number } } = @heights@

local CELLS = #HEIGHTS
local HALF = CELLS * CELL / 2

local onPath: { [number]: boolean } = {}
for index = 1, #PATH, 2 do
	onPath[PATH[index + 1] * CELLS + PATH[index]] = true
end

-- More than any land is high: what an earlier land had above this one is cleared.
local LAYERS_HIGH = @layers_high@

local function heightAt(place: Place): number
	return HEIGHTS[place.z + 1][place.x + 1]
end

local function positionOf(place: Place, height: number): Vector3
	return Vector3.new((place.x + 0.5) * CELL - HALF, height, (place.z + 0.5) * CELL - HALF)
end

local function materialOf(height: number, way: boolean): Enum.Material
	if way then
		return PATH_MATERIAL
	end
	for _, layer in LAYERS do
		if height <= layer.top then
			return layer.material
		end
	end
	return LAYERS[#LAYERS].material
end

-- Gives material and filled share of one voxel of a column.
local function voxel(height: number, level: number, surface: Enum.Material): (Enum.Material, number)
	local bottom = level * CELL
	if bottom < height then
		local way = height - bottom <= CELL
		local ground = if way then surface else materialOf(bottom + CELL, false)
		return ground, math.clamp((height - bottom) / CELL, 0, 1)
	elseif bottom < WATER then
		return Enum.Material.Water, math.clamp((WATER - bottom) / CELL, 0, 1)
	end
	return Enum.Material.Air, 0
end

local function writeChunk(left: number, top: number)
	local wide = math.min(CHUNK, CELLS - left)
	local deep = math.min(CHUNK, CELLS - top)
	local materials: { { { Enum.Material } } } = {}
	local filled: { { { number } } } = {}
	for x = 1, wide do
		materials[x] = {}
		filled[x] = {}
		for level = 1, LAYERS_HIGH do
			materials[x][level] = {}
			filled[x][level] = {}
			for z = 1, deep do
				local height = HEIGHTS[top + z][left + x]
				local surface = materialOf(height, onPath[(top + z - 1) * CELLS + left + x - 1] == true)
				materials[x][level][z], filled[x][level][z] = voxel(height, level - 1, surface)
			end
		end
	end
	local low = Vector3.new(left * CELL - HALF, 0, top * CELL - HALF)
	local high = low + Vector3.new(wide * CELL, LAYERS_HIGH * CELL, deep * CELL)
	Terrain:WriteVoxels(Region3.new(low, high), CELL, materials, filled)
end

local function dig(tunnel: Tunnel)
	local from = positionOf(tunnel.from, tunnel.floor)
	local to = positionOf(tunnel.to, tunnel.floor)
	local long = math.abs(to.X - from.X) + CELL
	local wide = math.abs(to.Z - from.Z) + CELL
	local size = Vector3.new(math.max(long, CAVE), CAVE, math.max(wide, CAVE))
	local middle = (from + to) / 2 + Vector3.new(0, CAVE / 2, 0)
	Terrain:FillBlock(CFrame.new(middle), size, Enum.Material.Air)
end

local function folder(name: string): Folder
	local made = Instance.new("Folder")
	made.Name = name
	return made
end

-- Puts a folder in the place of an older one. Scripts look into it as soon as it is there, so it has to be complete.
local function put(made: Folder)
	local old = Workspace:FindFirstChild(made.Name)
	if old then
		old:Destroy()
	end
	made.Parent = Workspace
end

local function part(name: string, size: Vector3, place: CFrame, parent: Instance): Part
	local made = Instance.new("Part")
	made.Name = name
	made.Anchored = true
	made.Size = size
	made.CFrame = place
	made.Parent = parent
	return made
end

-- Stands above a place, and tells what is done there.
local function sign(told: Sign?, parent: Instance)
	if not told then
		return
	end
	local board = Instance.new("BillboardGui")
	board.Name = "Sign"
	board.Size = UDim2.fromScale(16, 8)
	board.StudsOffsetWorldSpace = Vector3.new(0, 10, 0)
	board.MaxDistance = 120
	local label = Instance.new("TextLabel")
	label.Size = UDim2.fromScale(1, 1)
	label.BackgroundColor3 = Color3.fromRGB(250, 250, 245)
	label.TextColor3 = Color3.fromRGB(20, 20, 30)
	label.Font = Enum.Font.BuilderSans
	label.TextScaled = true
	label.TextWrapped = true
	label.Text = told.heading .. "\\n" .. told.text
	label.Parent = board
	board.Parent = parent
end

-- Puts a gate two cells before a checkpoint, across the way from the place before.
local function gate(number: number, before: Place, place: Place, parent: Instance)
	local alongX = math.abs(place.x - before.x) >= math.abs(place.z - before.z)
	local back = if alongX then math.sign(before.x - place.x) else math.sign(before.z - place.z)
	local stand: Place = if alongX
		then { x = place.x + 2 * back, z = place.z }
		else { x = place.x, z = place.z + 2 * back }
	local size = if alongX then Vector3.new(1, 10, 12) else Vector3.new(12, 10, 1)
	local made = part(tostring(number), size, CFrame.new(positionOf(stand, heightAt(place) + 5)), parent)
	made.Material = Enum.Material.ForceField
	made.Transparency = 0.3
end

local function place()
	local lesson = folder("LessonStart")
	local spawnLocation = Instance.new("SpawnLocation")
	spawnLocation.Name = "Start"
	spawnLocation.Anchored = true
	spawnLocation.Size = Vector3.new(12, 1, 12)
	spawnLocation.CFrame = CFrame.new(positionOf(SPAWN, heightAt(SPAWN) + 0.5))
	spawnLocation.Parent = lesson
	sign(WORDS, spawnLocation)
	put(lesson)
	local checkpoints = folder("Checkpoints")
	local gates = folder("Gates")
	local before = SPAWN
	for number, checkpoint in CHECKPOINTS do
		local position = positionOf(checkpoint, heightAt(checkpoint) + 0.25)
		local pad = part(tostring(number), Vector3.new(8, 0.5, 8), CFrame.new(position), checkpoints)
		pad.Material = Enum.Material.Neon
		sign(SIGNS[number], pad)
		gate(number, before, checkpoint, gates)
		before = checkpoint
	end
	put(checkpoints)
	put(gates)
end

local function build()
	place() -- first, so that nobody who is there already falls
	for top = 0, CELLS - 1, CHUNK do
		for left = 0, CELLS - 1, CHUNK do
			writeChunk(left, top)
			task.wait()
		end
	end
	for _, tunnel in TUNNELS do
		dig(tunnel)
	end
	Workspace:SetAttribute("LessonLand", LAND)
	Workspace:SetAttribute("LessonLandName", NAME)
end

if Workspace:GetAttribute("LessonLand") ~= LAND then
	build()
end
"""


def builder(terrain: Terrain) -> str:
    """Write the script that builds a land."""
    filled = {
        "name": quoted(terrain.name),
        "land": quoted(digest(terrain.model_copy(update={"script": ""}))[:16]),
        "layers_high": str(LAYERS_HIGH),
        "words": literal(terrain.words.model_dump()),
        "signs": _lines(literal(one.model_dump(), 1) for one in terrain.signs),
        "cell": str(terrain.cell_studs),
        "chunk": str(CHUNK),
        "water": str(terrain.water_studs or 0),
        "cave": str(2 * terrain.caves[0].radius_studs if terrain.caves else 0),
        "path_material": f"Enum.Material.{terrain.path_material}",
        "layers": _lines(
            f"{{ material = Enum.Material.{one.material}, top = {one.to_height_studs} }}" for one in terrain.layers
        ),
        "spawn": _place(terrain.spawn),
        "checkpoints": _lines(map(_place, terrain.checkpoints)),
        "tunnels": _lines(
            f"{{ from = {_place(one.mouths[0])}, to = {_place(one.mouths[1])}, floor = {one.floor_studs} }}"
            for one in terrain.caves
        ),
        "path": numbers([number for cell in terrain.path for number in cell]),
        "heights": rows(terrain.heights),
    }
    parts = _MARK.split(_SOURCE)
    return "".join(filled[part] if number % 2 else part for number, part in enumerate(parts)).replace("{\n\n}", "{}")


def _place(cell: Cell) -> str:
    return f"{{ x = {cell[0]}, z = {cell[1]} }}"


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(f"\t{part}," for part in parts)
