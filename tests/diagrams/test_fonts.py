"""The shipped fonts are the files they are said to be, and the table of widths is theirs."""

import base64
import hashlib
import json
import unicodedata
from io import BytesIO

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from diagrams import embedding, fonts
from diagrams.fonts import Font, tabulate

FONTS = list(fonts.fonts().values())


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.file)
def test_a_font_has_the_checksum_that_the_table_says(font: Font) -> None:
    assert hashlib.sha256(font.path.read_bytes()).hexdigest() == font.sha256


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.file)
def test_a_font_carries_the_licence_that_the_table_says(font: Font) -> None:
    licence = (fonts.folder() / font.licence_file).read_text("utf-8")
    with TTFont(font.path, lazy=True) as opened:
        said = opened["name"].getDebugName(13)
        version = opened["name"].getDebugName(5)
    assert font.licence == "OFL-1.1"
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "SIL Open Font License, Version 1.1" in said
    assert font.version.rstrip("0123456789").rstrip(".") in version


def test_no_other_font_file_is_shipped() -> None:
    shipped = {path.name for path in fonts.folder().iterdir() if path.suffix in (".otf", ".ttf", ".woff", ".woff2")}
    assert shipped == {font.file for font in FONTS}


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.file)
def test_the_table_of_widths_is_the_fonts_own(font: Font) -> None:
    with TTFont(font.path, lazy=True) as opened:
        widths = {code: opened["hmtx"][name][0] for code, name in opened.getBestCmap().items()}
    known = fonts.metrics(font.weight)
    assert {code: known.advance(code) for code in widths} == widths
    assert [known.advance(code) for code in range(0x20, 0x3000) if code not in widths].count(None) == sum(
        code not in widths for code in range(0x20, 0x3000)
    )
    assert tabulate.table(font)["advances"] == [list(run) for run in known.runs]


def test_every_hangul_syllable_and_the_letters_of_indonesian_have_a_glyph() -> None:
    syllables = [chr(code) for code in range(0xAC00, 0xD7A4)]
    letters = [chr(code) for code in range(0x20, 0x149) if unicodedata.category(chr(code))[0] in "LNPS"]
    assert [each for each in syllables + letters + list("«»…–—·×₩") if not fonts.covers(each)] == []


def test_a_script_that_the_font_lacks_is_known_to_be_lacking() -> None:
    assert [fonts.covers(each) for each in "政ع अ"] == [False, False, True, False]


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.file)
def test_the_latin_characters_that_are_ready_are_those_of_the_font(font: Font) -> None:
    table = json.loads((fonts.folder() / "latin.json").read_text("utf-8"))
    with TTFont(BytesIO(base64.b64decode(table[font.weight]))) as ready, TTFont(font.path, lazy=True) as whole:
        names, of_whole = ready.getBestCmap(), whole.getBestCmap()
        assert set(map(chr, names)) == embedding.LATIN
        for code, name in names.items():
            assert ready["hmtx"][name] == whole["hmtx"][of_whole[code]], chr(code)
            assert _outline(ready, name) == _outline(whole, of_whole[code]), chr(code)


def _outline(font: TTFont, name: str) -> list[object]:
    pen = RecordingPen()
    font.getGlyphSet()[name].draw(pen)
    return pen.value


def test_the_same_characters_are_the_same_font_whenever_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")  # what fontTools takes for now
    one = embedding._built("regular", frozenset("Abc세금"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert embedding._built("regular", frozenset("Abc세금")) == one
