"""Tables that are none, or attacks: only our own errors, little memory, no hang."""

import io
import zipfile

import pytest

from ea_repo.errors import TooLarge
from ea_repo.exchange.tabular.xlsx import read_workbook


def _xlsx(sheet: str, strings: str = "") -> bytes:
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{strings}</sst>',
    }  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _bomb() -> bytes:
    """A sheet of 300 MB, never in memory as a whole."""
    packed = io.BytesIO(_xlsx(""))
    with (
        zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(300):
            part.write(b" " * 1_000_000)
    return packed.getvalue()


def test_a_small_workbook_made_by_hand_is_read() -> None:
    data = _xlsx('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>2</v></c></row>', "<si><t>Name</t></si>")
    assert read_workbook(data, "a.xlsx")[0].rows == [["Name", 2.0]]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "spans 1,048,576 rows"),
        (_xlsx('<row r="1">' + '<c t="s"><v>0</v></c>' * 200_000 + "</row>", f"<si><t>{'x' * 30_000}</t></si>"), "MB of text|spans"),
        (_xlsx("".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_000)), f"<si><t>{'x' * 30_000}</t></si>"), "MB of text"),
        (_bomb(), "unpacks to more than"),
    ],
    ids=["a cell in the far corner", "unplaced cells", "one long text in many cells", "a bomb"],
)  # fmt: skip
def test_a_workbook_that_would_eat_the_memory_is_refused(data: bytes, said: str) -> None:
    assert len(data) < 2_000_000
    with pytest.raises(TooLarge, match=said):
        read_workbook(data, "a.xlsx")
