"""Global names: of Luau, of Roblox, and of the programs that cheats run in."""

from typing import Final

LIBRARIES: Final = frozenset("bit32 buffer coroutine debug math os string table task utf8 vector".split())

FUNCTIONS: Final = frozenset(
    """
    assert collectgarbage delay elapsedTime error gcinfo getfenv getmetatable ipairs loadstring newproxy next pairs
    pcall print printidentity rawequal rawget rawlen rawset require select setfenv setmetatable settings spawn stats
    tick time tonumber tostring type typeof unpack UserSettings version wait warn xpcall ypcall
    """.split()
)

OBJECTS: Final = frozenset("_G _VERSION game Game plugin script shared workspace Workspace Enum Instance".split())

DATA_TYPES: Final = frozenset(
    """
    Axes BrickColor CFrame CatalogSearchParams Color3 ColorSequence ColorSequenceKeypoint Content DateTime
    DockWidgetPluginGuiInfo Faces FloatCurveKey Font NumberRange NumberSequence NumberSequenceKeypoint OverlapParams
    Path2DControlPoint PathWaypoint PhysicalProperties PluginDrag Random Ray RaycastParams Rect Region3 Region3int16
    RotationCurveKey Secret SharedTable TweenInfo UDim UDim2 Vector2 Vector2int16 Vector3 Vector3int16
    """.split()
)

BUILTINS: Final = LIBRARIES | FUNCTIONS | OBJECTS | DATA_TYPES

LOADERS: Final = frozenset(("require", "loadstring", "getfenv", "setfenv"))
"""Functions that run, or reach, what a script doesn't show."""

EXECUTOR_ONLY: Final = frozenset(
    """
    appendfile checkcaller clonefunction cloneref compareinstances consoleprint decompile delfile delfolder dofile
    fireclickdetector fireproximityprompt firesignal firetouchinterest getcallbackvalue getcallingscript
    getconnections getcustomasset getexecutorname getfpscap getgc getgenv gethiddenproperty gethui getidentity
    getinstances getloadedmodules getmenv getnamecallmethod getnilinstances getproperties getrawmetatable getreg
    getregistry getrenv getrunningscripts getscriptbytecode getscriptclosure getscripthash getscripts getsenv
    getspecialinfo getsynasset getthreadcontext getthreadidentity getupvalue getupvalues hookfunc hookfunction
    hookmetamethod http_request identifyexecutor is_executor_closure is_synapse_function iscclosure isexecutorclosure
    isfile isfolder islclosure isnetworkowner isourclosure isrbxactive isreadonly isscriptable isvalidlevel
    keypress keyrelease listfiles loadfile lz4compress lz4decompress make_readonly make_writeable makefolder
    messagebox mouse1click mouse1press mouse1release mouse2click mousemoveabs mousemoverel newcclosure newlclosure
    protect_gui protectgui queue_on_teleport queueonteleport rconsoleclear rconsolecreate rconsoleinput
    rconsolename rconsoleprint readfile replaceclosure restorefunction runningcoroutine saveinstance set_thread_identity
    setclipboard setfflag setfpscap sethiddenproperty setidentity setnamecallmethod setproximity setrawmetatable
    setrbxclipboard setreadonly setscriptable setsimulationradius setthreadcontext setthreadidentity setupvalue
    syn_checkcaller syn_getgenv toclipboard unlockmodulescript writefile
    """.split()
)
"""Functions that a cheat's program adds, and Roblox doesn't have."""

EXECUTOR_TABLES: Final = frozenset("syn fluxus krnl KRNL_LOADED Drawing WebSocket crypt cache rconsole".split())
"""Tables of the same programs."""

DEBUG_ONLY: Final = frozenset(
    """
    getconstant getconstants getproto getprotos getregistry getstack getupvalue getupvalues setconstant setmetatable
    setproto setstack setupvalue getmetatable
    """.split()
)
"""What those programs add to `debug`."""

DEPRECATED_GLOBALS: Final = {
    "wait": "task.wait", "spawn": "task.spawn", "delay": "task.delay", "ypcall": "pcall", "tick": "os.clock",
    "elapsedTime": "os.clock", "Game": "game", "Workspace": "workspace",
}  # fmt: skip

DEPRECATED_METHODS: Final = {
    "connect": "Connect", "disconnect": "Disconnect", "wait": "Wait", "children": "GetChildren",
    "getChildren": "GetChildren", "findFirstChild": "FindFirstChild", "clone": "Clone", "destroy": "Destroy",
    "remove": "Destroy", "isA": "IsA", "isDescendantOf": "IsDescendantOf", "clearAllChildren": "ClearAllChildren",
    "GetRobloxVersion": "version", "getService": "GetService", "service": "GetService", "playerFromCharacter":
    "GetPlayerFromCharacter", "getPlayers": "GetPlayers", "breakJoints": "BreakJoints", "makeJoints": "MakeJoints",
    "loadAnimation": "Animator:LoadAnimation", "takeDamage": "TakeDamage", "moveTo": "MoveTo", "SetPrimaryPartCFrame":
    "PivotTo", "GetPrimaryPartCFrame": "GetPivot", "FindPartOnRay": "Raycast", "FindPartOnRayWithIgnoreList": "Raycast",
    "FindPartOnRayWithWhitelist": "Raycast", "FindPartsInRegion3": "GetPartBoundsInBox", "LoadCharacterAppearance":
    "ApplyDescription",
}  # fmt: skip
"""Methods that nothing of Roblox's has under this name without its being deprecated."""

DEPRECATED_CLASSES: Final = {
    "BodyVelocity": "LinearVelocity", "BodyPosition": "AlignPosition", "BodyGyro": "AlignOrientation",
    "BodyAngularVelocity": "AngularVelocity", "BodyForce": "VectorForce", "BodyThrust": "VectorForce",
    "RocketPropulsion": "LineForce", "Hint": "a TextLabel", "Message": "a TextLabel", "HopperBin": "Tool",
}  # fmt: skip
