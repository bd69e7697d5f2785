"""Disposition takes two people, destroys every version and nothing else, and hands over packages that others can read."""

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import bagit as reference
import docx
import pypdf
import pytest

from ea_repo.cli.main import main
from ea_repo.errors import Conflict, Gone, InvalidInput, MalformedRequest, NotFound
from ea_repo.exchange import bagit
from ea_repo.planning.records import disposition, disposition_due, documents, holdings
from ea_repo.planning.records.certificate import certificate_paper
from ea_repo.repository import Repository
from ea_repo.store.operations import Update
from tests.factories import a_model, an_element

MOST = 3_000_000


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 11, 1, 12, tzinfo=UTC)
    for module in (disposition, disposition_due):
        monkeypatch.setattr(module, "now", lambda: moment)


def begun(repository: Repository) -> Repository:
    usual = {"active_years": 1, "inactive_years": 1, "trigger": "creation"}
    repository.changeset(
        "t", "begin",
        [a_model(), *(an_element(name, "RecordSeries", attributes={**usual, "disposition": name, "authority": "Schedule 1"})
                      for name in ("destroy", "permanent", "reappraise"))],
    ).apply()  # fmt: skip
    return repository


def a_document(repository: Repository, content: bytes, series: str = "destroy", dated_on: str = "2020-01-01") -> str:
    applied = documents.attach(
        repository, BytesIO(content), model="gov", author="t", file_name="a.txt", most_bytes=MOST,
        attributes={"record_series": f"gov:{series}", "dated_on": dated_on},
    )  # fmt: skip
    return next(uid for _, uid in applied.versions)


def approved(repository: Repository, wanted: list[str], action: disposition.Action = "destroy") -> str:
    uid = disposition.propose(repository, wanted, action, model="gov", author="sari")
    disposition.decide(repository, uid, "reviewed", author="budi", note="nobody needs them")
    disposition.decide(repository, uid, "approved", author="min")
    return uid


def content_of(repository: Repository, uid: str, as_of: int | None = None) -> bytes:
    with repository.state(as_of=as_of) as state, documents.opened(repository, documents.document(state, uid)) as file:
        return file.read()


def test_destruction_takes_every_version_and_leaves_the_entry_and_a_certificate(repository: Repository) -> None:
    uid, other = a_document(begun(repository), b"first"), a_document(repository, b"another")
    documents.revise(
        repository, uid, BytesIO(b"second"), author="t", file_name="a.txt", most_bytes=MOST, base_version=1
    )
    done = disposition.carry_out(repository, approved(repository, [uid]), author="lee")
    assert (len(done.destroyed), done.still_used) == (2, ())
    for as_of in (None, 2):
        with pytest.raises(Gone):
            content_of(repository, uid, as_of)
    assert content_of(repository, other) == b"another"
    with repository.state() as state:
        assert state.get(uid).attributes["disposed_on"] == "2026-11-01"
        assert [row.uid for row in disposition_due.disposition_due(state)] == [other, done.certificate]
    text = content_of(repository, done.certificate).decode()
    for said in ("CERTIFICATE OF DESTRUCTION", "Proposed by sari", "Reviewed by budi", "Approved by min", "Schedule 1",
                 "Carried out by lee on 2026-11-01", uid, "due on 2022-01-01", "nobody needs them", *done.destroyed):  # fmt: skip
        assert said in text
    assert documents.faults(repository) == []


def test_bytes_that_another_document_has_or_had_are_not_destroyed(sqlite_repository: Repository) -> None:
    uid, twin = a_document(begun(sqlite_repository), b"same"), a_document(sqlite_repository, b"same")
    past = a_document(sqlite_repository, b"once")
    documents.revise(
        sqlite_repository, past, BytesIO(b"now"), author="t", file_name="a.txt", most_bytes=MOST, base_version=1
    )
    once = a_document(sqlite_repository, b"once")
    done = disposition.carry_out(sqlite_repository, approved(sqlite_repository, [uid, once]), author="lee")
    assert (done.destroyed, len(done.still_used)) == ((), 2)
    assert content_of(sqlite_repository, twin) == b"same"
    assert "Contents kept" in content_of(sqlite_repository, done.certificate).decode()
    # When the other goes too, nobody has them any more.
    done = disposition.carry_out(sqlite_repository, approved(sqlite_repository, [twin]), author="lee")
    assert (len(done.destroyed), done.still_used) == (1, ())


