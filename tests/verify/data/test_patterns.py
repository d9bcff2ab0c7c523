"""How secrets look that are kept as they should be, as the server reads the patterns."""

import hashlib
import secrets
from base64 import b64encode

import psycopg
import pytest
from cryptography.fernet import Fernet, MultiFernet

from tests.verify.data.breaks import JWT, TOKENS
from toolbox_cli.verify.data import patterns

KEYS = MultiFernet([Fernet(Fernet.generate_key()), Fernet(Fernet.generate_key())])
SHA256 = hashlib.sha256(b"token")

HASHES = (
    SHA256.hexdigest(),
    SHA256.hexdigest().upper(),
    hashlib.sha384(b"token").hexdigest(),
    hashlib.sha512(b"token").hexdigest(),
    f"sha256:{SHA256.hexdigest()}",
    f"hmac-sha256${SHA256.hexdigest()}",
    f"sha256:{b64encode(SHA256.digest()).decode()}",
    f"blake2b:{hashlib.blake2b(b'token').hexdigest()}",
    "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$aGFzaGhhc2g",
    "$2b$12$abcdefghijklmnopqrstuv",
)
NO_HASHES = (
    *TOKENS,
    f"Bearer {JWT}",
    SHA256.hexdigest()[1:],
    f"{SHA256.hexdigest()} ",
    f"x{SHA256.hexdigest()}",
    "sha256:x",
)
PASSWORDS = (
    "!",
    "*",
    "!locked",
    *HASHES[-2:],
    "$6$salt$hashhashhash",
    "scrypt:32768:8:1$salt$hash",
    "argon2$argon2id$v=19$x$y",
)
NO_PASSWORDS = (
    "",
    "password",
    "pa$$word",
    "$1$",
    SHA256.hexdigest(),
    hashlib.md5(b"x", usedforsecurity=False).hexdigest(),
)
ENCRYPTED = tuple(KEYS.encrypt(text).decode() for text in (b"", b"x", b"x" * 100))
NOT_ENCRYPTED = (
    "",
    "x",
    "gAAAAABk",
    secrets.token_urlsafe(100),
    ENCRYPTED[1][1:],
    f" {ENCRYPTED[1]}",
    ENCRYPTED[0][:90],
)

CASES = [
    *((patterns.HASH, text, True) for text in HASHES),
    *((patterns.HASH, text, False) for text in NO_HASHES),
    *((patterns.PASSWORD, text, True) for text in PASSWORDS),
    *((patterns.PASSWORD, text, False) for text in NO_PASSWORDS),
    *((patterns.ENCRYPTED, text, True) for text in ENCRYPTED),
    *((patterns.ENCRYPTED, text, False) for text in NOT_ENCRYPTED),
    *((patterns.PLAIN_SEED, text, True) for text in ("JBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3A==")),
    *((patterns.PLAIN_SEED, text, False) for text in ("", "JBSWY3DP", *ENCRYPTED)),
]


@pytest.mark.every_version
def test_secrets_are_known_by_their_look(toolboxai_connection: psycopg.Connection[tuple[bool]]) -> None:
    wrong = [
        (text, expected)
        for pattern, text, expected in CASES
        if toolboxai_connection.execute("SELECT %s::text ~ %s", (text, pattern)).fetchone() != (expected,)
    ]
    assert wrong == []
