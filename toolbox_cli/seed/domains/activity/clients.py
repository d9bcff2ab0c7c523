"""Programs that people sign in with."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from toolbox_cli.seed.making.text import Raw, raw


class Client(NamedTuple):
    """A program on a device; all in COPY's format.

    Attributes:
        agent: its User-Agent header.
        info: what it says of itself when it connects.
    """

    agent: Raw
    browser: Raw
    system: Raw
    device: Raw
    info: Raw


def _client(device: str, system: str, browser: str, agent: str) -> Client:
    info = raw({"browser": browser, "os": system, "device": device, "protocol": 1})
    return Client(Raw(agent), Raw(browser), Raw(system), Raw(device), info)


_CHROME: Final = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0"
_SAFARI: Final = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0"
_CHROMEBOOK: Final = _client(
    "desktop", "ChromeOS", "Chrome", f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {_CHROME} Safari/537.36"
)
_WINDOWS: Final = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME} Safari/537.36"

BROWSERS: Final[Mapping[str, tuple[Client, ...]]] = {
    "desktop": (
        _CHROMEBOOK,
        _CHROMEBOOK,  # twice as common as each of the others
        _client("desktop", "Windows", "Chrome", _WINDOWS),
        _client("desktop", "Windows", "Edge", f"{_WINDOWS} Edg/150.0.0.0"),
        _client(
            "desktop", "macOS", "Safari",
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_SAFARI} Safari/605.1.15",
        ),
    ),
    "tablet": (
        _client(
            "tablet", "iPadOS", "Safari",
            f"Mozilla/5.0 (iPad; CPU OS 26_0 like Mac OS X) {_SAFARI} Mobile/15E148 Safari/604.1",
        ),
        _client("tablet", "Android", "Chrome", f"Mozilla/5.0 (Linux; Android 16; K) {_CHROME} Safari/537.36"),
    ),
    "mobile": (
        _client(
            "mobile", "iOS", "Safari",
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) {_SAFARI} Mobile/15E148 Safari/604.1",
        ),
        _client("mobile", "Android", "Chrome", f"Mozilla/5.0 (Linux; Android 16; K) {_CHROME} Mobile Safari/537.36"),
    ),
}  # fmt: skip
"""Browsers by device, each as common as the others there."""

_ROBLOX: Final = "RobloxApp/0.700.0 (GlobalDist; RobloxDirectDownload)"

STUDIO: Final = _client("desktop", "Windows", "Roblox Studio", f"RobloxStudio/WinInet {_ROBLOX}")
"""Where the plugin runs."""

PLAYERS: Final[Mapping[str, Client]] = {
    device: _client(device, clients[0].system, "Roblox", f"Roblox/WinInet {_ROBLOX}")
    for device, clients in BROWSERS.items()
}
"""The game, by device."""
