"""Generated models for the tests of formats: all types, relationships at relationships, folders, views, and every sort of text.

`models()` gives the operations that make one; `apply` them to an empty repository.
"""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from ea_repo.metamodel import Attribute, standard
from ea_repo.store.operations import Create

MODEL = "m"
_ODD = (
    "", " ", "  spaces  ", "line\nbreak", "\nlines around\n", "\r\nwindows\r\n", "tab\tin it", "<b>&amp;\"quoted\"</b>",
    "=1+1", "-5", "@cmd", "+49", "'0012", "0012", "وزارة المالية", "‏עברית‎", "国税庁データ", "행정안전부", "e\u0301 combining",
    "👩‍👩‍👧 family", "zero\u200bwidth", "\ufeffmark", "nbsp\xa0here", "]]>", "<!-- no -->", "a;b,c|d", "ea-repo.owner",
    "x" * 40_000, "\u0085next\u2028line", "%41", "_x0041_",
)  # fmt: skip
#: What XML cannot hold is left out: the formats in XML say so on export, and a test of theirs looks at it.
_LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="".join(
    chr(code) for code in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)
))  # fmt: skip
TEXTS = st.one_of(st.sampled_from(_ODD), st.text(_LETTERS, max_size=30), st.sampled_from(["Tax", "Border", "급여"]))
IDENTIFIERS = st.one_of(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,8}", fullmatch=True),
    st.sampled_from(["1a", "a:b", "日本", "_x0041_", "-x", "_x_", "ï.ö", "😀", "a~2", "a'b", "x" * 240]),
)
_LANGUAGES = st.sampled_from(["id", "ko", "nl", "ar"])
_COLOURS = st.from_regex("#[0-9a-f]{6}", fullmatch=True)
_PLACES = st.integers(-300, 3_000)
_SIZES = st.one_of(st.just(-1), st.integers(1, 900))
_FOLDER_TYPES = (None, "business", "application", "relations", "diagrams", "other")


def _properties() -> st.SearchStrategy[list[dict[str, str]]]:
    keys = st.one_of(
        st.sampled_from(["Colour", "Colour", "Owner", "criticality", ""]), TEXTS.filter(lambda each: len(each) < 100)
    )
    said = st.fixed_dictionaries({"key": keys, "value": TEXTS}, optional={"kind": st.sampled_from(["number", "date"])})
    return st.lists(said, max_size=3)


def _translations(*fields: str) -> st.SearchStrategy[dict[str, dict[str, str]]]:
    said = st.dictionaries(st.sampled_from(fields), TEXTS, min_size=1, max_size=2)
    return st.dictionaries(_LANGUAGES, said, max_size=2)


def _described() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"name": TEXTS},
        optional={
            "description": TEXTS,
            "properties": _properties(),
            "translations": _translations("name", "description"),
        },
    )


def _value(attribute: Attribute) -> st.SearchStrategy[Any] | None:
    """A value of an attribute; None for a reference, which needs something to name."""
    least, most = attribute.minimum, attribute.maximum
    low, high = int(least or 0), int(most if most is not None else 1_000_000)
    found: st.SearchStrategy[Any]
    match attribute.kind.name:
        case "text":
            found = TEXTS
        case "integer":
            found = st.integers(low, high)
        case "decimal":
            found = st.integers(low * 4, high * 4).map(lambda number: number / 4)
        case "money":
            found = st.fixed_dictionaries({"amount": st.integers(low, high).map(float), "currency": st.just("IDR")})
        case "date":
            found = st.dates().map(lambda day: day.isoformat())
        case "choice":
            found = st.sampled_from([choice.name for choice in attribute.values])
        case "boolean":
            found = st.booleans()
        case "url":
            found = st.sampled_from(["https://example.go.id/a?b=c&d=e", "http://x.org"])
        case _:
            return None
    return st.lists(found, min_size=1, max_size=3) if attribute.many else found


@st.composite
def _attributes(draw: st.DrawFn, type_name: str) -> dict[str, Any]:
    declared = standard().attributes(type_name)
    wanted = {name for name, attribute in declared.items() if attribute.required}
    if declared:
        wanted |= draw(st.sets(st.sampled_from(sorted(declared)), max_size=4))
    chosen = {name: strategy for name in sorted(wanted) if (strategy := _value(declared[name])) is not None}
    return draw(st.fixed_dictionaries(chosen))


def _types(kind: str) -> list[str]:
    """Types that need no reference."""
    return [
        each.name
        for each in standard().types.values()
        if each.kind == kind
        and not any(one.required and _value(one) is None for one in standard().attributes(each.name).values())
    ]


