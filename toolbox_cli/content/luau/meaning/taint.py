"""Where values come from, as far as somebody else than the script's author decides on them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from toolbox_cli.content.luau.meaning.folding import DEFINITIONS_CAP, Folder
from toolbox_cli.content.luau.meaning.handlers import FROM_CLIENTS, Handler
from toolbox_cli.content.luau.meaning.library import METHODS
from toolbox_cli.content.luau.meaning.values import Ref, kind_of
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import Symbol, given_once, own_function

DEPTH_CAP: Final = 40

REMOTE: Final = "remote"
CHAT: Final = "chat"
HTTP: Final = "http"
PRODUCT: Final = "product"
ATTRIBUTE: Final = "attribute"
OBJECT_VALUE: Final = "value"
TYPED: Final = "typed"
STORED: Final = "stored"
PERSON: Final = "person"
FOUND: Final = "found"

BY_METHOD: Final = {
    "GetAsync": HTTP, "PostAsync": HTTP, "RequestAsync": HTTP, "HttpGet": HTTP, "HttpGetAsync": HTTP,
    "GetProductInfo": PRODUCT, "GetProductInfoAsync": PRODUCT, "GetAttribute": ATTRIBUTE, "GetAttributes": ATTRIBUTE,
    "UpdateAsync": STORED, "GetNameFromUserIdAsync": PERSON, "GetCountryRegionForPlayerAsync": PERSON,
    "GetFreeModelsAsync": FOUND, "GetFreeModels": FOUND, "GetFreeDecalsAsync": FOUND, "SearchCatalogAsync": FOUND,
    "SearchCatalog": FOUND, "GetUserThumbnailAsync": PERSON, "GetFriendsOnline": PERSON,
    "GetUserInfosByUserIdsAsync": PERSON,
}  # fmt: skip
PERSONAL: Final = frozenset(("Name", "DisplayName", "UserId", "AccountAge", "LocaleId", "CharacterAppearanceId"))
FILTERS: Final = frozenset(
    """
    FilterStringAsync FilterStringForBroadcast FilterAndTranslateStringAsync GetNonChatStringForBroadcastAsync
    GetNonChatStringForUserAsync GetChatForUserAsync TranslateAndFilter
    """.split()
)
BOUNDS: Final = frozenset(("math.clamp",))
PASSING: Final = frozenset(
    """
    tostring tonumber table.concat math.floor math.ceil math.round math.abs math.min math.max utf8.char select unpack
    table.unpack pairs ipairs next string.split string.match string.gmatch string.find string.format string.gsub
    string.sub string.lower string.upper string.reverse string.rep string.char string.byte table.pack assert
    """.split()
)
VALUES: Final = frozenset("CFrame Vector3 Vector2 UDim2 UDim Color3 BrickColor Region3 NumberRange Ray".split())
JSON: Final = frozenset(("JSONEncode", "JSONDecode", "UrlEncode"))
TEXT_METHODS: Final = METHODS | {"split", "match", "gmatch", "find"}
CHILDREN: Final = frozenset(
    "FindFirstChild WaitForChild FindFirstChildOfClass FindFirstChildWhichIsA FindFirstAncestor GetChildren".split()
)
_SAID: Final = frozenset(("Chatted", "Triggered"))
PROTECTED: Final = frozenset(("pcall", "xpcall", "ypcall"))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from.

    Attributes:
        kind: one of the kinds above.
        symbol: of a handler's parameter, that.
    """

    kind: str
    symbol: Symbol | None = None


Origins = frozenset[Origin]
_NONE: Final[Origins] = frozenset()


