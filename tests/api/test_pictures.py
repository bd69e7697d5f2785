"""Pictures over the service: every format, asked again without work, and whole books."""

import io
import zipfile

import pypdf
import pytest
from starlette.testclient import TestClient

import api.catalogue
import diagrams
from api.app import create_app
from ea_repo.repository import Repository
from ea_repo.settings import Settings
from tests.factories import a_model, a_system, uid

CONTEXT = "/api/v1/diagrams/context"
BOOK = b"[[diagram]]\nviewpoint = 'context'\nfile = 'tax'\noptions = {uid = 'gov:tax'}\n[[diagram]]\nviewpoint = 'landscape'\n"


@pytest.mark.parametrize("format", diagrams.formats())
def test_every_format_is_answered_with_its_media_type(small: TestClient, format: str) -> None:
    answer = small.get(f"{CONTEXT}.{format}?uid=gov:tax&notation=plain&theme=colour-blind")
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] in diagrams.picture_format(format).media_type
    assert len(answer.content) > 100


def test_another_service_on_the_same_repository_has_the_picture_that_the_first_drew(
    sqlite_repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    operations = [a_model("gov", "Government"), a_system("tax", "Tax")]
    sqlite_repository.changeset("architect", "survey", operations).apply()
    address = f"{CONTEXT}.svg?uid={uid('tax')}"
    with TestClient(create_app(sqlite_repository, Settings()), base_url="http://localhost:8000") as first:
        drawn = first.get(address)
        past = first.get(f"{address}&as_of=0")
    monkeypatch.setattr(api.catalogue.diagrams, "draw", None)  # whoever draws now fails
    with TestClient(create_app(sqlite_repository, Settings()), base_url="http://localhost:8000") as second:
        assert second.get(address).content == drawn.content
    assert (drawn.status_code, past.status_code) == (200, 404)


def test_what_is_no_format_or_option_is_refused(small: TestClient) -> None:
    wrong = small.get(f"{CONTEXT}.gif?uid=gov:tax")
    assert (wrong.status_code, "drawio" in wrong.text) == (415, True)
    assert small.get(f"{CONTEXT}.png?uid=gov:tax&width=3").status_code == 422
    assert small.get(f"{CONTEXT}.png?uid=gov:tax&paper=A9").status_code == 422


def test_the_same_picture_is_drawn_once_until_something_changes(
    small: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = list[str]()
    usual = diagrams.draw

    def counted(state: object, viewpoint: str, **options: object) -> object:
        drawn.append(viewpoint)
        return usual(state, viewpoint, **options)

    monkeypatch.setattr(api.catalogue.diagrams, "draw", counted)
    first = small.get(f"{CONTEXT}.svg?uid=gov:tax")
    again = small.get(f"{CONTEXT}.svg?uid=gov:tax")
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    same = small.get(f"{CONTEXT}.svg?uid=gov:tax", headers={"If-None-Match": first.headers["etag"]})
    assert (same.status_code, same.content, len(drawn)) == (304, b"", 1)
    other = small.get(f"{CONTEXT}.svg?uid=gov:tax&theme=dark", headers={"If-None-Match": first.headers["etag"]})
    assert (other.status_code, len(drawn)) == (200, 2)
    operations = [{"op": "create", "uid": "gov:new", "type": "System", "fields": {"name": "New"}}]
    written = small.post("/api/v1/changesets", json={"reason": "more", "operations": operations})
    assert written.status_code in (200, 201), written.text
    later = small.get(f"{CONTEXT}.svg?uid=gov:tax", headers={"If-None-Match": first.headers["etag"]})
    assert (later.status_code, len(drawn)) == (200, 3)
    past = small.get(f"{CONTEXT}.svg?uid=gov:tax&as_of=1")
    assert past.content == first.content
    on_a_day = small.get(f"{CONTEXT}.svg?uid=gov:tax&on=2026-06-01")
    assert b"Receipts" not in on_a_day.content  # the system at its other end begins in 2027


def test_etags_differ_by_everything_that_was_asked(small: TestClient) -> None:
    addresses = [
        f"{CONTEXT}.{format}?uid=gov:tax{more}"
        for format in ("svg", "png")
        for more in ("", "&theme=dark", "&lang=ko", "&depth=2", "&on=2026-06-01", "&legend=false", "&notation=plain")
    ]
    tags = [small.get(each).headers["etag"] for each in addresses]
    assert len(set(tags)) == len(tags)


def test_a_book_comes_back_as_one_pdf_or_as_a_zip(small: TestClient) -> None:
    bound = small.post("/api/v1/diagrams/book.pdf", content=BOOK, headers={"Content-Type": "application/toml"})
    assert (bound.status_code, bound.headers["content-type"]) == (200, "application/pdf")
    assert len(pypdf.PdfReader(io.BytesIO(bound.content)).pages) == 2
    packed = small.post("/api/v1/diagrams/book.zip", content=BOOK)
    assert zipfile.ZipFile(io.BytesIO(packed.content)).namelist() == ["tax.svg", "02-landscape.svg"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"[[diagram]]\nviewpoint = 'contxt'", "book.toml:2"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[[diagram]]\nviewpoint = 'context'\noptions = {uid = 'gov:nobody'}", "gov:nobody"),
    ],
)
def test_a_wrong_book_is_told_where(small: TestClient, body: bytes, told: str) -> None:
    answer = small.post("/api/v1/diagrams/book.pdf", content=body)
    assert answer.status_code in (404, 422, 400)
    assert told in answer.text
