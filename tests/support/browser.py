"""A real browser without a window: opens a file, takes pictures of it, and says what a screen reader would be told."""

import base64
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.tools import find_tool

ARGUMENTS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--window-size=1200,900",
)
"""Root, in a container: no sandbox of its own, and no shared memory to speak of."""

_COUNT: Final = """
const [data, done] = arguments, image = new Image();
image.onload = () => {
    const canvas = new OffscreenCanvas(image.width, image.height), to = canvas.getContext("2d"), counts = {};
    to.drawImage(image, 0, 0);
    const dots = to.getImageData(0, 0, image.width, image.height).data;
    for (let at = 0; at < dots.length; at += 4) {
        const colour = dots[at] << 16 | dots[at + 1] << 8 | dots[at + 2];
        counts[colour] = (counts[colour] || 0) + 1;
    }
    done(counts);
};
image.src = "data:image/png;base64," + data;
"""


@dataclass(frozen=True)
class Node:
    """What assistive technology is told of one thing of a page.

    Attributes:
        level: of a heading; 0 of anything else.
    """

    role: str
    name: str
    level: int = 0


class Browser:
    """One window, driven by the W3C's WebDriver protocol."""

    def __init__(self, driver: str, session: str) -> None:
        self._driver, self._session = driver, session

    def open(self, file: Path) -> None:
        """Load a page and wait until it is there."""
        self._call("/url", {"url": file.resolve().as_uri()})

    def run(self, script: str) -> Any:
        """Run a script in the page, whatever the page itself may run, and give what it returns."""
        return self._call("/execute/sync", {"script": script, "args": []})

    def emulate(self, *, scheme: str = "light", media: str = "screen") -> None:
        """Prefer light or dark, on a screen or on paper."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._ask("Emulation.setEmulatedMedia", media=media, features=features)

    def picture(self, file: Path | None = None) -> bytes:
        """Take a picture of the whole page, as PNG."""
        size = self._ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        taken = self._ask("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]
        data = base64.b64decode(taken)
        if file is not None:
            file.write_bytes(data)
        return data

    def colours_of(self, picture: bytes) -> dict[str, int]:
        """Count the pixels of each colour, such as #ffffff; leaves the page."""
        self._call("/url", {"url": "about:blank"})
        given = base64.b64encode(picture).decode()
        counts: dict[str, int] = self._call("/execute/async", {"script": _COUNT, "args": [given]})
        return {f"#{int(colour):06x}": count for colour, count in counts.items()}

    def pdf(self) -> bytes:
        """Print the page."""
        return base64.b64decode(self._ask("Page.printToPDF", printBackground=False)["data"])

    def tree(self) -> list[Node]:
        """Give the accessibility tree in reading order, without what is ignored."""
        self._ask("Accessibility.enable")
        nodes = {node["nodeId"]: node for node in self._ask("Accessibility.getFullAXTree")["nodes"]}
        roots = [node for node in nodes.values() if "parentId" not in node]
        return [one for root in roots for one in _walk(root, nodes)]

    def complaints(self) -> list[str]:
        """Give what the browser wrote to its console, such as what a policy of the page refused."""
        return [str(entry["message"]) for entry in self._call("/se/log", {"type": "browser"})]

    def _ask(self, command: str, **parameters: Any) -> Any:
        return self._call("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def _call(self, path: str, body: Any) -> Any:
        return _call(f"{self._driver}/session/{self._session}{path}", body)


@contextmanager
def browser(home: Path) -> Iterator[Browser]:
    """Start a browser; its profile goes into `home`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    driver = subprocess.Popen([str(find_tool("chromedriver")), f"--port={port}"], stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        options = {"args": [*ARGUMENTS, f"--user-data-dir={home}"], "binary": find_tool("chromium")}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        session = _call(f"{address}/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        try:
            yield Browser(address, session)
        finally:
            _call(f"{address}/session/{session}", None, method="DELETE")
    finally:
        driver.terminate()
        driver.wait(timeout=30)


def _wait(address: str, patience_s: float = 60) -> None:
    until = time.monotonic() + patience_s
    while True:
        try:
            _call(f"{address}/status", None, method="GET")
        except urllib.error.URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def _call(url: str, body: Any, method: str = "POST") -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310  this machine
        return json.load(answer)["value"]


def _walk(node: Any, nodes: dict[str, Any]) -> Iterator[Node]:
    if not node.get("ignored"):
        level = next((one["value"]["value"] for one in node.get("properties", ()) if one["name"] == "level"), 0)
        yield Node(node["role"]["value"], node.get("name", {}).get("value", ""), level)
    for child in node.get("childIds", ()):
        if child in nodes:
            yield from _walk(nodes[child], nodes)
