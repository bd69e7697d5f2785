"""The words of tables and workbooks, by language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ea_repo.metamodel import Text


@cache
def words() -> Mapping[str, Any]:
    """Everything in words.toml."""
    return tomllib.loads(files("ea_repo.exchange.tabular").joinpath("words.toml").read_text("utf-8"))


def word(section: str, key: str, language: str) -> str:
    """One word of a section in a language, in English where it is missing."""
    return str(Text(words()[section][key]).get(language))
