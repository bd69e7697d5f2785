"""Five inventories as agencies keep them, made up but with the habits of real ones, and the mapping of each."""

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

import openpyxl


@dataclass(frozen=True)
class Inventory:
    """`findings` are (code, where and what it begins with) of everything that cannot be understood."""

    name: str
    data: bytes
    mapping: str
    findings: tuple[tuple[str, str], ...]


def _workbook(sheets: dict[str, list[list[Any]]], merged: dict[str, list[str]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cells in (merged or {}).get(title, []):
            sheet.merge_cells(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# Indonesian: a title, a header in two merged rows, thousands with points, dates as text, a total at the end.
INDONESIAN = Inventory(
    "inventaris.xlsx",
    _workbook(
        {
            "Aplikasi": [
                ["DAFTAR APLIKASI TAHUN 2025"],
                [],
                ["No", "Nama Aplikasi", "Instansi", "Tingkat", "Biaya", None, "Mulai Operasional"],
                [None, None, None, None, "Perolehan", "Tahunan", None],
                [1, "e-Pajak ", "Dinas Keuangan", "Tinggi", "1.250.000.000", "Rp 75.000.000", "31 Januari 2019"],
                [2, " SIMPEG", "Badan Kepegawaian", "Sedang", None, "12.500,50", "01/07/2020"],
                [3, "Portal\u00a0Warga", "Dinas Komunikasi", "sangat tinggi", "-", "tujuh juta", "kira-kira 2018"],
                [3, "Portal Warga v2", "Dinas Komunikasi", "Rendah", "-", "-", "-"],
                [None, "TOTAL", None, None, "1.250.000.000", "75.012.500,50", None],
            ]
        },
        {"Aplikasi": ["A1:G1", "E3:F3", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "G3:G4"]},
    ),
    """
[table]
header = [3, 4]
empty = ["-"]
thousands = "."
dates = ["%d/%m/%Y"]
skip = {column = "Nama Aplikasi", equals = "TOTAL"}

[[concept]]
type = "Agency"
name = "Instansi"

[[concept]]
type = "System"
identifier = "No"
prefix = "app-"
name = "Nama Aplikasi"

[concept.fields]
owner = "Instansi"
criticality = {column = "Tingkat", values = {"Tinggi" = "vital", "Sedang" = "important", "Rendah" = "ordinary"}}
yearly_cost = {column = "Biaya / Tahunan", currency = "IDR"}
active_on = "Mulai Operasional"
""",
    (
        ("duplicate-code", 'Sheet Aplikasi, cell B8: "app-3" is there already (sheet Aplikasi, row 7) with name "Portal Warga"; "Portal Warga v2" is passed over'),
        ("duplicate-code", 'Sheet Aplikasi, cell D8: "app-3" is there already (sheet Aplikasi, row 7) with criticality "sangat tinggi"; "Rendah" is passed over'),
        ("unfit-value", 'Sheet Aplikasi, cell D7: "sangat tinggi" is not a criticality; use vital, important or ordinary'),
        ("unfit-value", 'Sheet Aplikasi, cell F7: "tujuh juta" is not a number'),
        ("unfit-value", 'Sheet Aplikasi, cell G7: "kira-kira 2018" is not a date that is understood; say its form in the mapping, such as dates = ["%d/%m/%Y"]'),
    ),
)  # fmt: skip

# Korean: the encoding of Korean Windows, semicolons, dates in Korean, several servers in a cell.
KOREAN = Inventory(
    "정보시스템.csv",
    "관리번호;시스템명;소관기관;등급;구축일;서버\r\n"
    "A-001;전자결재;행정안전부;1등급;2019년 3월 2일;web-1, web-2\r\n"
    "A-002;기록관리;국가기록원;3등급;2020.12.01;db-1\r\n"
    ";이름만 있음;국가기록원;2등급;;\r\n"
    "A-003;출장관리;국가 기록원;9등급;20210315;web-9\r\n".encode("cp949"),
    """
[[concept]]
type = "System"
identifier = "관리번호"
name = "시스템명"
[concept.fields]
criticality = {column = "등급", values = {"1등급" = "vital", "2등급" = "important", "3등급" = "ordinary"}}
active_on = "구축일"
owner = "소관기관"

[[concept]]
type = "Agency"
name = "소관기관"
when = {column = "소관기관", matches = "국가기록원"}

[[relationship]]
type = "Serving"
source = {column = "서버", split = ",", of = "Server"}
target = "System"
""",
    (
        ("no-identifier", "Line 4: a System without 관리번호 is left out"),
        ("unfit-value", 'Line 5, column 등급: "9등급" is not a criticality; use vital, important or ordinary'),
        ("unmatched-reference", 'Line 2, column 소관기관: "행정안전부" names no BusinessActor that is there'),
        ("unmatched-reference", 'Line 5, column 소관기관: "국가 기록원" names no BusinessActor that is there; did you mean 국가기록원 [new:국가기록원]?'),
        ("unmatched-reference", 'Line 5, column 서버: "web-9" names no Server that is there; did you mean web-1 [gov:web-1], web-2 [gov:web-2]?'),
    ),
)  # fmt: skip

# English: JSON of a configuration database, nested, numbers as text, booleans as words.
JSON = Inventory(
    "cmdb.json",
    b"""{"exported": "2025-11-01", "result": {"items": [
 {"sys_id": "S1", "display": {"name": "Tax portal"}, "env": "PROD", "public": "Yes", "users": "12,500", "tags": ["web", "mobile"]},
 {"sys_id": "S2", "display": {"name": "Ledger"}, "env": "PROD", "public": "unknown", "users": "1.234", "runs_on": "S9"},
 {"sys_id": "S3", "display": {"name": "Old ledger"}, "env": "TEST", "public": "no", "users": null},
 {"sys_id": "S4", "display": {"name": "Payroll"}, "env": "PROD", "public": "no", "users": "about 300", "tags": ["fax"]}]}}""",
    """
[table]
rows = "result.items"
skip = [{column = "env", equals = ["TEST", "DEV"]}]
[[concept]]
type = "System"
identifier = "sys_id"
name = "display.name"
properties = ["env"]
[concept.fields]
public_facing = "public"
users = "users"
platform = "tags"
hosting = {constant = "own_data_centre"}
""",
    (
        ("unfit-value", 'Item 2, column public: "unknown" is neither yes nor no'),
        ("unfit-value", 'Item 4, column users: "about 300" is not a number'),
        ("unfit-value", 'Item 4, column tags: "fax" is not a platform; use web, mobile, desktop, batch or Service without screens'),
    ),
)  # fmt: skip

# Mixed languages: three words for the same state, real Excel dates and serial numbers beside each other.
MIXED = Inventory(
    "contracts.xlsx",
    _workbook(
        {
            "Notes": [["Ask the registry"]],
            "Contracts 계약": [
                ["Nomor", "Contract / 계약명", "상태", "Signed", "Ends"],
                ["K/01/2024", "Pemeliharaan server", "Berlaku", date(2024, 1, 5), 46_000],
                ["K/02/2024", "유지보수", "종료", "2024-02-30", date(2023, 1, 1)],
                ["K/03/2024", "Licences", "ACTIVE", "05.03.2024", "forever"],
            ],
        }
    ),
    """
[table]
sheet = "contracts 계약"
dates = ["%d.%m.%Y"]
[[concept]]
type = "SupplyContract"
identifier = "nomor"
name = "Contract / 계약명"
[concept.fields]
status = {column = "상태"}
number = "Nomor"
signed_on = "Signed"
expires_on = "Ends"
""",
    (
        ("unfit-value", 'Sheet Contracts 계약, cell D3: "2024-02-30" is not a date that is understood; say its form in the mapping, such as dates = ["%d/%m/%Y"]'),
        ("unfit-value", 'Sheet Contracts 계약, cell E4: "forever" is not a date that is understood; say its form in the mapping, such as dates = ["%d/%m/%Y"]'),
    ),
)  # fmt: skip

# An interface list: two systems and the exchange between them in one row, by name or code, tabs, a decimal comma.
INTERFACES = Inventory(
    "interfaces.csv",
    "From\tTo\tWhat\tProtocol\tA day\n"
    "Tax  portal\tS2\tPayments\tREST\t1.5\n"
    "tax portal\tLedger\tPayments\tREST\t1.5\n"
    "Tax portal\tLedgr\tRefunds\tSOAP\t2\n"
    "Ledger\tTax portal\tBalances\tcarrier pigeon\t3\n".encode("utf-16"),
    """
[[concept]]
type = "System"
name = "From"

[[relationship]]
type = "DataExchange"
source = "System"
target = {column = "To", of = "System"}
name = "What"
[relationship.fields]
protocol = "Protocol"
""",
    (
        ("unmatched-reference", 'Line 4, column To: "Ledgr" names no System that is there; did you mean Ledger [new:ledger]?'),
        ("unmatched-reference", 'Line 2, column To: "S2" names no System that is there'),
        ("unfit-value", 'Line 5, column Protocol: "carrier pigeon" is not a protocol; use rest, soap'),
    ),
)  # fmt: skip

ALL = (INDONESIAN, KOREAN, JSON, MIXED, INTERFACES)
