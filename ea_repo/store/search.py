"""Text search, the same on both engines: text is folded and split here, so that neither engine's rules of words matter.

Folded: accents and case dropped. Korean, Chinese and Japanese words are indexed by pairs of characters as well, so that
a part of a word is found (기관 in 행정기관). The last letters of a word may be left out (tax finds taxation).
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select, text

from ea_repo.store.fields import Image
from ea_repo.store.tables import concept

# Written without a leading +, so that the engine skips to the first such character instead of trying each.
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f][^\x00-\x7f]*")
_ASCII_RUN = re.compile(r"[\x00-\x7f]+")
_WORD = re.compile(r"[^\W_]+")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
#: For bytes, which are translated in a quarter of the time that text takes.
_ASCII_PARTED = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else ord(" ") for code in range(256))
#: Characters of scripts that are searched by pairs, as a class of a regular expression.
SYLLABIC = "[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
_SYLLABIC = re.compile(SYLLABIC)
#: Longer texts are found by their beginning: PostgreSQL's index ends at one megabyte a row.
_INDEXED_CHARACTERS = 100_000
CANDIDATES = 1_000
#: What is indexed of a concept, apart from its identifier.
_SAID = ("name", "description", "specialization", "translations", "attributes", "properties")
TABLE = "concept_search"


def fold(words: str) -> str:
    """Lower case without accents; Hangul stays whole."""
    if words.isascii():
        return words.lower()
    # Most texts are ASCII but for a few characters; only those need more than lower case.
    lowered = _ASCII_RUN.sub(lambda found: found[0].lower(), words)
    return _BEYOND_ASCII.sub(lambda found: _fold_run(found[0]), lowered)


@lru_cache(maxsize=16_384)
def _fold_run(run: str) -> str:
    split = unicodedata.normalize("NFKD", run.casefold())
    # Case again: a letter such as ℛ only becomes a capital R by being split.
    bare = "".join(each.lower() if each.isascii() else each for each in split if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", bare)


def tokens(words: str) -> list[str]:
    """The words of a text as they are indexed: folded, then pairs of characters of syllabic scripts."""
    parted, is_syllabic = _parted(words)
    found = parted.split()
    return [*found, *_pairs_in(found)] if is_syllabic else found


def _indexed(words: str) -> str:
    """`tokens` as one text."""
    parted, is_syllabic = _parted(words)
    return " ".join([parted, *_pairs_in(parted.split())]) if is_syllabic else parted


def _pairs_in(words: list[str]) -> list[str]:
    return [pair for word in words if _SYLLABIC.search(word) for pair in _pairs(word)]


def _parted(words: str) -> tuple[str, bool]:
    """The words of a text, folded, with nothing but spaces between; and whether any is of a syllabic script."""
    if words.isascii():
        return _part_ascii(words), False
    runs: list[bool] = []

    def replaced(found: re.Match[str]) -> str:
        folded, is_syllabic = _part_run(found[0])
        runs.append(is_syllabic)
        return folded

    folded = _BEYOND_ASCII.sub(replaced, words)
    if folded.isascii():  # as most texts in Latin letters are by now
        return _part_ascii(folded), False
    return _ASCII_RUN.sub(lambda found: _part_ascii(found[0]), folded), any(runs)


def _part_ascii(words: str) -> str:
    return words.encode().translate(_ASCII_PARTED).decode()


@lru_cache(maxsize=16_384)
def _part_run(run: str) -> tuple[str, bool]:
    folded = _BETWEEN_WORDS.sub(" ", _fold_run(run))
    return folded, _SYLLABIC.search(folded) is not None


def document(uid: str, image: Image) -> tuple[str, str]:
    """What is indexed of a concept: its names, and everything else it says.

    Nothing of one that says nothing, as most relationships do: it is found by its identifier without an index.
    """
    if not any(map(image.get, _SAID)):
        return "", ""
    names, rest = image["name"], uid.partition(":")[2]
    for more in (image["description"], image["specialization"]):
        if more:
            rest = f"{rest} {more}"
    for fields in image["translations"].values():
        names = f"{names} {fields.get('name', '')}"
        rest = f"{rest} {fields.get('description', '')}"
    if image["attributes"]:
        rest = " ".join([rest, *_texts(image["attributes"])])
    if image["properties"]:
        rest = " ".join([rest, *(each["value"] for each in image["properties"])])
    return _indexed(names[:_INDEXED_CHARACTERS]), _indexed(rest[:_INDEXED_CHARACTERS])


def key(connection: Connection) -> str:
    """The column of `concept_search` that holds the concept's id."""
    return "rowid" if connection.dialect.name == "sqlite" else "id"


