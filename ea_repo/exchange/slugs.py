"""Identifiers made of names: readable, the same every time, in any script."""

import re
import unicodedata

_NOT_WORD = re.compile(r"[^\w]+|_+")
_LONGEST = 80


def slug(text: str) -> str:
    """The words of a text joined by dashes in small letters: "Pajak (Online)" becomes pajak-online. Empty for no word."""
    joined = _NOT_WORD.sub("-", unicodedata.normalize("NFKC", text).casefold())
    return joined.strip("-")[:_LONGEST].strip("-")
