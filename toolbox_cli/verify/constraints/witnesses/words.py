"""Text that looks like something, and how it goes wrong by one slip."""

from collections.abc import Iterator


def shapes(token: str) -> tuple[str, ...]:
    """Give text in the shapes that columns are held to, each with `token` in it where there is room.

    Args:
        token: letters and digits that are hexadecimal, the first a letter.
    """
    return (
        f"{token}-b", f"{token}_b", token.upper(), f"{token}@example.org", f"https://example.org/{token}",
        (token * 6)[:64], (token * 4)[:40], (token * 3)[:32], f"{token}.example.org", f"/{token}", f"{token}/b",
        f"5eed0000-0000-4000-8000-{token}", f"${token}", "#A0B1C2", "US", "us", "USD", "en", "en_US", "en-US",
        "+15550100", "7", "0", "-1", "1.5", "7-9", "1.2.3", "2026-01-01", "2026-01-01T00:00:00Z", "12:00",
        "192.0.2.1", "{}", "[]", "true", "A b", "A",
    )  # fmt: skip


def slips(word: str) -> Iterator[str]:
    """Give what a word becomes by one slip of the hand: too long, too short, other letters, strange signs."""
    yield word + (word[-1:] or "x")
    yield word[:-1]
    yield word.swapcase()
    yield from (f" {word}", f"{word} ", f"{word}\n", f"-{word}", f"{word}-", f"{word}!", f"x{word}")
    middle = len(word) // 2
    yield from (word[:middle] + sign + word[middle:] for sign in (" ", "-", "@", "é"))
    for sign in "-@":
        if sign in word:
            yield from (word.replace(sign, sign * 2), word.replace(sign, ""))
    yield from ("g" + word[1:], word[:-1] + "g", "")
