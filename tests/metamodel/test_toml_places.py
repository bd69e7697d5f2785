"""Lines of keys: every key that the TOML reader finds has one, and it is the line where the key is written."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ea_repo.metamodel import places

FOLDER = Path(__file__).parents[2] / "ea_repo" / "metamodel"

TRICKY = '''\
title = "a # b [c] = {d}" # [e]
"quoted" = 'x = "y"'

[profile]
name = """
[[type]]
name = "not one" \\"""
"""
other = \'\'\'
[x]\'\'\'
list = [
  "a, b", # one, two
  [1,
   2], {name = "]"},

  "d"]

[[type]] # first
label.en = "x"
label.id = "y"
[[type.attribute]]
name = "a"
[[type.attribute]]
name = "b"
values = [{name = "v"},
          {name = "w"}]
[[ type ]]
  [[type . attribute]]
  name = "c"
[last.one]
empty = []
'''


def test_strings_comments_and_brackets_do_not_mislead() -> None:
    assert places.lines_of(TRICKY) == {
        (): 1,
        ("title",): 1,
        ("quoted",): 2,
        ("profile",): 4,
        ("profile", "name"): 5,
        ("profile", "other"): 9,
        ("profile", "list"): 11,
        ("profile", "list", 0): 12,
        ("profile", "list", 1): 13,
        ("profile", "list", 2): 14,
        ("profile", "list", 3): 16,
        ("type",): 18,
        ("type", 0): 18,
        ("type", 0, "label"): 19,
        ("type", 0, "label", "en"): 19,
        ("type", 0, "label", "id"): 20,
        ("type", 0, "attribute"): 21,
        ("type", 0, "attribute", 0): 21,
        ("type", 0, "attribute", 0, "name"): 22,
        ("type", 0, "attribute", 1): 23,
        ("type", 0, "attribute", 1, "name"): 24,
        ("type", 0, "attribute", 1, "values"): 25,
        ("type", 0, "attribute", 1, "values", 0): 25,
        ("type", 0, "attribute", 1, "values", 1): 26,
        ("type", 1): 27,
        ("type", 1, "attribute"): 28,
        ("type", 1, "attribute", 0): 28,
        ("type", 1, "attribute", 0, "name"): 29,
        ("last", "one"): 30,
        ("last",): 30,
        ("last", "one", "empty"): 31,
    }


def test_what_has_no_line_of_its_own_has_that_of_what_is_around_it() -> None:
    lines = places.lines_of(TRICKY)
    assert places.line_at(lines, ("type", 0, "attribute", 1, "values", 1, "label", "en")) == 26
    assert places.line_at(lines, ("nothing", "of", "the", "kind")) == 1


@pytest.mark.parametrize("name", ["archimate.toml", "government.toml"])
def test_every_name_in_the_built_in_texts_has_the_line_where_it_is_written(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    lines, written = places.lines_of(text), text.splitlines()
    names = list(names_in(tomllib.loads(text)))
    assert len(names) > 60
    for path, value in names:
        assert f'"{value}"' in written[lines[path] - 1]
    assert len({lines[path] for path, _ in names}) == len(names)


def names_in(table: dict[str, Any], path: places.Path = ()) -> Iterator[tuple[places.Path, str]]:
    """The `name` of every table in double brackets, and the `type` of every [[extend]]."""
    for key, value in table.items():
        if key in ("name", "type") and isinstance(value, str):
            yield (*path, key), value
        if key in ("layer", "aspect", "trait", "type", "extend", "attribute") and isinstance(value, list):
            for number, each in enumerate(value):
                yield from names_in(each, (*path, key, number))
