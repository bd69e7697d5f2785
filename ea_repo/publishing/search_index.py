"""The search of the browser: what `ea_repo.store.search` answers, from files that a page may load from a disk.

Scripts, not JSON: a page opened from a file may load no other. They are cut so that a query loads little of them:
`search/terms/` by how the words begin (deeper where many begin alike), `search/titles/` by number. Numbers are the ids of
the concepts, which never change, so that a change touches few files. The folding of letters is the store's, made here
into tables, so that both find the same.
"""

import json
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from itertools import chain
from typing import Any

from ea_repo.publishing import addresses
from ea_repo.publishing.register import Register
from ea_repo.store import search
from ea_repo.store.labels import ids_of
from ea_repo.store.records import Concept, View

#: The most bytes of a file of words; more are cut by one letter more.
_MOST_TERMS = 48_000
_TITLES_EACH = 2_048
#: Beyond stand ideographs, which browsers split and join alike.
_LAST_FOLDED = 0x20000
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class _Entry:
    number: int
    title: tuple[Any, ...]
    names: str
    rest: str


def scripts(register: Register) -> Iterator[tuple[str, str]]:
    """(path, text) of every file of the index. O(words of what is published)."""
    types = list(register.by_type)
    postings: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
    blocks: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for each in chain(_elements(register), _views(register)):
        names = set(each.names.split())
        for word in names:
            postings[word].append(2 * each.number + 1)
        for word in set(each.rest.split()) - names:
            postings[word].append(2 * each.number)
        blocks[each.number // _TITLES_EACH][each.number] = _json(each.title)
    lines = {word: _line(word, found) for word, found in sorted(postings.items())}
    postings.clear()
    shards = dict(_shards("", lines))
    for prefix, inside in shards.items():
        text = "\n".join(inside.values())
        yield f"search/terms/{_file(prefix)}.js", _call("terms", prefix, text)
    for block, titles in sorted(blocks.items()):
        text = ",".join(f'"{_base36(number)}":{title}' for number, title in sorted(titles.items()))
        yield f"search/titles/{block}.js", _called("titles", _json(block), f"{{{text}}}")
    labels = {
        name: {lang: str(register.metamodel.type(name).label.get(lang) or name) for lang in ("en", "id", "ko")}
        for name in types
        if name in register.metamodel.types
    }
    yield (
        "search/index.js",
        _call("index", {
            "shards": {prefix: _file(prefix) for prefix in shards}, "blocks": sorted(blocks), "each": _TITLES_EACH,
            "types": labels,
        }),
    )  # fmt: skip
    yield "search/folding.js", _call("folding", folding())


def _elements(register: Register) -> Iterator[_Entry]:
    ids = ids_of(register, register.elements)
    models: dict[str, str] = {}
    for uid, each in register.elements.items():
        model, _, identifier = uid.partition(":")
        owner = register.concept(each.owner or "")
        title = (
            each.name or identifier, each.type,
            models.setdefault(model, addresses.file_name(model)), addresses.file_name(identifier),
            owner.name if owner else "", uid, _other_names(each), _other_names(owner) if owner else {},
        )  # fmt: skip
        yield _Entry(2 * ids[uid], _trimmed(title), *search.document(uid, _image(each)))


def _views(register: Register) -> Iterator[_Entry]:
    ids = ids_of(register, register.drawn, "view")
    for uid, each in register.drawn.items():
        model, _, identifier = uid.partition(":")
        title = (
            each.name or identifier, "", addresses.file_name(model), addresses.file_name(identifier), "", uid,
            _other_names(each),
        )  # fmt: skip
        yield _Entry(2 * ids[uid] + 1, _trimmed(title), *search.document(uid, _image(each)))


def _image(record: Concept | View) -> dict[str, Any]:
    return {
        "name": record.name,
        "description": record.description,
        "specialization": getattr(record, "specialization", None),
        "attributes": getattr(record, "attributes", {}),
        "properties": [asdict(each) for each in record.properties],
        "translations": record.translations,
    }


def _other_names(record: Concept | View) -> dict[str, str]:
    return {lang: fields["name"] for lang, fields in record.translations.items() if fields.get("name")}


def _trimmed(title: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without what is empty at the end."""
    while title and title[-1] in ("", {}):
        title = title[:-1]
    return title


def _line(word: str, found: Iterable[int]) -> str:
    """A word, those that have it in a name, and the others: numbers as differences to the one before, in base 36.

    `found` are twice the numbers, one more for those that have it in a name.
    """
    parts = []
    for in_name in (1, 0):
        before, steps = 0, []
        for number in sorted(each // 2 for each in found if each % 2 == in_name):
            steps.append(_base36(number - before))
            before = number
        parts.append(",".join(steps))
    return f"{word} {parts[0]} {parts[1]}".rstrip(" ") if parts[1] else f"{word} {parts[0]}"


def _shards(prefix: str, lines: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The lines cut by what their words begin with: never by size alone, which one new word would shift."""
    if prefix and (len(lines) == 1 or sum(map(len, lines.values())) <= _MOST_TERMS):
        yield prefix, lines
        return
    below: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for word, line in lines.items():
        if word == prefix:
            yield prefix, {word: line}
        else:
            below[word[: len(prefix) + 1]][word] = line
    for longer, some in below.items():
        yield from _shards(longer, some)


def _file(prefix: str) -> str:
    """A name for a file that no file system takes for another's."""
    return prefix.encode("utf-8", "surrogatepass").hex()


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits


def _call(function: str, *values: Any) -> str:
    """A script that hands values to the search of the page."""
    return _called(function, *(_json(each, sort_keys=function == "index") for each in values))


def _called(function: str, *written: str) -> str:
    text = ",".join(written).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"publication.{function}({text});\n"


def _json(value: Any, *, sort_keys: bool = False) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys)


@cache
def folding() -> dict[str, Any]:
    """How the store's folding differs from a browser's lower case and NFKD without the marks named here."""
    marks = "".join(f"\\u{{{first:x}}}-\\u{{{last:x}}}" for first, last in _runs(unicodedata.combining))
    odd: dict[str, str] = {}
    for code in range(0x80, _LAST_FOLDED):
        letter = chr(code)
        is_plain = letter.casefold() == letter == letter.lower() and not unicodedata.decomposition(letter)
        if is_plain or unicodedata.category(letter) in ("Cs", "Cn", "Co"):
            continue
        folded = search.fold(letter)
        if folded != _as_browsers(letter):
            odd[letter] = folded
    return {"marks": marks, "odd": odd, "syllabic": search.SYLLABIC}


def _as_browsers(letter: str) -> str:
    split = unicodedata.normalize("NFKD", letter.lower())
    bare = "".join(each for each in split if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", bare.lower())


def _runs(holds: Any) -> Iterator[tuple[int, int]]:
    first = None
    for code in range(_LAST_FOLDED + 1):
        inside = code < _LAST_FOLDED and bool(holds(chr(code)))
        if inside and first is None:
            first = code
        elif not inside and first is not None:
            yield first, code - 1
            first = None
