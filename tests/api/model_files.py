"""Model files and books for schemathesis: JSON Schema can say "bytes" and "text", not which of them mean anything."""

from itertools import combinations
from xml.sax.saxutils import escape

import schemathesis
from hypothesis import strategies as st

import diagrams

_TYPES = ("BusinessActor", "BusinessFunction", "ApplicationComponent", "DataObject", "Node", "Requirement")
_TEXTS = st.text(
    st.characters(min_codepoint=32, exclude_categories=("Cs", "Cn", "Cc"), exclude_characters="\ufffd"), max_size=20
)
#: U+FFFD says that a character was lost, which is a finding, too. An unnamed element is a finding, which a strict import refuses.
_NAMES = _TEXTS.map(lambda text: f"N{text}")
_NAMESPACE = "http://www.opengroup.org/xsd/archimate/3.0/"


@st.composite
def exchange_files(draw: st.DrawFn) -> bytes:
    """Small Model Exchange files without findings: named elements, and associations, each between two of them."""
    kinds = draw(st.lists(st.sampled_from(_TYPES), max_size=5))
    pairs = list(combinations(range(len(kinds)), 2))
    flows = draw(st.lists(st.sampled_from(pairs), max_size=4, unique=True)) if pairs else []
    elements = "".join(
        f'<element identifier="e{position}" xsi:type="{kind}"><name>{escape(draw(_NAMES))}</name></element>'
        for position, kind in enumerate(kinds)
    )
    relationships = "".join(
        f'<relationship identifier="r{position}" source="e{source}" target="e{target}" xsi:type="Association"/>'
        for position, (source, target) in enumerate(flows)
    )
    parts = f"<elements>{elements}</elements>" if elements else ""
    parts += f"<relationships>{relationships}</relationships>" if relationships else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><model xmlns="{_NAMESPACE}" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" identifier="m1">'
        f"<name>{escape(draw(_TEXTS))}</name>{parts}</model>"
    ).encode()


schemathesis.openapi.media_type("application/octet-stream", exchange_files())
_CODES = st.lists(st.text("abcXYZ", min_size=1, max_size=3), min_size=1, max_size=4, unique=True)
schemathesis.openapi.media_type("application/zip", st.binary(max_size=50))


@st.composite
def reference_models(draw: st.DrawFn) -> str:
    """Small tables of codes."""
    return "code,name\n" + "".join(f"{code},Category {code}\n" for code in draw(_CODES))


@schemathesis.serializer("text/csv")
def csv_table(context: schemathesis.SerializationContext, value: object) -> bytes:
    """A table is sent as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
schemathesis.openapi.media_type(_DOCX, st.binary(max_size=50))


@schemathesis.serializer("application/zip", _DOCX)
def packed(context: schemathesis.SerializationContext, value: object) -> bytes:
    """So is a packed file."""
    return value if isinstance(value, bytes) else str(value).encode()


schemathesis.openapi.media_type("text/csv", reference_models())


@st.composite
def books(draw: st.DrawFn) -> str:
    """Small books of diagrams that need nothing of the repository."""
    themes = draw(st.lists(st.sampled_from(diagrams.THEMES), min_size=1, max_size=2))
    return "".join(
        f'[[diagram]]\nviewpoint = "landscape"\nfile = "{draw(_FILES)}{at}"\noptions = {{theme = "{theme}", limit = 3}}\n'
        for at, theme in enumerate(themes)
    )


_FILES = st.text("abcXYZ", min_size=1, max_size=5)


@schemathesis.serializer("application/toml")
def toml(context: schemathesis.SerializationContext, value: object) -> bytes:
    """A book is sent as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


schemathesis.openapi.media_type("application/toml", books())


#: An inventory and its mapping: two forms that belong together, so the parts cannot be made one by one. As texts: schemathesis
#: judges again what a hook has put in, by the JSON Schema of the document, for which bytes are no string.
INVENTORY = {
    "file": "Code,Name\na,One\nb,Two\n",
    "mapping": '[[concept]]\ntype = "System"\nidentifier = "Code"\nname = "Name"\n',
}


@schemathesis.hook
def map_case(context: schemathesis.HookContext, case: schemathesis.Case) -> schemathesis.Case:
    """Forms that should be accepted hold an inventory that its mapping fits."""
    if case.media_type == "multipart/form-data" and case.meta is not None and case.meta.generation.mode.is_positive:
        case.body = dict(INVENTORY)
    return case