def test_what_was_interrupted_after_the_changeset_is_carried_out_by_doing_it_again(
    sqlite_repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = a_document(begun(sqlite_repository), b"first")
    listed = approved(sqlite_repository, [uid])
    with monkeypatch.context() as broken:
        broken.setattr(type(sqlite_repository.contents), "destroy", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            disposition.carry_out(sqlite_repository, listed, author="lee")
    assert content_of(sqlite_repository, uid) == b"first"
    disposition.carry_out(sqlite_repository, listed, author="lee")
    with pytest.raises(Gone):
        content_of(sqlite_repository, uid)


def test_it_takes_two_and_each_step_in_turn(sqlite_repository: Repository) -> None:
    uid = a_document(begun(sqlite_repository), b"first")
    listed = disposition.propose(sqlite_repository, [uid], "destroy", model="gov", author="sari")
    with pytest.raises(Conflict, match="only what is reviewed can be approved"):
        disposition.decide(sqlite_repository, listed, "approved", author="budi")
    with pytest.raises(InvalidInput, match="somebody else"):
        disposition.decide(sqlite_repository, listed, "reviewed", author="sari")
    with pytest.raises(Conflict, match="only what is approved can be carried_out"):
        disposition.carry_out(sqlite_repository, listed, author="lee")
    disposition.decide(sqlite_repository, listed, "rejected", author="sari")
    with pytest.raises(Conflict, match="is rejected"):
        disposition.decide(sqlite_repository, listed, "reviewed", author="budi")
    with pytest.raises(NotFound, match="not a disposition list"):
        disposition.decide(sqlite_repository, uid, "reviewed", author="budi")
    assert content_of(sqlite_repository, uid) == b"first"


def test_what_is_held_kept_or_permanent_is_refused_by_name(sqlite_repository: Repository) -> None:
    begun(sqlite_repository)
    recent = a_document(sqlite_repository, b"a", dated_on="2026-01-01")
    permanent = a_document(sqlite_repository, b"b", "permanent")
    old = a_document(sqlite_repository, b"c")
    for wanted, why in (
        ([recent], "is to be kept until 2028-01-01"),
        ([permanent], "its schedule says permanent, not destroy"),
        (["gov:destroy"], "is no document"),
        ([], "no documents"),
    ):
        with pytest.raises(InvalidInput, match=why):
            disposition.propose(sqlite_repository, wanted, "destroy", model="gov", author="sari")
    with pytest.raises(InvalidInput, match="its schedule says destroy, not transfer"):
        disposition.propose(sqlite_repository, [old], "transfer", model="gov", author="sari")
    listed = approved(sqlite_repository, [old])
    # A court stops it after the approval.
    sqlite_repository.changeset("t", "hold", [Update(old, {"attributes": {"legal_hold": True}})]).apply()
    with pytest.raises(InvalidInput, match=r"is held: a\.txt: legal hold"):
        disposition.carry_out(sqlite_repository, listed, author="lee")
    assert content_of(sqlite_repository, old) == b"c"


def test_a_package_is_whole_for_others_and_one_flipped_byte_is_named(
    sqlite_repository: Repository, tmp_path: Path
) -> None:
    uid = a_document(begun(sqlite_repository), b"for ever", "permanent")
    listed = approved(sqlite_repository, [uid], "transfer")
    with pytest.raises(InvalidInput, match="a package is needed"):
        disposition.carry_out(sqlite_repository, listed, author="lee")
    done = disposition.carry_out(sqlite_repository, listed, author="lee", package=tmp_path / "transfer")
    reference.Bag(str(tmp_path / "transfer")).validate()
    (said,) = json.loads((tmp_path / "transfer/data/documents.json").read_text("utf-8"))
    content = tmp_path / "transfer" / "data" / said["path"]
    assert content.read_bytes() == b"for ever" == content_of(sqlite_repository, uid)
    assert (said["document"]["uid"], said["series"]["uid"]) == (uid, "gov:permanent")
    with sqlite_repository.state() as state:
        assert state.get(listed).attributes["package_fingerprint"] == done.fingerprint
        assert holdings.holdings(state, date(2026, 11, 1))[0].document.uid == done.certificate
    content.write_bytes(b"for evil")
    with bagit.reading(tmp_path / "transfer") as bag, pytest.raises(MalformedRequest, match=r"a\.txt"):
        bag.verify()


def test_the_commands_take_a_list_from_proposal_to_certificate(
    sqlite_repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    uid = a_document(begun(sqlite_repository), b"first")
    database = ["-d", f"sqlite:///{sqlite_repository.url.database}", "disposition"]
    assert main([*database, "propose", uid, "--model", "gov", "--action", "destroy", "--author", "sari"]) == 0
    listed = capsys.readouterr().out.split(":", 2)
    uid_of_list = ":".join(listed[:2]).strip()
    for step, author in (("review", "budi"), ("approve", "min")):
        assert main([*database, step, uid_of_list, "--author", author]) == 0
    assert main([*database, "carry-out", uid_of_list, "--author", "lee", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["destroyed"]) == 1


@pytest.mark.parametrize(
    ("language", "action", "series", "said"),
    [
        (
            "en",
            "destroy",
            "destroy",
            ("Certificate of destruction", "sari, on 2026-11-01", "nobody needs them", "Schedule 1"),
        ),
        ("id", "destroy", "destroy", ("Berita acara pemusnahan arsip", "budi, pada 2026-11-01")),
        ("ko", "transfer", "permanent", ("기록물 이관 확인서", "min, 2026-11-01", "인수 기관")),
    ],
)
def test_the_certificate_is_a_paper_to_be_signed(
    sqlite_repository: Repository,
    tmp_path: Path,
    language: str,
    action: disposition.Action,
    series: str,
    said: tuple[str],
) -> None:
    uid = a_document(begun(sqlite_repository), b"first", series)
    documents.revise(
        sqlite_repository, uid, BytesIO(b"second"), author="t", file_name="a.txt", most_bytes=MOST, base_version=1
    )
    listed = approved(sqlite_repository, [uid], action)
    with sqlite_repository.state() as state, pytest.raises(Conflict, match="when it has been carried out"):
        certificate_paper(state, listed, language)
    package = tmp_path / "package.zip" if action == "transfer" else None
    done = disposition.carry_out(sqlite_repository, listed, author="lee", package=package)
    database = ["-d", f"sqlite:///{Path(str(sqlite_repository.url.database))}"]
    for name in ("c.pdf", "c.docx"):
        asked = ["disposition", "certificate", listed, str(tmp_path / name), "--language", language]
        assert main([*database, *asked]) == 0
    pages = pypdf.PdfReader(tmp_path / "c.pdf").pages
    in_pdf = "".join("".join(page.extract_text() for page in pages).split())
    document = docx.Document(str(tmp_path / "c.docx"))
    in_docx = "".join("".join(
        [*(each.text for each in document.paragraphs),
         *(cell.text for table in document.tables for row in table.rows for cell in row.cells)]
    ).split())  # fmt: skip
    shas = [sha256(each).hexdigest() for each in (b"first", b"second")]
    for each in (*said, uid, *shas, *([done.fingerprint] if done.fingerprint else [])):
        assert "".join(each.split()) in in_pdf, each
        assert "".join(each.split()) in in_docx, each
