"""The agreement as a document, read back by python-docx and pypdf."""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import docx
import pypdf
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from diagrams import fonts
from ea_repo.cli.main import main
from ea_repo.errors import InvalidInput, MissingPart, NotFound, RepositoryError
from ea_repo.planning.papers import paper_docx, paper_pdf, typst_apart
from ea_repo.planning.papers.paper import MEDIA_TYPES
from ea_repo.planning.sharing.agreement import agreement_text
from ea_repo.repository import Repository, open_repository
from ea_repo.sample import load
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element

TITLES = {"en": "Data sharing agreement", "id": "Perjanjian Berbagi Data", "ko": "행정정보 공동이용 협약서"}
#: What the sample says of people:AG-POP-NHI, in each language.
SAID = {
    "en": ("Civil Registration Directorate", "National Health Insurance Fund", "Population register", "In real time",
           "deletes the data 1825 days", "does not pass the data on"),
    "id": ("Direktorat Kependudukan dan Catatan Sipil", "Badan Jaminan Kesehatan Nasional", "Data kependudukan",
           "Waktu nyata", "paling lambat 1825 hari", "tidak meneruskan data"),
    "ko": ("주민등록국", "국가건강보험기금", "주민등록 데이터", "실시간", "1825일", "다시 제공하지 아니한다"),
}  # fmt: skip
#: Markup of typst, of Word's XML and of nobody, and what XML cannot hold.
HOSTILE = '#panic("x") *b* _i_ $x$ <l> @r `c` \\n ]#[ <w:p/> & "q"'


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    with open_repository(str(path), create=True) as repository:
        load(repository)
        yield repository


def texts_of_docx(content: bytes) -> str:
    document = docx.Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in document.paragraphs), *cells])


