"""Documents: what was attached comes back byte for byte, each version of it, on both engines; damage is found and named."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from ea_repo.cli.main import main
from ea_repo.errors import Damaged, Gone, InvalidInput, NotFound, TooLarge
from ea_repo.planning.records import documents
from ea_repo.repository import Repository
from ea_repo.store.engine import parse_url
from tests.analysis.test_questions import SMALL_DOSE
from tests.factories import a_flow, a_model, a_system

MOST = 3_000_000
LARGE = bytes(range(256)) * 10_000  # of three pieces


def begun(repository: Repository) -> Repository:
    repository.changeset("t", "begin", [a_model(), a_system("s", "Tax"), a_system("t"), a_flow("f", "s", "t")]).apply()
    return repository


def attached(repository: Repository, content: bytes, file_name: str = "audit.pdf", **said: object) -> str:
    applied = documents.attach(
        repository,
        BytesIO(content),
        model="gov",
        author="t",
        file_name=file_name,
        most_bytes=MOST,
        **said,  # type: ignore[arg-type]
    )
    return next(uid for _, uid in applied.versions)


def content_of(repository: Repository, uid: str, as_of: int | None = None) -> bytes:
    with repository.state(as_of=as_of) as state, documents.opened(repository, documents.document(state, uid)) as file:
        return file.read()


def run(repository: Repository, statement: str) -> None:
    """Somebody beside this program."""
    engine = create_engine(parse_url(repository.url.render_as_string(hide_password=False)))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize("content", [b"a", b"x" * 1_000_000, LARGE])
def test_what_was_attached_comes_back_with_its_checksum(repository: Repository, content: bytes) -> None:
    uid = attached(begun(repository), content, attached_to=["gov:s", "gov:f"])
    assert content_of(repository, uid) == content
    with repository.state() as state:
        found = documents.document(state, uid)
        assert found.attributes["sha256"] == hashlib.sha256(content).hexdigest()
        assert (found.name, found.attributes["media_type"], found.attributes["size_bytes"]) == (
            "audit.pdf", "application/pdf", len(content)
        )  # fmt: skip
        assert [each.uid for each in documents.attached(state, "gov:f")] == [uid]
        assert documents.attached(state, "gov:t") == []
    assert documents.faults(repository) == []


def test_a_new_version_leaves_the_old_readable_as_of_then(repository: Repository) -> None:
    uid = attached(begun(repository), b"first")
    documents.revise(
        repository, uid, BytesIO(LARGE), author="u", file_name="second.txt", most_bytes=MOST, base_version=1
    )
    assert content_of(repository, uid) == LARGE
    assert content_of(repository, uid, as_of=2) == b"first"
    with repository.state() as state:
        assert [each.changeset.author for each in state.history(uid)] == ["t", "u"]


@SMALL_DOSE
@given(contents=st.lists(st.binary(min_size=1, max_size=40), max_size=6))
def test_the_same_bytes_are_kept_once_and_given_to_each(module_repository: Repository, contents: list[bytes]) -> None:
    if module_repository.is_new_model("gov"):
        begun(module_repository)
    uids = [attached(module_repository, each) for each in contents]
    assert len(set(uids)) == len(uids)
    assert [content_of(module_repository, uid) for uid in uids] == contents
    names = {hashlib.sha256(each).hexdigest() for each in contents}
    assert all(module_repository.contents.holds(name) for name in names)


def test_what_somebody_altered_or_took_away_is_found_and_named(repository: Repository) -> None:
    begun(repository)
    flipped, cut, lost, whole = (attached(repository, each) for each in (b"flipped", b"cut", b"lost", b"whole"))
    digest = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("flipped", "cut", "lost")}
    one_byte = "X'666C6970706567'" if repository.url.get_backend_name() == "sqlite" else r"'\x666C6970706567'::bytea"
    run(repository, f"UPDATE content_piece SET piece = {one_byte} WHERE sha256 = '{digest['flipped']}'")
    run(repository, f"DELETE FROM content_piece WHERE sha256 IN ('{digest['cut']}', '{digest['lost']}')")
    run(repository, f"DELETE FROM content WHERE sha256 = '{digest['lost']}'")
    assert {(each.uid, each.what) for each in documents.faults(repository)} == {
        (flipped, "altered"), (cut, "incomplete"), (lost, "missing"),
    }  # fmt: skip
    for uid, error in ((flipped, Damaged), (cut, Damaged), (lost, NotFound)):
        with pytest.raises(error):
            content_of(repository, uid)
    assert content_of(repository, whole) == b"whole"


def test_what_was_destroyed_does_not_come_back(repository: Repository) -> None:
    uid = attached(begun(repository), b"secret")
    with repository.state() as state:
        sha256 = documents.document(state, uid).attributes["sha256"]
    first = repository.contents.destroy(sha256)
    assert repository.contents.destroy(sha256).destroyed_at == first.destroyed_at
    with pytest.raises(Gone):
        content_of(repository, uid)
    with pytest.raises(Gone):
        attached(repository, b"secret")


@pytest.mark.parametrize(
    ("content", "said", "error"),
    [
        (b"", {}, InvalidInput),
        (b"x" * (MOST + 1), {}, TooLarge),
        (b"x", {"file_name": "../up.pdf"}, InvalidInput),
        (b"x", {"file_name": "a\nb"}, InvalidInput),
        (b"x", {"media_type": "text/html; charset=x"}, InvalidInput),
        (b"x", {"attached_to": ["gov:nothing"]}, InvalidInput),
    ],
)
def test_what_cannot_be_a_document_is_refused_and_none_is_made(
    sqlite_repository: Repository, content: bytes, said: dict[str, object], error: type[Exception]
) -> None:
    begun(sqlite_repository)
    with pytest.raises(error):
        attached(sqlite_repository, content, **said)  # type: ignore[arg-type]
    with sqlite_repository.state() as state:
        assert state.counts_by_type().get("Document", 0) == 0


def test_the_command_adds_lists_gets_and_verifies(
    sqlite_repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(sqlite_repository)
    database = ["--database", str(sqlite_repository.url)]
    monkeypatch.chdir(tmp_path)
    Path("plan.txt").write_bytes(b"a plan")
    assert main([*database, "document", "add", "plan.txt", "--model", "gov", "--to", "gov:s"]) == 0
    uid = capsys.readouterr().out.partition(": ")[0]
    assert main([*database, "document", "list", "gov:s", "--csv"]) == 0
    assert uid in capsys.readouterr().out
    assert main([*database, "document", "get", uid, "-o", "again.txt"]) == 0
    assert Path("again.txt").read_bytes() == b"a plan"
    assert main([*database, "document", "get", uid]) == 2  # plan.txt is there
    assert main([*database, "document", "verify"]) == 0
    run(sqlite_repository, "UPDATE content_piece SET piece = X'00'")
    assert main([*database, "document", "verify"]) == 1
