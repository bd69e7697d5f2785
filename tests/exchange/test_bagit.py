"""Bags: a flipped byte anywhere is found and named, and hostile containers are refused."""

import hashlib
import io
import random
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import bagit as independent
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ea_repo.errors import MalformedRequest, RepositoryError, TooLarge
from ea_repo.exchange import bagit, containers

PAYLOAD = {"a.ndjson": b'{"a": 1}\n' * 400, "empty.txt": b"", "pictures/e\u0301 100%.png": bytes(range(256)) * 9}
FORMS = ("b.zip", "b.tar", "b.tar.gz", "b")
SMALL_DOSE = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
LONG_CAMPAIGN = settings(SMALL_DOSE, max_examples=20_000)


def written(target: Path, payload: dict[str, bytes] | None = None) -> Path:
    with bagit.writing(target, {"Contact-Name": "Nobody\nAt all"}) as bag:
        for path, data in (PAYLOAD if payload is None else payload).items():
            with bag.add(path) as file:
                file.write(data)
    return target


def read_back(target: Path) -> dict[str, bytes]:
    with bagit.reading(target) as bag:
        bag.verify()
        found = {}
        for path in bag.payload:
            with bag.open(path.removeprefix("data/")) as file:
                found[path.removeprefix("data/")] = file.read()
        return found


@pytest.mark.parametrize("form", FORMS)
def test_what_goes_into_a_bag_comes_out(tmp_path: Path, form: str) -> None:
    assert read_back(written(tmp_path / form)) == PAYLOAD


def test_an_independent_reader_finds_the_bag_valid(tmp_path: Path) -> None:
    payload = {path.replace("%", ""): data for path, data in PAYLOAD.items()}  # it does not know %25 of the standard
    found = independent.Bag(str(written(tmp_path / "b", payload)))
    assert found.validate()
    assert found.info["Contact-Name"] == "Nobody At all"
    assert set(found.payload_files()) == {f"data/{path}" for path in payload}


