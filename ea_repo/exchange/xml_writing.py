"""Writes XML whose bytes follow from its content alone: two spaces a level, texts exact, attributes in the order given."""

import re
from collections.abc import Iterator

from ea_repo.metamodel import Finding

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
#: What XML 1.0 cannot hold at all, not even as a reference.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_TEXT = re.compile("[&<>\r]")
_IN_ATTRIBUTE = re.compile('[&<>"\t\n\r]')
_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


class Tag:
    """An element that is being made. It has children or a text."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str | None] | None = None, text: str | None = None) -> None:
        """An attribute of None is left out."""
        self.name = name
        self.attributes = attributes or {}
        self.text = text
        self.children: list[Tag] = []

    def add(self, name: str, attributes: dict[str, str | None] | None = None, text: str | None = None) -> "Tag":
        """A child at the end."""
        child = Tag(name, attributes, text)
        self.children.append(child)
        return child


class XmlText:
    """Makes text of elements, and counts the characters that XML has no way to write: each becomes U+FFFD."""

    def __init__(self, *, spread: bool = False) -> None:
        """`spread` puts each attribute on a line of its own, so that a comparison of lines shows which changed."""
        self.spread = spread
        self.lost = 0

    @property
    def findings(self) -> Iterator[Finding]:
        if self.lost:
            message = f"{self.lost} characters that XML cannot hold, such as control characters, are written as U+FFFD"
            yield Finding("lost-characters", "warning", message)

    def document(self, root: Tag) -> bytes:
        return "".join([DECLARATION, *self._lines(root, "")]).encode()

    def fragment(self, root: Tag) -> bytes:
        """Without the declaration; UTF-8."""
        return "".join(self._lines(root, "")).encode()

    def _lines(self, tag: Tag, indent: str) -> Iterator[str]:
        begin = f"\n{indent}    " if self.spread else " "
        attributes = "".join(
            f'{begin}{name}="{self._escaped(value, _IN_ATTRIBUTE)}"'
            for name, value in tag.attributes.items()
            if value is not None
        )
        if tag.children:
            yield f"{indent}<{tag.name}{attributes}>\n"
            for child in tag.children:
                yield from self._lines(child, f"{indent}  ")
            yield f"{indent}</{tag.name}>\n"
        elif tag.text:
            yield f"{indent}<{tag.name}{attributes}>{self._escaped(tag.text, _IN_TEXT)}</{tag.name}>\n"
        else:
            yield f"{indent}<{tag.name}{attributes}/>\n"

    def _escaped(self, text: str, signs: re.Pattern[str]) -> str:
        if _FORBIDDEN.search(text):
            text, lost = _FORBIDDEN.subn("\ufffd", text)
            self.lost += lost
        return signs.sub(lambda found: _REFERENCES[found[0]], text) if signs.search(text) else text
