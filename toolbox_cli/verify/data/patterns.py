"""How secrets look that are kept as they should be; PostgreSQL's regular expressions."""

from typing import Final

_ALGORITHM: Final = r"(hmac-)?(sha-?(256|384|512)|sha3-(256|384|512)|blake2[bs]|blake3)"
_DIGEST: Final = r"([0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})"
_SALTED: Final = r"\$[a-zA-Z0-9-]+\$.{8,}"

HASH: Final = rf"^(({_ALGORITHM}[:$])?{_DIGEST}|{_ALGORITHM}[:$][A-Za-z0-9+/_-]{{43,86}}={{0,2}}|{_SALTED})$"
"""A token's digest: SHA-256 or longer in hexadecimal digits, or with the algorithm's name before it, or salted.

A random token of 32 bytes in hexadecimal digits looks the same and passes; JWTs, UUIDs and base64 don't.
"""

PASSWORD: Final = rf"^([!*].*|{_SALTED}|(pbkdf2|bcrypt|argon2|scrypt)[a-z0-9_:-]*\$.{{8,}})$"
"""A salted hash that names its algorithm and cost, or the ! or * that no password fits."""

ENCRYPTED: Final = r"^gAAAAA[A-Za-z0-9_-]{92,}={0,2}$"
"""What encryption with the installation's keys makes: Fernet's token, of version 128 and a time until 2106."""

PLAIN_SEED: Final = r"^[A-Z2-7]{16,}=*$"
"""The seed of one-time codes as authenticator apps take it: base32."""