def test_a_bag_of_an_independent_writer_is_read(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    for path, data in PAYLOAD.items():
        (tmp_path / "theirs" / path).parent.mkdir(exist_ok=True)
        (tmp_path / "theirs" / path).write_bytes(data)
    independent.make_bag(str(tmp_path / "theirs"), checksums=["sha256", "sha512"])
    assert read_back(tmp_path / "theirs") == PAYLOAD


def test_the_fingerprint_is_the_digest_of_the_tag_manifest(tmp_path: Path) -> None:
    with bagit.reading(written(tmp_path / "b")) as bag:
        expected = hashlib.sha256((tmp_path / "b" / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
        assert bag.fingerprint == expected


def test_a_flipped_byte_in_any_file_is_found_and_the_file_named(tmp_path: Path) -> None:
    folder = written(tmp_path / "b")
    chance = random.Random(7)
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and each.stat().st_size):
        good, name = path.read_bytes(), path.relative_to(folder).as_posix()
        places = range(len(good)) if len(good) < 100 else sorted(chance.sample(range(len(good)), 40))
        for at in places:
            bad = bytearray(good)
            bad[at] ^= 1 << chance.randrange(8)
            path.write_bytes(bad)
            with pytest.raises(MalformedRequest) as caught:
                read_back(folder)
            # A digest in the tag manifest that was flipped shows at the tag file that it is of.
            named = caught.value.facts["files"]
            assert name in named or name == "tagmanifest-sha256.txt", (name, at, named)
            assert named
        path.write_bytes(good)
    assert read_back(folder) == PAYLOAD


@pytest.mark.parametrize("form", ["b.zip", "b.tar", "b.tar.gz"])
def test_a_flipped_byte_of_a_packed_bag_is_found_or_changes_nothing_that_is_read(tmp_path: Path, form: str) -> None:
    """A container also has bytes that say nothing of the files, such as their dates."""
    path = written(tmp_path / form)
    good, chance, found = path.read_bytes(), random.Random(11), 0
    for at in chance.sample(range(len(good)), 150):
        bad = bytearray(good)
        bad[at] ^= 1 << chance.randrange(8)
        path.write_bytes(bad)
        told = outcome(path)
        found += isinstance(told, str)
        assert form in told if isinstance(told, str) else told == PAYLOAD
    assert found > 20


@pytest.mark.parametrize("form", ["b.zip", "b.tar", "b.tar.gz"])
def test_a_packed_bag_that_was_cut_off_is_refused(tmp_path: Path, form: str) -> None:
    path = written(tmp_path / form)
    good = path.read_bytes()
    for size in (0, 1, 100, 600, len(good) // 3):
        path.write_bytes(good[:size])
        with pytest.raises(MalformedRequest):
            read_back(path)


def _append(text: str) -> Callable[[Path], None]:
    return lambda bag: (bag / "bag-info.txt").write_text(text)


TAMPERINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file added": (lambda bag: (bag / "data" / "more").write_text("x"), "data/more is in no manifest"),
    "a tag file added": (lambda bag: (bag / "notes.txt").write_text("x"), "notes.txt is in no manifest"),
    "a file taken": (lambda bag: (bag / "data" / "a.ndjson").unlink(), "data/a.ndjson is missing"),
    "a file renamed": (lambda bag: (bag / "data" / "a.ndjson").rename(bag / "data" / "b"), "data/a.ndjson is missing"),
    "no manifest": (lambda bag: (bag / "manifest-sha256.txt").unlink(), "manifest-sha256.txt is missing"),
    "no tag manifest": (lambda bag: (bag / "tagmanifest-sha256.txt").unlink(), "tagmanifest-sha256.txt is missing"),
    "no declaration": (lambda bag: (bag / "bagit.txt").unlink(), "no bagit.txt"),
    "a file to fetch": (lambda bag: (bag / "fetch.txt").write_text("http://example.org/x 1 data/x\n"), "fetch.txt names files"),
    "files exchanged": (lambda bag: shutil.copy(bag / "data" / "a.ndjson", bag / "data" / "empty.txt"), "there are|damaged or was altered"),
    "a manifest of nonsense": (lambda bag: (bag / "manifest-sha256.txt").write_text("nonsense\n"), "manifest-sha256.txt"),
    "a link": (lambda bag: ((bag / "data" / "empty.txt").unlink(), (bag / "data" / "empty.txt").symlink_to("/etc/hostname")), "empty.txt is a link"),
    "a version there is not": (lambda bag: (bag / "bagit.txt").write_text("BagIt-Version: 7.0\n"), "bagit.txt does not declare"),
    "another size told": (_append("Payload-Oxum: 1.1\n"), "bag-info.txt"),
}  # fmt: skip


@pytest.mark.parametrize("case", TAMPERINGS)
def test_a_bag_that_was_tampered_with_is_refused_and_the_file_named(tmp_path: Path, case: str) -> None:
    tamper, told = TAMPERINGS[case]
    folder = written(tmp_path / "b")
    tamper(folder)
    with pytest.raises(MalformedRequest, match=told):
        read_back(folder)


HOSTILE_PATHS = ("../evil", "/etc/evil", "bag/../../evil", "C:/evil", "bag\\..\\evil")


@pytest.mark.parametrize("path", HOSTILE_PATHS)
@pytest.mark.parametrize("form", ["b.zip", "b.tar"])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, form: str, path: str) -> None:
    target = written(tmp_path / form)
    append(target, path, b"evil")
    with pytest.raises(MalformedRequest, match="leads out of the archive"):
        read_back(target)
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("path", ["bag/data/a.ndjson", "bag/data/A.ndjson", "bag/data/pictures/\u00e9 100%.png"])
@pytest.mark.parametrize("form", ["b.zip", "b.tar"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_refused_also_under_a_name_some_systems_take_for_the_same(
    tmp_path: Path, form: str, path: str
) -> None:
    target = written(tmp_path / form)
    append(target, path, b"{}")
    with pytest.raises(MalformedRequest, match="is in it twice"):
        read_back(target)


def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path) -> None:
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        target = written(tmp_path / f"{kind.decode()}.tar")
        with tarfile.open(target, "a") as tar:
            entry = tarfile.TarInfo("bag/data/x")
            entry.type, entry.linkname = kind, "/etc/hostname"
            tar.addfile(entry)
        with pytest.raises(MalformedRequest, match="is a link or device"):
            read_back(target)


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    target = written(tmp_path / "b.zip")
    with zipfile.ZipFile(target, "a") as packed:
        entry = zipfile.ZipInfo("bag/data/x")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(entry, "/etc/hostname")
    with pytest.raises(MalformedRequest, match="is a link or device"):
        read_back(target)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    zeros = b"\0" * (1024 * 1024)
    for form in ("b.zip", "b.tar.gz"):
        with bagit.writing(tmp_path / form, {}) as bag, bag.add("zeros") as file:
            for _ in range(80):
                file.write(zeros)
        with pytest.raises(TooLarge, match="zeros unpacks to 83,886,080 bytes"):
            read_back(tmp_path / form)


def test_a_zip_that_tells_a_smaller_size_than_it_has_is_refused(tmp_path: Path) -> None:
    target = written(tmp_path / "b.zip", {"a": b"x" * 5_000})
    good = target.read_bytes()
    target.write_bytes(good.replace((5_000).to_bytes(4, "little"), (50).to_bytes(4, "little")))
    assert target.read_bytes() != good
    with pytest.raises(MalformedRequest):
        read_back(target)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_FILES", 5)
    with pytest.raises(TooLarge, match="more than 5 files"):
        read_back(written(tmp_path / "b.zip"))


def outcome(path: Path) -> dict[str, bytes] | str:
    """What is read back, or the sentence in which it was refused."""
    try:
        return read_back(path)
    except RepositoryError as error:
        return error.detail


class Spoiled(bytes):
    """Not to be printed whole."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes, {hashlib.sha256(self).hexdigest()[:12]}>"


def fuzz(data: bytes, folder: Path) -> None:
    """Whatever is read as a bag is read or refused in one sentence."""
    path = folder / "fuzzed"
    path.write_bytes(data)
    told = outcome(path)
    assert not isinstance(told, str) or (told and "\n" not in told)


def spoiled(seeds: list[bytes]) -> st.SearchStrategy[bytes]:
    """Bags with pieces taken out, put in, doubled or overwritten."""

    @st.composite
    def make(draw: st.DrawFn) -> bytes:
        data = bytearray(draw(st.sampled_from(seeds)))
        for _ in range(draw(st.integers(1, 6))):
            at = draw(st.integers(0, len(data)))
            size = draw(st.sampled_from([0, 1, 2, 4, 30, 512]))
            put = draw(st.one_of(st.binary(max_size=8), st.just(bytes(data[at : at + 600])), st.just(b"\xff" * 8)))
            data[at : at + size] = put
        return Spoiled(data)

    return make()


def seeds(folder: Path) -> list[bytes]:
    return [written(folder / form).read_bytes() for form in ("b.zip", "b.tar", "b.tar.gz")]


def test_no_spoiled_bag_breaks_the_reader(tmp_path: Path) -> None:
    @SMALL_DOSE
    @given(data=spoiled(seeds(tmp_path)))
    def holds(data: bytes) -> None:
        fuzz(data, tmp_path)

    holds()


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_no_spoiled_bag_breaks_the_reader_in_a_long_campaign(tmp_path: Path) -> None:
    @LONG_CAMPAIGN
    @given(data=spoiled(seeds(tmp_path)))
    def holds(data: bytes) -> None:
        fuzz(data, tmp_path)

    holds()


def append(target: Path, path: str, data: bytes) -> None:
    """Adds a file to a packed bag."""
    if target.suffix == ".zip":
        with zipfile.ZipFile(target, "a") as packed:
            packed.writestr(path, data)
        return
    with tarfile.open(target, "a") as tar:
        entry = tarfile.TarInfo(path)
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