class Taint:
    """Gives the origins of each expression of one script."""

    def __init__(self, folder: Folder, found: Iterable[Handler]) -> None:
        self._folder = folder
        self._known: dict[Node, Origins] = {}
        self._symbols: dict[Symbol, Origins] = {}
        self._fields: dict[tuple[Symbol, str], Origins] = {}
        self._busy: set[Node | Symbol] = set()
        self._depth = 0
        self._given: dict[Symbol, Origin] = {}
        self._open: set[nodes.Function] = set()
        self._players: set[Symbol] = set()
        for handler in found:
            self._note(handler)
        self._readers: dict[type[Node], Callable[..., Origins]] = {
            nodes.Name: self._name, nodes.Index: self._index, nodes.Call: self._call, nodes.Binary: self._binary,
            nodes.Unary: self._unary, nodes.Template: self._all, nodes.Choice: self._choice, nodes.Table: self._all,
            nodes.Field: lambda node: self.of(node.value), nodes.Varargs: self._varargs,
            nodes.Assign: lambda node: self._union(node.values),
        }  # fmt: skip

    def of(self, node: Node | None) -> Origins:
        """Give where an expression's value may come from."""
        reader = self._readers.get(type(node)) if node is not None else None
        if node is None or reader is None:
            return _NONE
        if node in self._known:
            return self._known[node]
        if node in self._busy or self._depth >= DEPTH_CAP:
            return _NONE
        self._busy.add(node)
        self._depth += 1
        found = reader(node)
        self._depth -= 1
        self._busy.discard(node)
        if found or not self._busy:
            self._known[node] = found
        return found

    def kinds(self, node: Node | None) -> set[str]:
        return {one.kind for one in self.of(node)}

    def is_player(self, node: Node) -> bool:
        """Tell whether an expression is a player."""
        if isinstance(node, nodes.Name) and node.symbol is not None:
            is_named = node.symbol in self._players or node.id.lower() in ("player", "plr", "localplayer")
            return is_named or self._is_of_players(node.symbol)
        path = self._folder.path(node)
        return path.endswith((".LocalPlayer", ":GetPlayerFromCharacter()"))

    def _is_of_players(self, symbol: Symbol) -> bool:
        """Tell whether a loop's variable goes over all players."""
        values = symbol.loop.values if isinstance(symbol.loop, nodes.ForEach) else []
        listed = [_unwrapped(one) for one in values[:1]]
        return symbol.number == 1 and any(self._folder.path(one).endswith("Players:GetPlayers()") for one in listed)

    def _note(self, handler: Handler) -> None:
        if handler.player is not None:
            self._players.add(handler.player.symbol)
        kind = REMOTE if handler.event in FROM_CLIENTS else CHAT if handler.event in _SAID else None
        for name in handler.data if kind else ():
            self._given[name.symbol] = Origin(str(kind), name.symbol)
        if handler.event in FROM_CLIENTS:
            self._open.add(handler.function)

    def _union(self, found: Iterable[Node]) -> Origins:
        return _NONE.union(*(self.of(one) for one in found))

    def _all(self, node: Node) -> Origins:
        return self._union(node.children())

    def _choice(self, node: nodes.Choice) -> Origins:
        return self._union([*node.values, node.otherwise])

    def _varargs(self, node: nodes.Varargs) -> Origins:
        function = next((one for one in node.within() if isinstance(one, nodes.Function)), None)
        return frozenset((Origin(REMOTE),)) if function in self._open else _NONE

    def _name(self, node: nodes.Name) -> Origins:
        symbol = node.symbol
        if symbol is None or symbol in self._busy:
            return _NONE
        if symbol in self._symbols:
            return self._symbols[symbol]
        self._busy.add(symbol)
        found = frozenset((self._given[symbol],)) if symbol in self._given else _NONE
        if isinstance(symbol.loop, nodes.ForEach):
            found |= self._union(symbol.loop.values)
        found |= self._union(
            one.value
            for one in symbol.definitions
            if one.value is not None and not (not one.place and _is_asked_for(one.value))
        )
        self._busy.discard(symbol)
        if found or len(symbol.definitions) > DEFINITIONS_CAP or not self._busy - {node}:
            self._symbols[symbol] = found
        return found

    def _index(self, node: nodes.Index) -> Origins:
        key = getattr(node.key, "value", None)
        kind = self._kind_of_member(node.base, key)
        if kind is not None:
            return frozenset((Origin(kind),))
        if key == "Value":
            return self.of(node.base) | {Origin(OBJECT_VALUE)}
        if key is None and self._is_wide(node.base):
            return self.of(node.base) | self.of(node.key)
        if key in ("Body", "Description") or not isinstance(node.base, nodes.Name):
            return self.of(node.base)
        return self.of(node.base) | self._field(node.base.symbol, str(key))

    def _kind_of_member(self, base: Node, key: object) -> str | None:
        if key in PERSONAL and self.is_player(base):
            return PERSON
        if key == "TeleportData" and nodes.key_of(given_once(base)) == "GetJoinData":
            return REMOTE  # the client that teleports writes it
        return TYPED if key == "Text" and self._is_text_box(base) else None

    def _field(self, symbol: Symbol | None, key: str) -> Origins:
        if symbol is None:
            return _NONE
        if (symbol, key) not in self._fields:
            self._fields[symbol, key] = _NONE  # what it is assigned from itself adds nothing
            self._fields[symbol, key] = self._union(symbol.fields.get(key, ()))
        return self._fields[symbol, key]

    def _is_text_box(self, node: Node) -> bool:
        value = self._folder.value(node)
        if isinstance(value, Ref) and value.path.startswith("new."):
            return value.path == "new.TextBox"
        name = node.id if isinstance(node, nodes.Name) else str(getattr(getattr(node, "key", None), "value", ""))
        return any(part in name.lower() for part in ("box", "input", "entry"))

    def _call(self, node: nodes.Call) -> Origins:
        callee = node.callee
        if node.is_method and isinstance(callee, nodes.Index):
            return self._method(node, callee, str(getattr(callee.key, "value", "")))
        path = self._folder.path(callee)
        if path in BOUNDS:
            return self._union(node.arguments[1:])
        if path in PASSING or path.partition(".")[0] in VALUES:
            return self._union(node.arguments)
        if path in PROTECTED and node.arguments:
            return self._protected(node)
        function = own_function(callee)
        return self._returns(function) if function is not None else _NONE

    def _protected(self, node: nodes.Call) -> Origins:
        first, rest = node.arguments[0], node.arguments[1:]
        function = own_function(first)
        if function is not None:
            return self._returns(function)
        name = self._folder.path(first).rpartition(".")[2]
        if name in FILTERS:
            return _NONE
        if name in BY_METHOD:
            return self._fetched(self._folder.value(getattr(first, "base", None)), name)
        return self._union(rest) if name in JSON or self._folder.path(first) in PASSING else _NONE

    def _returns(self, function: nodes.Function) -> Origins:
        if function in self._busy:
            return _NONE
        self._busy.add(function)
        found = self._union(
            value
            for one in function.body.walk()
            if isinstance(one, nodes.Return) and innermost(one) is function
            for value in one.values
        )
        self._busy.discard(function)
        return found

    def _method(self, node: nodes.Call, callee: nodes.Index, name: str) -> Origins:
        receiver = self._folder.value(callee.base)
        if name in FILTERS or _is_asked_for(node):
            return _NONE if name in FILTERS else frozenset((Origin(REMOTE),))
        if name in BY_METHOD:
            return self._fetched(receiver, name) | self.of(callee.base)
        if name in JSON:
            return self._union(node.arguments)
        if name in CHILDREN:
            return self._child(node, callee)
        if name in TEXT_METHODS or kind_of(receiver) == "string":
            return self.of(callee.base) | self._union(node.arguments)
        function = own_function(callee)
        return self._returns(function) if function is not None else self.of(callee.base) - {Origin(OBJECT_VALUE)}

    @staticmethod
    def _fetched(receiver: object, name: str) -> Origins:
        is_http = isinstance(receiver, Ref) and receiver.path.endswith(("HttpService", "game"))
        if BY_METHOD[name] == HTTP and not is_http:
            return frozenset((Origin(STORED),)) if name in ("GetAsync", "UpdateAsync") else _NONE
        return frozenset((Origin(BY_METHOD[name]),))

    def _child(self, node: nodes.Call, callee: nodes.Index) -> Origins:
        """A child that somebody names stays his choice where it may be anything of the game; elsewhere it is a list."""
        return self.of(callee.base) | (self._union(node.arguments) if self._is_wide(callee.base) else _NONE)

    def _is_wide(self, node: Node) -> bool:
        """Tell whether something holds a whole part of the game."""
        path = self._folder.path(node)
        return path == "game" or (path.startswith("service.") and path.count(".") == 1 and ":" not in path)

    def _binary(self, node: nodes.Binary) -> Origins:
        if node.operator in ("==", "~=", "<", ">", "<=", ">="):
            return _NONE
        return self._union(node.operands[-1:] if node.operator == "and" else node.operands)

    def _unary(self, node: nodes.Unary) -> Origins:
        return self.of(node.operand) if node.operator == "-" else _NONE


def _is_asked_for(node: Node) -> bool:
    """Tell whether this is `remote.OnServerEvent:Wait()`, which gives a player, and then what its client sent."""
    if not isinstance(node, nodes.Call) or not isinstance(node.callee, nodes.Index):
        return False
    is_wait = node.is_method and nodes.key_of(node) in ("Wait", "wait")
    return is_wait and nodes.key_of(given_once(node.callee.base)) in FROM_CLIENTS


def _unwrapped(node: Node) -> Node:
    """Give what `pairs` and `ipairs` go over."""
    if isinstance(node, nodes.Call) and node.arguments and getattr(node.callee, "id", "") in ("pairs", "ipairs"):
        return node.arguments[0]
    return node


def innermost(node: Node) -> nodes.Function | None:
    """Give the function that a node stands in."""
    return next((one for one in node.within() if isinstance(one, nodes.Function)), None)
