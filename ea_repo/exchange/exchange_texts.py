"""Texts and properties of the Model Exchange File Format: names and documentation in several languages, typed
values.
"""

from ea_repo.exchange.assembly import Assembly
from ea_repo.exchange.safe_xml import XML_LANG, XML_SPACE, Element, local_name, namespace
from ea_repo.store.records import Property

Translations = dict[str, dict[str, str]]


class Texts:
    """Reads texts as the file's version spells them, and remembers its language and its property
    definitions.
    """

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.language: str | None = None  # that of the model's own name: what a text in it says needs no translation
        self.properties_tag = ""
        self._name_tags: tuple[str, ...] = ()
        self._documentation_tag = ""
        self._is_exact = False
        self._definitions: dict[str, tuple[str, str | None]] = {}

    def begin(self, root: Element) -> None:
        """Learns the file's namespace, language and property definitions, wherever they stand."""
        self._is_exact = root.get(XML_SPACE) == "preserve"
        prefix = f"{{{namespace(root.tag)}}}"
        self._name_tags = (f"{prefix}name", f"{prefix}label")
        self._documentation_tag = f"{prefix}documentation"
        self.properties_tag = f"{prefix}properties"
        named = next((child for child in root if child.tag in self._name_tags), None)
        self.language = None if named is None else named.get(XML_LANG)
        for child in root:
            if local_name(child.tag) in ("propertyDefinitions", "propertydefs"):
                self._define(child)

    def keep_language(self, translations: Translations, name: str) -> None:
        """Records the model's language with the model, so that it can be written again."""
        if self.language:
            translations.setdefault(self.language, {}).setdefault("name", name)

    def name_of(self, element: Element, translations: Translations) -> str | None:
        """The name in the model's language, or else the first. The others go to `translations`."""
        texts = [child for child in element if child.tag in self._name_tags]
        return self._choose(texts, "name", translations, strip=True) if texts else None

    def documentation_of(self, element: Element, translations: Translations) -> str | None:
        tag = self._documentation_tag
        texts = [child for child in element if child.tag == tag]
        return self._choose(texts, "description", translations, strip=False) if texts else None

    def text_of(self, element: Element, translations: Translations) -> str:
        """One text. Its language goes to `translations` where it says one."""
        text = self._clean(element.text or "", strip=False)
        if language := element.get(XML_LANG):
            translations[language] = {"text": text}
        return text

    def _choose(self, texts: list[Element], field: str, translations: Translations, *, strip: bool) -> str:
        said: dict[str | None, str] = {}
        for element in texts:
            language = element.get(XML_LANG) or None
            text = self._clean(element.text or "", strip=strip)
            if said.setdefault(language, text) != text:
                self.assembly.finding(
                    "repeated-text", "warning",
                    f'a second {field} in the same language is left out: "{text[:80]}"',
                    line=element.sourceline,
                )  # fmt: skip
        chosen = self.language if self.language in said else None if None in said else next(iter(said))
        if len(said) > 1 or chosen != self.language:
            for language, text in said.items():
                if language is not None:
                    translations.setdefault(language, {})[field] = text
        return said[chosen]

    def _define(self, section: Element) -> None:
        names: dict[str, str] = {}
        for definition in section:
            identifier = definition.get("identifier")
            name = self.name_of(definition, {}) or definition.get("name") or identifier or ""
            if not identifier:
                self._finding(definition, "missing-identifier", "warning", f'the property "{name}" has no identifier')
                continue
            if name in names:
                message = f'two properties are called "{name}"; their values are kept under the one name'
                self._finding(definition, "repeated-definition", "note", message)
            names[name] = identifier
            kind = definition.get("type")
            # Every value is text unless something else is said: as in the formats that have no types.
            self._definitions[identifier] = (name, None if kind == "string" else kind)

    def properties(self, section: Element, uid: str | None = None) -> list[Property]:
        """The properties in a `<properties>`, in order; several languages of a value are several
        properties.
        """
        found: list[Property] = []
        for element in section:
            self.assembly.holds["properties"] += 1
            reference = element.get("propertyDefinitionRef") or element.get("identifierref") or ""
            definition = self._definitions.get(reference)
            if definition is None:
                message = f'the property "{reference}" is not defined; its value is kept under that name'
                self.assembly.finding("undefined-property", "warning", message, uid=uid, line=element.sourceline)
                definition = (reference, None)
            key, kind = definition
            values = [child for child in element if local_name(child.tag) == "value"]
            found.extend(Property(key, value.text or "", kind, self._own_language(value)) for value in values)
            if not values:
                found.append(Property(key, "", kind))
        return found

    def _own_language(self, value: Element) -> str | None:
        language = value.get(XML_LANG)
        return None if language == self.language else language

    def _clean(self, text: str, *, strip: bool) -> str:
        """The text without what a writer put around it, unless the file says that all of it is meant."""
        return text if self._is_exact else _clean(text, strip=strip)

    def _finding(self, element: Element, code: str, severity: str, message: str) -> None:
        self.assembly.finding(code, "warning" if severity == "warning" else "note", message, line=element.sourceline)


def _clean(text: str, *, strip: bool) -> str:
    """Without the line breaks and indentation that a writer put around it to make the file pretty."""
    inner = text.strip("\r\n\t ")
    if strip:
        begins, ends = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return inner if "\n" in begins or "\n" in ends else text
    pretty = text.startswith(("\n", "\r\n")) and text.rstrip(" \t").endswith("\n") and text != inner
    return inner if pretty else text
