"""How recipients of exports are named: one who is spelled in several ways is one recipient, with one key."""

import unicodedata


def recipient_named(text: str) -> str:
    """Give a recipient's name in its one spelling: composed characters, and single blanks between words.

    Example:
        >>> recipient_named("  District   North ")
        'District North'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())
