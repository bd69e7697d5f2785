"""A comparison as a page that stands by itself: no script, nothing loaded, everything from the files escaped."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from ea_repo.exchange.comparing import Compared
from ea_repo.exchange.view_matching import view_change
from ea_repo.store.difference import ACTIONS, COUNTED, Action, Change
from ea_repo.store.fields import PATCHED
from ea_repo.wording import heading

#: Of very many records of a sort a page shows the first.
_MOST_ROWS = 2_000
_LONGEST = 2_000
_TOLD: tuple[Action, ...] = ("created", "changed", "deleted")


def page(compared: Compared, language: str = "en", picture: str = "") -> str:
    """The page as HTML. `picture` is an SVG of our own, which is put into it as it is."""
    counts = compared.difference.counts
    used = [sort for sort in COUNTED if any(counts[sort][action] for action in _TOLD)]

    def say(name: str, **values: Any) -> str:
        return _word(name, language).format(**values)

    return _template().render(
        language=language,
        title=say(
            "title", before=spoken(compared.before.title, language), after=spoken(compared.after.title, language)
        ),
        say=say,
        actions=_TOLD,
        counts=[(sort, counts[sort]) for sort in used],
        groups=list(_groups(compared, language)),
        picture=Markup(picture),  # noqa: S704 - made by our own renderer, which escapes what is in it
    )


def spoken(title: str, language: str) -> str:
    """The title of a side in a language: what kind of moment it is, then its number, date or key."""
    kind, _, value = title.partition(" ")
    told = _words().get(f"moment_{kind}", {})
    word = told.get(language) or told.get("en")
    return title if word is None else word.format(value=value)


def _groups(compared: Compared, language: str) -> Iterator[tuple[str, list[dict[str, Any]], int]]:
    names = {uid: str(image.get("name") or "") for side in (compared.before, compared.after)
             for (record, uid), image in side.images.items() if record == "concept"}  # fmt: skip
    for sort in COUNTED:
        changes = [change for change in compared.changes if change.counted == sort]
        changes.sort(key=lambda change: (ACTIONS.index(change.action), change.type, change.name, change.uid))
        if changes:
            rows = [_row(change, compared, names, language) for change in changes[:_MOST_ROWS]]
            yield sort, rows, max(0, len(changes) - _MOST_ROWS)


def _row(change: Change, compared: Compared, names: Mapping[str, str], language: str) -> dict[str, Any]:
    name = change.name
    if change.counted == "relationship":
        image = change.became or change.was or {}
        joined = " → ".join(names.get(image[end]) or image[end] for end in ("source", "target"))
        name = f"{name}: {joined}" if name else joined
    return {
        "action": change.action,
        "name": name,
        "type": _label(change, compared, language),
        "uid": change.uid,
        "fields": list(_fields(change, compared, language)),
    }


def _label(change: Change, compared: Compared, language: str) -> str:
    for side in (compared.after, compared.before):
        if change.type in side.metamodel.types:
            label = side.metamodel.types[change.type].label
            return str(label.get(language) or label.get("en") or change.type)
    return change.type


def _fields(change: Change, compared: Compared, language: str) -> Iterator[tuple[str, str, str]]:
    """What each field is called, before and after."""
    before, after = change.before, change.after
    for name in sorted(
        {*before, *after} - {"name", "type", "source", "target"} if change.action != "changed" else {*before, *after}
    ):
        was, became = before.get(name), after.get(name)
        if name == "content":
            yield heading(name, language), *view_texts(was, became, language)
        elif name in PATCHED:
            for key in sorted({*(was or {}), *(became or {})}):
                yield (
                    _called(name, key, change, compared, language),
                    _text((was or {}).get(key)),
                    _text((became or {}).get(key)),
                )
        else:
            # A profile has its types and attributes for fields: those are names.
            called = name if "." in name or name in compared.after.metamodel.types else heading(name, language)
            yield called, _text(was), _text(became)


def _called(name: str, key: str, change: Change, compared: Compared, language: str) -> str:
    """An attribute by its label; a translation by its language."""
    for side in (compared.after, compared.before) if name == "attributes" else ():
        if change.type in side.metamodel.types and key in side.metamodel.attributes(change.type):
            return str(side.metamodel.attributes(change.type)[key].label.get(language) or key)
    return key if name == "attributes" else f"{heading(name, language)}: {key}"


def view_texts(was: Any, became: Any, language: str = "en") -> tuple[str, str]:
    """What a view shows before and after, in a few words: how many boxes and lines came, changed and went."""
    found = view_change(was or {}, became or {})
    told = ", ".join(
        f"{sign}{count} {_word(name, language)}" for name, counts in found.items()
        for sign, count in (("+", counts["created"]), ("~", counts["changed"]), ("−", counts["deleted"])) if count
    ) or _word("only_identifiers", language)  # fmt: skip
    return ("", told) if became else (told, "")


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _word(name: str, language: str) -> str:
    told = _words()[name]
    return told.get(language) or told["en"]


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files(__package__).joinpath("difference_words.toml").read_text("utf-8"))


@cache
def _template() -> jinja2.Template:
    source = files(__package__).joinpath("difference.html.jinja").read_text("utf-8")
    return jinja2.Environment(autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined).from_string(source)
