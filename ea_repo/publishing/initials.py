"""The index A to Z: under which letter a name stands, in any script."""

import unicodedata

from ea_repo.store.search import fold

OTHERS = "other"
_CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_PLAIN = {"ㄲ": "ㄱ", "ㄸ": "ㄷ", "ㅃ": "ㅂ", "ㅆ": "ㅅ", "ㅉ": "ㅈ"}
_FIRST_SYLLABLE, _SYLLABLES_EACH = 0xAC00, 588


def initial(name: str) -> tuple[str, str]:
    """(key for a file's name, letter to show): a letter without accents, a Korean consonant, `0-9`, or `other`."""
    first = next((each for each in fold(name) if each.isalnum()), "")
    if first.isdecimal():
        return "0-9", "0–9"
    if "가" <= first <= "힣":
        consonant = _CONSONANTS[(ord(first) - _FIRST_SYLLABLE) // _SYLLABLES_EACH]
        letter = _PLAIN.get(consonant, consonant)
        return f"ko-{_CONSONANTS.index(letter):02}", letter
    if "a" <= first <= "z":
        return first, first.upper()
    if first and unicodedata.category(first).startswith("L"):
        return f"u-{ord(first):x}", first.upper()
    return OTHERS, ""
