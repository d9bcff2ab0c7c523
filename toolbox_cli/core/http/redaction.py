"""Takes what is secret out of addresses and texts before anybody reads them."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, quote_plus, unquote_plus, urlsplit, urlunsplit

HIDDEN: Final = "***"
LOOKED_AT: Final = 16_384
"""Characters of a text that an excerpt is made from."""

_WORDS: Final = (
    "token", "secret", "password", "passwd", "pwd", "apikey", "authorization", "signature", "assertion", "jwt",
    "credential", "session", "sesskey", "cookie", "nonce", "consumerkey", "privatekey", "accesskey",
)  # fmt: skip
_NAMES: Final = frozenset({"code", "key", "sig", "auth", "pass", "pin", "samlresponse", "sid"})
_NAME: Final = re.compile(r"""([\w.%-]{1,80})\\?["']?\s*[=:]\s*""")
_VALUE: Final = re.compile(r"""\\?"(?:\\.|[^"\\])*(?:"|\\"|$)|'[^']*(?:'|$)|[^\s&;,"'<>}\])]+""")
_SCHEMES: Final = re.compile(r"\b(Bearer|Basic|OAuth|Digest|Negotiate)(\s+)[\w~+/.=-]{4,}", re.IGNORECASE)
_USERINFO: Final = re.compile(r"(?<=://)[^/\s@?#]+@")


def is_secret(name: str) -> bool:
    """Tell whether a parameter, header or field of this name holds what nobody should read."""
    plain = re.sub(r"[^a-z0-9]", "", unquote_plus(name).lower())
    return plain in _NAMES or any(word in plain for word in _WORDS)


def redact_url(url: str) -> str:
    """Hide who signs in and the secret parameters of an address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN
    netloc = f"{HIDDEN}@{parts.netloc.rpartition('@')[2]}" if "@" in parts.netloc else parts.netloc
    pairs = [_redact_pair(pair) for pair in parts.query.split("&")] if parts.query else []
    return urlunsplit((parts.scheme, netloc, parts.path, "&".join(pairs), ""))


def _redact_pair(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={HIDDEN}" if equals and is_secret(name) else pair


class Redactor:
    """Knows the secrets of one connection, and hides them wherever they stand, besides what is named like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        self.learn(*secrets)

    def __repr__(self) -> str:
        return f"Redactor({len(self._known)} secrets)"

    def learn(self, *secrets: str) -> None:
        """Hide these from now on, in whatever way they are quoted."""
        for secret in filter(None, secrets):
            quoted = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
            in_json = {json.dumps(secret, ensure_ascii=plain)[1:-1] for plain in (True, False)}
            self._known |= {secret} | quoted | in_json | {form.replace("/", "\\/") for form in in_json}

    def text(self, text: str) -> str:
        """Hide secrets in some text."""
        text = _USERINFO.sub(f"{HIDDEN}@", self._known_hidden(text))
        text = _SCHEMES.sub(rf"\1\2{HIDDEN}", text)
        return "".join(_named_hidden(text))

    def url(self, url: str) -> str:
        """Hide secrets in an address."""
        return self._known_hidden(redact_url(url))

    def excerpt(self, text: str, length: int = 200) -> str:
        """Give the beginning of a text on one line, without secrets and without what can't be written anywhere."""
        begins = self.text(text[:LOOKED_AT]).encode("utf-8", "replace").decode()
        return re.sub(r"[\s\x00-\x1f\x7f]+", " ", begins).strip()[:length]

    def _known_hidden(self, text: str) -> str:
        for secret in sorted(self._known, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return text


def _named_hidden(text: str) -> Iterator[str]:
    at = 0
    while name := _NAME.search(text, at):
        yield text[at : name.end()]
        at = name.end()
        if is_secret(name[1]) and (value := _VALUE.match(text, at)):
            yield HIDDEN
            at = value.end()
    yield text[at:]