@st.composite
def models(draw: st.DrawFn) -> list[Create]:
    """The operations that make one model called `MODEL`, small and odd."""
    identifiers = iter(draw(st.lists(IDENTIFIERS, min_size=24, max_size=24, unique_by=lambda each: each.lower())))
    uids = (f"{MODEL}:{each}" for each in identifiers)
    described = draw(_described())
    # A model always has a name: an importer gives it its key where the file says none.
    made = [Create(MODEL, fields={**described, "name": described["name"].strip() or "Model"}, record="model")]
    folders = draw(_folders(uids))
    placed = st.none() if not folders else st.one_of(st.none(), st.sampled_from([each.uid for each in folders]))
    elements = [draw(_concept(next(uids), "element", placed, ())) for _ in range(draw(st.integers(1, 6)))]
    owners = [each.uid for each in elements if standard().base(each.type) == "BusinessActor"]
    for each in elements:
        if owners and draw(st.booleans()):
            each.fields["owner"] = draw(st.sampled_from(owners))  # type: ignore[index]
    relationships: list[Create] = []
    for _ in range(draw(st.integers(0, 5))):
        ends = [each.uid for each in (*elements, *relationships)]
        relationships.append(draw(_concept(next(uids), "relationship", placed, ends)))
    views = [draw(_view(next(uids), placed, elements, relationships)) for _ in range(draw(st.integers(0, 2)))]
    return [*made, *folders, *elements, *relationships, *views]


@st.composite
def _folders(draw: st.DrawFn, uids: Any) -> list[Create]:
    made: list[Create] = []
    for position in range(draw(st.integers(0, 4))):
        fields = draw(_described()) | {"position": position}
        if made and draw(st.booleans()):
            fields["parent"] = draw(st.sampled_from([each.uid for each in made]))
        elif (type_name := draw(st.sampled_from(_FOLDER_TYPES))) is not None:
            fields["type"] = type_name
        made.append(Create(next(uids), fields=fields, record="folder"))
    return made


@st.composite
def _concept(
    draw: st.DrawFn, uid: str, kind: str, placed: st.SearchStrategy[str | None], ends: Sequence[str]
) -> Create:
    type_name = draw(st.sampled_from(_types(kind)))
    fields = draw(_described()) | {"attributes": draw(_attributes(type_name)), "folder": draw(placed)}
    if ends:
        fields |= {"source": draw(st.sampled_from(ends)), "target": draw(st.sampled_from(ends))}
    if draw(st.integers(0, 3)) == 0:
        fields["specialization"] = draw(st.sampled_from(["Microservice", "Sistem", "정보시스템", "<odd & name>"]))
    if draw(st.integers(0, 3)) == 0:
        first, last = sorted((draw(st.dates()), draw(st.dates())))
        fields |= {"valid_from": first.isoformat(), "valid_until": last.isoformat()}
    return Create(uid, type_name, fields)


def _styles() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={
        "fill": _COLOURS, "fill_alpha": st.integers(0, 255), "line": _COLOURS, "line_width": st.integers(1, 3),
        "font_name": st.sampled_from(["Segoe UI", "Pretendard"]), "font_size": st.sampled_from([9, 11.5, 11.142858]),
        "font_bold": st.just(True), "font_italic": st.just(True), "font_color": _COLOURS,
        "text_alignment": st.sampled_from(["left", "center", "right"]),
        "text_position": st.sampled_from(["top", "middle", "bottom"]),
    }).map(lambda style: _with_font_size(style))  # fmt: skip


def _with_font_size(style: dict[str, Any]) -> dict[str, Any]:
    """Every tool that says a font says its size."""
    if style.keys() & {"font_name", "font_bold", "font_italic"}:
        style.setdefault("font_size", 9)
    return style


@st.composite
def _view(
    draw: st.DrawFn, uid: str, placed: st.SearchStrategy[str | None], elements: Sequence[Create],
    relationships: Sequence[Create],
) -> Create:  # fmt: skip
    boxes: list[dict[str, Any]] = []
    tops: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 5))):
        box = draw(_box(f"box-{number}", elements))
        inside = draw(st.sampled_from([None, *boxes])) if boxes else None
        if inside is not None and inside["kind"] in ("group", "element"):
            inside.setdefault("nodes", []).append(box)
        else:
            tops.append(box)
        boxes.append(box)
    lines: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 3)) if boxes else 0):
        ends = st.sampled_from([each["id"] for each in (*boxes, *lines)])
        line: dict[str, Any] = {"id": f"line-{number}", "source": draw(ends), "target": draw(ends)}
        if relationships and draw(st.booleans()):
            line["relationship"] = draw(st.sampled_from([each.uid for each in relationships]))
        if draw(st.booleans()):
            line["bend_points"] = draw(st.lists(st.tuples(_PLACES, _PLACES).map(list), min_size=1, max_size=2))
        if style := draw(_styles().map(lambda style: {k: v for k, v in style.items() if k != "text_position"})):
            line["style"] = style
        lines.append(line)
    fields = draw(_described()) | {"folder": draw(placed), "content": {"nodes": tops, "connections": lines}}
    fields["viewpoint"] = draw(st.sampled_from([None, "Organization", "layered"]))
    return Create(uid, fields=fields, record="view")


@st.composite
def _box(draw: st.DrawFn, identifier: str, elements: Sequence[Create]) -> dict[str, Any]:
    kind = draw(st.sampled_from(["element", "element", "group", "note"]))
    box: dict[str, Any] = {"id": identifier, "kind": kind, "x": draw(_PLACES), "y": draw(_PLACES),
                           "width": draw(_SIZES), "height": draw(_SIZES)}  # fmt: skip
    if kind == "element":
        box["concept"] = draw(st.sampled_from([each.uid for each in elements]))
        if draw(st.integers(0, 4)) == 0:
            box["figure"] = 1
    else:
        box["text"] = draw(TEXTS.filter(bool))
    if style := draw(_styles()):
        box["style"] = style
    return box
