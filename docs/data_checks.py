"""Writes docs/data-checks.md from the checks themselves: `make docs`."""

import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Final

from toolbox_cli.core.settings import Settings
from toolbox_cli.verify.data.check import Check
from toolbox_cli.verify.data.checks import CHECKS
from toolbox_cli.verify.data.verify import expected_of

PAGE: Final = Path(__file__).with_name("data-checks.md")

TITLES: Final = {
    "toolboxai": "The learning platform (toolboxai)",
    "pas_in_peace": "Parents' quests (pas_in_peace)",
    "frames": "Training modules (frames)",
    "toolbox": "The toolkit's own records (toolbox)",
}

HEAD: Final = """<!-- Made from the checks by `make docs`; change toolbox_cli/verify/data instead. -->

# Data checks

`toolbox verify data` looks for rows that break what is not, or not yet, a constraint of the database. It reads every
table as it stood at one moment, changes nothing, needs no right but SELECT, and may be pointed at a standby.

A finding has the check's name as its code, says how many rows break it, and names up to five of them by their keys.
Keys of people are not shown: `#` and the first 12 digits of their SHA-256 stand for them. Whoever may read the table
finds the row by

```sql
SELECT * FROM toolboxai.users WHERE left(encode(sha256(convert_to(id::text, 'UTF8')), 'hex'), 12) = 'e8bc163c82ee';
```

An error fails the run, a warning only with `--fail-on warning`. A check that can't know, because the role may not read
a column, a table is not there yet, or it took too long, is skipped and says so. The queries below give the keys of all
rows that break a check, with the schemas and the Roblox application of an installation that changes neither."""

CONSTRAINTS: Final = """## Constraints that rows may break

In every platform, beside its own checks: a constraint that was added NOT VALID and never validated, that is NOT
ENFORCED (PostgreSQL 18), or whose triggers are disabled. The server does not vouch for it, so its rows are looked at.

| code | severity | what it means | what to do |
|---|---|---|---|
| `constraint-broken` | error | Rows break it. | Correct or delete them; then have the server vouch for it. |
| `constraint-unproved` | warning | No row breaks it now, and any may. | Have the server vouch for it. |

The finding's remedy is the statement that does so, such as `ALTER TABLE … VALIDATE CONSTRAINT …`."""

DIGESTS: Final = """## What counts as a hash

A token's hash is SHA-256, SHA-384 or SHA-512 (or BLAKE2, BLAKE3, SHA-3) in hexadecimal digits, with or without the
algorithm's name before it; in base64 only with that name; or salted, as `$id$…`. JWTs, UUIDs, MD5 and base64 alone are
none. A random token of 32 bytes in hexadecimal digits looks like a SHA-256 and can't be told from one.

A password's hash names its algorithm and has a salt: `$argon2id$…`, `$2b$…`, `pbkdf2_sha256$…`, `scrypt:…$…`. A value
that begins with `!` or `*` is exempt: it is no password at all, as sample data and imported accounts have it. What is
encrypted with the installation's keys is a Fernet token, `gAAAAA…`."""


def page() -> str:
    """Give the page's text."""
    parts = [HEAD]
    for platform, title in TITLES.items():
        parts += [f"## {title}", *_sections(platform)]
    return "\n\n".join([*parts, CONSTRAINTS, DIGESTS]) + "\n"


def shown_query(platform: str, check: Check) -> str:
    """Write a check's query as it runs with the defaults."""
    text = textwrap.dedent(check.query).strip().replace("{" + platform + "}", platform)
    for name, value in asdict(expected_of(Settings())).items():
        text = text.replace(f"%({name})s", str(value).lower() if isinstance(value, bool) else f"'{value}'")
    return text + ";"


def _sections(platform: str) -> Iterator[str]:
    for name, group in groupby(CHECKS[platform], key=lambda check: check.name):
        checks = list(group)
        first = checks[0]
        tables = ", ".join(f"`{check.table}`" for check in checks)
        yield f"### {name}"
        yield f"{first.severity.capitalize()} in {tables} ({first.field}). **{first.claim}**"
        yield f"If not: {first.means}\\\nWhat to do: {first.remedy}"
        yield "```sql\n" + "\n".join(shown_query(platform, check) for check in checks) + "\n```"


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