def insert_statement(connection: Connection) -> str:
    """Takes (id, names, body) as `document` makes them."""
    if connection.dialect.name == "sqlite":
        return "INSERT INTO concept_search (rowid, name, body) VALUES (?, ?, ?)"
    return (
        "INSERT INTO concept_search (id, vector) VALUES (?, setweight(to_tsvector('simple', ?), 'A')"
        " || setweight(to_tsvector('simple', ?), 'B'))"
    )


def rebuild(connection: Connection) -> None:
    """Fills the index anew from what is stored. O(concepts)."""
    connection.exec_driver_sql(f"DELETE FROM {TABLE}")  # noqa: S608 - the name is ours
    names = ("id", "uid", "name", "description", "specialization", "attributes", "properties", "translations")
    # In parts also on PostgreSQL, whose driver would otherwise fetch all rows first.
    asked = select(*(concept.c[name] for name in names)).execution_options(yield_per=10_000)
    statement = insert_statement(connection)
    if connection.dialect.paramstyle != "qmark":
        statement = statement.replace("?", "%s")
    for rows in connection.execute(asked).partitions():
        documents = [(row.id, *document(row.uid, dict(row._mapping))) for row in rows]
        if said := [each for each in documents if any(each[1:])]:
            connection.exec_driver_sql(statement, said)


def candidates(connection: Connection, words: str, limit: int | None = CANDIDATES) -> list[int]:
    """Ids of concepts that have every word of the query, those with them in the name first. `limit` None: all."""
    terms = _terms(words)
    if not terms:
        return []
    if connection.dialect.name == "sqlite":
        query = "SELECT rowid FROM concept_search WHERE concept_search MATCH :terms ORDER BY bm25(concept_search, 10.0, 1.0), rowid"
        joined = " AND ".join(f'"{term}"*' if is_prefix else f'"{term}"' for term, is_prefix in terms)
    else:
        query = "SELECT id FROM concept_search WHERE vector @@ to_tsquery('simple', :terms) ORDER BY ts_rank(vector, to_tsquery('simple', :terms)) DESC, id"
        joined = " & ".join(f"'{term}':*" if is_prefix else f"'{term}'" for term, is_prefix in terms)
    if limit is not None:
        query += f" LIMIT {int(limit)}"
    return [row[0] for row in connection.execute(text(query), {"terms": joined})]


def matches(words: str, image_words: tuple[str, str]) -> bool:
    """Whether a document has every word of the query: what the index answers, worked out without it."""
    indexed = [*image_words[0].split(), *image_words[1].split()]
    return all(
        any(word.startswith(term) if is_prefix else word == term for word in indexed)
        for term, is_prefix in _terms(words)
    ) and bool(_terms(words))


def score(words: str, names: Sequence[str]) -> float:
    """How well the names answer, 0 to 1: the same on both engines. 1 is the very name."""
    wanted = fold(words).strip()
    best = 0.1
    for name in map(fold, names):
        if name == wanted:
            return 1.0
        length = len(wanted) / max(len(name), 1)
        if name.startswith(wanted):
            best = max(best, 0.7 + 0.2 * length)
        elif wanted in name:
            best = max(best, 0.5 + 0.2 * length)
        elif all(term in name for term in _WORD.findall(wanted)):
            best = max(best, 0.3 + 0.2 * min(length, 1.0))
    return round(best, 4)


def _terms(words: str) -> list[tuple[str, bool]]:
    """(term, whether it may go on) of a query."""
    found: list[tuple[str, bool]] = []
    for word in _WORD.findall(fold(words[:1000])):
        if _SYLLABIC.search(word) and len(word) > 1:
            found.extend((pair, False) for pair in _pairs(word))
        else:
            found.append((word, True))
    return list(dict.fromkeys(found))


def _pairs(word: str) -> list[str]:
    return [word[start : start + 2] for start in range(len(word) - 1)] if len(word) > 2 else [word]


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [found for each in value.values() for found in _texts(each)]
    if isinstance(value, list):
        return [found for each in value for found in _texts(each)]
    return []
