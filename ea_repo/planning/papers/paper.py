"""A paper to be signed, apart from any file format: title, numbered sections, lines to sign on.

Every text is plain: the writers, `paper_docx` and `paper_pdf`, never read it as markup.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
#: What XML 1.0 cannot hold.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part: pairs of what and which, then a table with its heading row first, then sentences. `key` names it for
    templates."""

    heading: str
    pairs: tuple[tuple[str, str], ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    sentences: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole paper. `signatures` has a block of lines for each who signs; `values` single texts for templates, by key."""

    language: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    signatures_heading: str
    signatures: tuple[tuple[str, ...], ...]
    made: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> dict[str, str]:
        """The single texts that a template may name."""
        return {"title": self.title, "subtitle": self.subtitle, "made": self.made, **self.values}


def plain(text: Any) -> str:
    """A text as a document can hold it: what XML cannot say is replaced."""
    return _UNWRITABLE.sub("\ufffd", str(text))
