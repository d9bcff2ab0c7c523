"""How recipients of exports are named: one who is spelled in several ways is one recipient, with one key."""

import unicodedata

from toolbox_cli.core.errors import UsageError


def check_words(recipient: str | None, basis: str | None) -> None:
    """Refuse a recipient or basis of nothing but blanks: a record of it would say nothing.

    Raises:
        UsageError: one of them is.
    """
    if recipient is not None and not recipient.strip():
        raise UsageError("The recipient has no name.", remedy="Say who gets it, or leave --recipient out.")
    if basis is not None and not basis.strip():
        raise UsageError("The basis says nothing.", remedy="Say why it may leave: --basis TEXT.")


def recipient_named(text: str) -> str:
    """Give a recipient's name in its one spelling: composed characters, and single blanks between words.

    Example:
        >>> recipient_named("  District   North ")
        'District North'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())
