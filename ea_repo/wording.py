"""What pages for people say, in the reader's language: the words that all pages share, and those of one sort of pages."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "id", "ko")

Word = Callable[..., str]


@cache
def words(package: str) -> Mapping[str, Mapping[str, str]]:
    """The shared words with those in `words.toml` of a package, by key and language."""
    return {**_read("ea_repo"), **_read(package)}


def speaker(package: str, language: str) -> Word:
    """`word(key, **values)` gives the text in the language, else in English, with its braces filled in."""
    said = words(package)

    def word(key: str, /, **values: object) -> str:
        return said[key].get(language, said[key]["en"]).format(**values)

    return word


def heading(column: str, language: str) -> str:
    """What a column of an answer is called: the word of `headings.toml`, else its own name, readable."""
    return headings().get(language, {}).get(column) or column.replace("_", " ")


@cache
def headings() -> Mapping[str, Mapping[str, str]]:
    """What fields are called, by language; English has none."""
    return tomllib.loads(files("ea_repo").joinpath("headings.toml").read_text("utf-8"))


def _read(package: str) -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files(package).joinpath("words.toml").read_text("utf-8"))
