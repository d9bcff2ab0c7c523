"""Which addresses credentials may be sent to."""

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from toolbox_cli.core.http.hosts import is_loopback

LONGEST: Final = 500
WHY_HTTPS: Final = "by http, names of children and the credentials can be read and changed by whoever is on the way"

_SIGNS: Final = re.compile(r"[^\x21-\x7e]")


def fault_of(url: str, *, insecure_http: bool = False) -> str | None:
    """Say what keeps an address from being asked, without quoting it: it may hold a password.

    Args:
        url: the address.
        insecure_http: somebody took it upon them that everybody on the way can read along.

    Example:
        >>> fault_of("https://lms.example/api")
        >>> fault_of("https://ada:pass@lms.example/")
        'holds credentials'
    """
    if _SIGNS.search(url):
        return "holds blanks or signs that no address has"
    if "@" in url:  # wherever it stands: a password may have a slash
        return "holds credentials"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "can't be read as an address"
    faults = {
        "is no address of the web": parts.scheme not in {"https", "http"} or not parts.hostname,
        "holds more than scheme, host, port and path": "?" in url or "#" in url,
        f"is longer than {LONGEST} characters": len(url) > LONGEST,
        f"is not https: {WHY_HTTPS}": not (insecure_http or _is_private(parts)),
    }
    return next((fault for fault, found in faults.items() if found), None)


def _is_private(parts: SplitResult) -> bool:
    return parts.scheme == "https" or is_loopback(parts.hostname or "")
