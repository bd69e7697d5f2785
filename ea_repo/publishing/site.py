"""What all pages of a site share: names in the reader's language, addresses, templates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from ea_repo import __version__
from ea_repo.publishing import addresses, assets
from ea_repo.publishing.pictures import Picture
from ea_repo.publishing.register import Register
from ea_repo.store.difference import Change
from ea_repo.store.records import Concept
from ea_repo.wording import heading, speaker, words

#: So many relationships at most stand on the page of an end of them.
MOST_ROWS = 2_000
#: Stands where the link to the Korean part of the font goes, on pages that turn out to need it.
_FONTS = "<!--fonts-->"
#: What a page may load: what lies beside it. `file:` is for browsers that take no file to be of the page's own origin.
_POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file: data:; font-src data:; "
    "form-action 'self' file:; base-uri 'none'"
)


@dataclass(frozen=True, slots=True)
class Link:
    """Something that is named on a page. `path` is within the tree of the language; empty where it has no page."""

    name: str
    path: str
    kind: str = ""  # the label of its type


class Site:
    """The site in one language."""

    def __init__(
        self, register: Register, language: str, languages: Sequence[str], title: str, draft: int | None = None
    ) -> None:
        self.register = register
        self.metamodel = register.metamodel
        self.language = language
        self.languages = languages
        self.title = title
        self.draft = draft
        self.word = speaker("ea_repo.publishing", language)

    # Names

    def name(self, thing: Any) -> str:
        """What a concept, view, model or folder is called in this language; its identifier where it has no name."""
        said = thing.translations.get(self.language, {}).get("name") or thing.name
        others = (fields["name"] for fields in thing.translations.values() if fields.get("name"))
        return str(said or next(others, None) or thing.uid)

    def description(self, thing: Any) -> str:
        return str(thing.translations.get(self.language, {}).get("description") or thing.description or "")

    def label(self, type_name: str) -> str:
        """What a type is called; its name where the metamodel no longer has it."""
        found = self.metamodel.types.get(type_name)
        return str(found.label.get(self.language) or type_name) if found else type_name

    def plural(self, type_name: str) -> str:
        found = self.metamodel.types.get(type_name)
        return str((found and found.several.get(self.language)) or type_name)

    def heading(self, name: str) -> str:
        """What a column of a report is called; its own name, readable, where no language has a word for it."""
        found = self.word(name) if name in words("ea_repo.publishing") else heading(name, self.language)
        return found[:1].upper() + found[1:]

    # Addresses

    def path(self, uid: str) -> str:
        """Where one reads about it: the page of an element, a view, or a relationship that has one; else the row of the
        relationship on the page of an end. Empty for what has none.
        """
        register = self.register
        if uid in register.elements:
            return addresses.element(uid)
        if uid in register.drawn:
            return addresses.view(uid)
        found = register.concept(uid)
        if found is None or found.kind != "relationship":
            return ""
        if uid in register.told:
            return addresses.relationship(uid)
        end = self.place(found)
        page = self.path(end) if end else ""
        return f"{page}#{addresses.anchor(uid)}" if page and len(register.relationships(end)) <= MOST_ROWS else page

    def place(self, relationship: Concept) -> str:
        """The end on whose page a relationship is told: the source, if it has a page, else the target."""
        ends = (end for end in (relationship.source, relationship.target) if end)
        return next((end for end in ends if end in self.register.elements or end in self.register.told), "")

    def link(self, uid: str) -> Link:
        found = self.register.concept(uid)
        if found is None:
            return Link(uid, "")
        return self.link_to(found)

    def link_to(self, concept: Concept) -> Link:
        name = self.name(concept) if concept.kind == "element" or concept.name else self.joining(concept)
        return Link(name, self.path(concept.uid), self.label(concept.type))

    def joining(self, relationship: Concept) -> str:
        """A relationship without a name, by what it joins."""
        ends = [self.register.concept(end or "") for end in (relationship.source, relationship.target)]
        return " → ".join(self.name(end) if end is not None else "?" for end in ends)

    def name_of_change(self, change: Change) -> str:
        """What a changed record is called; a relationship without a name by what it joins, as far as that is there."""
        found = self.register.concept(change.uid) if change.record == "concept" else None
        if found is not None:
            return self.link_to(found).name
        return change.name or change.uid

    def links(self, uids: Iterable[str]) -> list[Link]:
        return [self.link(uid) for uid in uids]

    def model(self, key: str) -> Link:
        found = self.register.published_model(key)
        return Link(self.name(found), addresses.model(key)) if found else Link(key, "")

    # Pages

    def render(self, template: str, path: str, *, drawn: Sequence[Picture] = (), **context: Any) -> str:
        """A page; `path` is where it will stand within the tree of its language, `drawn` are the drawings on it."""
        up = addresses.to_root(path)

        def href(to: str) -> str:
            return f"{up}{to}"

        names = _speakers(tuple(self.languages))
        text = _templates().get_template(template).render(
            **context, word=self.word, lang=self.language, languages=self.languages, site_title=self.title, path=path,
            href=href, root=f"{up}../", version=__version__, speakers=names, policy=_POLICY, drawn=bool(drawn),
            draft=self.draft,
        )  # fmt: skip
        korean = assets.has_korean(text.replace(names.get("ko", "\0"), ""))
        link = f'<link rel="stylesheet" href="{up}../{assets.KOREAN_FONT}">' if korean else ""
        return text.replace(_FONTS, link, 1)


def number(value: int) -> str:
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def moment(value: datetime | date | None) -> str:
    if value is None:
        return ""
    return value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value.isoformat()


@cache
def _speakers(languages: tuple[str, ...]) -> Mapping[str, str]:
    """What each language calls itself."""
    return {each: speaker("ea_repo.publishing", each)("language_name") for each in languages}


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("ea_repo.publishing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["moment"] = moment
    made.filters["number"] = number
    return made
