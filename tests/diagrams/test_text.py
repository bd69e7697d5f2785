"""Text is measured as the font draws it, and broken so that nothing is lost and nothing is too wide."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagrams import text, wrapping
from diagrams.fitting import Room, Run, fit
from tests.diagrams.drawings import NAMES
from tests.diagrams.svg_reading import measured


@given(st.text(st.characters(codec="utf-8", categories=("Lu", "Ll", "Nd", "Po")), max_size=30), st.booleans())
def test_the_width_of_a_text_is_the_sum_of_its_glyphs(words: str, bold: bool) -> None:
    covered = "".join(each for each in words if not text.uncovered(each))
    assert text.width(covered, 13, bold) == pytest.approx(measured(covered, 13, bold))


@given(NAMES, st.floats(30, 300))
def test_wrapped_lines_are_no_wider_than_the_room_and_lose_nothing(words: str, room: float) -> None:
    lines = wrapping.wrap(words, room, 12)
    assert all(text.width(line, 12) <= room + 0.01 for line in lines)
    kept, wanted = _letters("".join(lines)), _letters(text.cleaned(words))
    assert kept == wanted


@given(NAMES, st.floats(40, 300))
def test_balanced_lines_are_as_few_as_those_of_greedy_filling(words: str, room: float) -> None:
    greedy, balanced = wrapping.wrap(words, room, 12), wrapping.balanced(words, room, 12)
    assert len(balanced) <= len(greedy)
    assert _letters("".join(balanced)) == _letters("".join(greedy))


def _letters(words: str) -> str:
    """Without what wrapping takes and gives: spaces at line ends, hyphens of parted words."""
    return "".join(each for each in words if not each.isspace() and each != "-")


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("Customer Relations Department", ["Customer", "Relations", "Department"]),
        ("행정정보공동이용시스템", ["행정정보공동이", "용시스템"]),
        ("전자 정부 정보자원", ["전자 정부", "정보자원"]),
        ("电子政务信息，资源", ["电子政务信", "息，资源"]),
        ("Ketenpartner-portaal", ["Ketenpartner-", "portaal"]),
        ("taxOfficePersonnel", ["taxOffice", "Personnel"]),
        ("first\nsecond", ["first", "second"]),
    ],
)
def test_lines_break_where_readers_expect_it(words: str, lines: list[str]) -> None:
    assert wrapping.wrap(words, 80, 12) == lines


def test_a_long_word_is_parted_with_a_hyphen_before_a_syllable() -> None:
    assert wrapping.wrap("Informatiebeveiligingsbeleid", 85, 12) == ["Informatiebe-", "veiligingsbeleid"]


def test_an_accent_is_never_parted_from_its_letter() -> None:
    words = "q\u0301" * 40  # has no composed form
    for line in wrapping.wrap(words, 50, 12):
        assert not unicodedata.combining(line[0])


def test_what_cannot_be_shown_is_taken_out() -> None:
    assert text.cleaned("a\u0000b\u200bc\ufeff  d\r\n e\u00ad") == "abc d\ne"
    assert text.cleaned("\ud800x") == "x"


RUNS = st.tuples(NAMES, NAMES).map(
    lambda pair: [Run(f"«{pair[0]}»", 10, tone="quiet", optional=True), Run(pair[1], 13)]
)


@given(RUNS, st.floats(8, 260), st.floats(8, 160), st.sampled_from(["left", "center", "right"]))
def test_fitted_text_stays_in_its_room_and_clear_of_the_corners(
    runs: list[Run], width: float, height: float, align: str
) -> None:
    corner = (min(22.0, width / 3), min(18.0, height / 3))
    fitted = fit(runs, Room(width, height, align, "middle", corner, corner))  # type: ignore[arg-type]
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
    for line in fitted.lines:
        left = line.x - line.width * share
        assert left >= -0.01
        assert left + line.width <= width + 0.01
        assert line.baseline - 0.71 * line.size >= -0.5
        assert line.baseline <= height + 0.01
        if fitted.with_corners and line.baseline - 0.71 * line.size < corner[1] - 1:
            assert left >= corner[0] - 0.01
            assert left + line.width <= width - corner[0] + 0.01


def test_text_shrinks_before_it_is_cut_and_is_cut_only_when_nothing_else_helps() -> None:
    small = fit([Run("Ministry of Finance", 13)], Room(60, 40))
    assert small.whole
    assert small.lines[0].size < 13
    hopeless = fit([Run("word " * 200, 13)], Room(40, 20))
    assert not hopeless.whole
    assert hopeless.lines[-1].text.endswith("…")


def test_the_type_goes_before_the_name_is_made_small() -> None:
    fitted = fit([Run("«System»", 10, optional=True), Run("Population Register", 13)], Room(130, 20))
    assert [(line.text, line.size) for line in fitted.lines] == [("Population Register", 13)]


def test_a_line_that_begins_from_right_to_left_runs_that_way_as_a_whole() -> None:
    """Its numbers, brackets and Latin words would else be ordered from the left (UAX #9, rules P2, P3 and X5a)."""
    mixed = "نظام POPREG 2 (السكان)"
    assert text.directed(mixed) == f"\u202b{mixed}\u202c"
    for line in ("Population 2", "POPREG نظام", "نظام السكان", "人口", ""):
        assert text.directed(line) == line


def test_signs_of_scripts_that_the_font_lacks_have_room_for_the_boxes_that_stand_for_them() -> None:
    """An accent takes none; a Devanagari or Thai sign would be drawn as a box of its own without a font."""
    assert text.width("e\u0323\u0301", 10) == text.width("e", 10)
    assert text.width("क्", 10) > text.width("क", 10)
    assert text.width("❤\ufe0f", 10) == text.width("❤", 10)