def text_of_pdf(content: bytes) -> str:
    """Without line breaks, which depend on the width of columns."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages).split())


@pytest.mark.parametrize("language", TITLES)
def test_both_files_say_what_the_register_says(sample: Repository, language: str) -> None:
    with sample.state() as state:
        text = agreement_text(state, "people:AG-POP-NHI", language)
    document = docx.Document(BytesIO(paper_docx.write(text)))
    assert document.paragraphs[0].text == TITLES[language]
    assert document.core_properties.title == TITLES[language]
    read = texts_of_docx(paper_docx.write(text))
    printed = text_of_pdf(paper_pdf.write(text, fonts.folder())).replace(" ", "")
    for each in (TITLES[language], *SAID[language], "03/SA/2025", "2030-06-30", "6/2013"):
        assert each in read
        assert each.replace(" ", "") in printed


def test_the_tables_list_the_data_sets_and_the_exchanges(sample: Repository) -> None:
    with sample.state() as state:
        tables = docx.Document(BytesIO(paper_docx.write(agreement_text(state, "people:AG-POP-NHI")))).tables
    parties, data, exchanges, terms = ([[cell.text for cell in row.cells] for row in table.rows] for table in tables)
    assert parties[1] == ["Consumer", "National Health Insurance Fund"]
    assert [row[0] for row in data[1:]] == ["Births, deaths and marriages", "Population register"]
    assert len(exchanges) == 3
    assert exchanges[2] == [
        "Population Register", "Insurance Membership", "Population register", "In real time", "REST", "Government Service Bus",
    ]  # fmt: skip
    assert ["Valid until, inclusive", "2030-06-30"] in terms


def begun(repository: Repository, name: str, **terms: object) -> Repository:
    attributes = {"provider": "gov:a", "consumers": ["gov:b"], **terms}
    operations = [
        a_model(), an_agency("a", name), an_agency("b", "B"), a_system("s", name, owner="a"), a_system("t", owner="b"),
        an_element("d", "DataSet", name), an_element("g", "SharingAgreement", name, attributes=attributes),
        an_element("empty", "SharingAgreement"),
        a_relationship("x", "DataExchange", "s", "t",
                       attributes={"data_set": "gov:d", "agreement": "gov:g", "fields": [name], "purpose": name}),
    ]  # fmt: skip
    repository.changeset("t", "begin", operations).apply()
    return repository


def test_whatever_a_name_says_is_text(sqlite_repository: Repository) -> None:
    with begun(sqlite_repository, HOSTILE, service_level="a\x0bb").state() as state:
        text = agreement_text(state, "gov:g")
    read = texts_of_docx(paper_docx.write(text))
    assert read.count(HOSTILE) >= 6
    assert "a\ufffdb" in read
    printed = text_of_pdf(paper_pdf.write(text, fonts.folder())).replace(" ", "")
    assert printed.count(HOSTILE.replace(" ", "")) >= 3


def test_what_nobody_recorded_is_left_to_be_filled_in(sqlite_repository: Repository) -> None:
    with begun(sqlite_repository, "A").state() as state:
        text = agreement_text(state, "gov:empty")
    read = texts_of_docx(paper_docx.write(text))
    assert read.count("........................") >= 10
    assert "personal" not in read.replace("Personal data", "")
    assert "........................" in text_of_pdf(paper_pdf.write(text, fonts.folder()))


def test_the_duties_follow_the_terms(sqlite_repository: Repository) -> None:
    with begun(sqlite_repository, "A", onward_sharing=True, retention_days=0).state() as state:
        duties = agreement_text(state, "gov:g").sections[-1].sentences
    assert "The consumer may pass the data on, under the same duties." in duties
    assert "The consumer keeps no copy of the data." in duties


@pytest.mark.parametrize("uid", ["people:NOBODY", "people:POPREG"])
def test_what_is_no_agreement_is_not_found(sample: Repository, uid: str) -> None:
    with sample.state() as state, pytest.raises(NotFound):
        agreement_text(state, uid)


def test_the_service_gives_both_files(sample: Repository) -> None:
    with TestClient(create_app(sample), base_url="http://127.0.0.1") as client:
        for name, media_type in MEDIA_TYPES.items():
            address = f"/api/v1/planning/agreements/people:AG-POP-NHI.{name}"
            answer = client.get(address, params={"lang": "ko"})
            assert answer.status_code == 200
            assert answer.headers["content-type"] == media_type
            assert f"people-AG-POP-NHI.{name}" in answer.headers["content-disposition"]
            again = client.get(address, params={"lang": "ko"}, headers={"If-None-Match": answer.headers["ETag"]})
            assert again.status_code == 304
            assert client.get(address, params={"lang": "en"}, headers={"If-None-Match": answer.headers["ETag"]}).content
        assert client.get("/api/v1/planning/agreements/people:NOBODY.pdf").status_code == 404
        assert client.get("/api/v1/planning/agreements/people:AG-POP-NHI.odt").status_code == 422


def test_the_command_writes_the_format_that_the_name_says(
    sample: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--database", f"sqlite:///{sample.url.database}", "agreement"]
    for name, begin in (("a.docx", b"PK"), ("a.PDF", b"%PDF")):
        assert main([*command, str(tmp_path / name), "--uid", "people:AG-POP-NHI", "--language", "id"]) == 0
        assert (tmp_path / name).read_bytes().startswith(begin)
    assert main([*command, str(tmp_path / "a.odt"), "--uid", "people:AG-POP-NHI"]) != 0
    assert "end it with .docx or .pdf" in capsys.readouterr().err
    assert not (tmp_path / "a.odt").exists()


def test_without_its_part_a_format_says_what_to_install(sample: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    with sample.state() as state:
        text = agreement_text(state, "people:AG-POP-NHI")
    monkeypatch.setitem(sys.modules, "docx", None)
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingPart, match="office"):
        paper_docx.write(text)
    with pytest.raises(MissingPart, match="pdf"):
        typst_apart.write(text, fonts.folder(), b"template")
    with pytest.raises(MissingPart, match="pdf"):
        paper_pdf.write(text, fonts.folder())


def a_template(*paragraphs: str, cell: str = "") -> bytes:
    made = docx.Document()
    for each in paragraphs:
        paragraph = made.add_paragraph()
        for part in each.partition("{{provider"):  # Word cuts texts anywhere
            paragraph.add_run(part)
    made.add_table(1, 1).cell(0, 0).text = cell
    made.sections[0].footer.paragraphs[0].text = "{{made}}"
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def test_a_template_of_ones_own_is_filled_and_keeps_what_is_its_own(sample: Repository, tmp_path: Path) -> None:
    with sample.state() as state:
        text = agreement_text(state, "people:AG-POP-NHI")
    template = a_template(
        "Our letterhead", "Between {{provider}} and {{ consumers }}:", "{{section data}}", "In between", "{{signatures}}",
        cell="No. {{number}}",
    )  # fmt: skip
    document = docx.Document(BytesIO(paper_docx.write(text, template)))
    texts = [each.text for each in document.paragraphs]
    assert texts[:2] == ["Our letterhead", f"Between {text.values['provider']} and {text.values['consumers']}:"]
    assert texts[2:4] == ["4. Data", "In between"]
    assert texts[4] == "8. Signatures"
    assert document.tables[0].cell(0, 0).text == "Data set"
    assert document.tables[-1].cell(0, 0).text == f"No. {text.values['number']}"
    assert document.sections[0].footer.paragraphs[0].text == text.made
    whole = docx.Document(BytesIO(paper_docx.write(text, a_template("{{sections}}"))))
    assert [each.text for each in whole.paragraphs if each.style.name == "Heading 1"] == [
        f"{number}. {each.heading}" for number, each in enumerate(text.sections, 1)
    ]
    (tmp_path / "t.docx").write_bytes(template)
    database = ["-d", f"sqlite:///{Path(str(sample.url.database))}"]
    asked = [
        "agreement",
        str(tmp_path / "a.docx"),
        "--uid",
        "people:AG-POP-NHI",
        "--template",
        str(tmp_path / "t.docx"),
    ]
    assert main([*database, *asked]) == 0
    assert "Our letterhead" in texts_of_docx((tmp_path / "a.docx").read_bytes())
    with TestClient(create_app(sample), base_url="http://localhost:8000") as client:
        address, kind = "/api/v1/planning/agreements/people:AG-POP-NHI.docx", {"Content-Type": MEDIA_TYPES["docx"]}
        sent = client.post(address, content=template, headers=kind)
        assert (sent.status_code, "Our letterhead" in texts_of_docx(sent.content)) == (200, True)
        assert client.post(address, content=b"PK no document", headers=kind).status_code == 400


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (a_template("{{provder}}"), "names {{provder}}, which there is not; there are title"),
        (a_template("Nothing", cell="at all"), None),
        (b"no document", "no Word document"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused(sample: Repository, template: bytes, told: str | None) -> None:
    with sample.state() as state:
        text = agreement_text(state, "people:AG-POP-NHI")
    if told is None:
        assert (
            text.made in docx.Document(BytesIO(paper_docx.write(text, template))).sections[0].footer.paragraphs[0].text
        )
        return
    with pytest.raises(RepositoryError, match=re.escape(told)):
        paper_docx.write(text, template)


def test_a_typst_template_of_ones_own_is_set_and_reads_no_files(sample: Repository, tmp_path: Path) -> None:
    with sample.state() as state:
        text = agreement_text(state, "people:AG-POP-NHI")
    own = b"#let said = json(bytes(sys.inputs.text))\nOur own: #said.title, #said.values.provider"
    assert f"Our own: {text.title}, {text.values['provider']}" in text_of_pdf(
        paper_pdf.write(text, fonts.folder(), own)
    )
    (tmp_path / "secret.txt").write_text("secret")
    for wrong in (f'#read("{tmp_path}/secret.txt")'.encode(), b"#panic(1)"):
        with pytest.raises(InvalidInput, match="cannot be set"):
            paper_pdf.write(text, fonts.folder(), wrong)


def test_a_typst_template_that_is_sent_is_set_apart_with_no_files_no_packages_and_bounds(
    sample: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(typst_apart, "_MOST_SECONDS", 3)
    with TestClient(create_app(sample), base_url="http://localhost:8000") as client:
        address = "/api/v1/planning/agreements/people:AG-POP-NHI.pdf"
        own = b"#let said = json(bytes(sys.inputs.text))\nOur own: #said.values.provider"
        sent = client.post(address, content=own)
        assert (sent.status_code, sent.headers["content-type"]) == (200, MEDIA_TYPES["pdf"])
        assert "Our own: Civil Registration Directorate" in text_of_pdf(sent.content)
        for wrong, told in (
            (f'#read("{tmp_path}/secret.txt")'.encode(), "cannot be set"),
            (b'#import "@preview/cetz:0.3.4": *', "cannot be set"),
            (
                b"#let f(n) = { let m = 0; for i in range(n) { m += i }; m }\n#f(100000000000)",
                "too much|seconds|cannot",
            ),
            (b"\xff\xfe", "UTF-8"),
        ):
            refused = client.post(address, content=wrong)
            assert refused.status_code == 422, refused.text
            assert re.search(told, refused.json()["detail"])
