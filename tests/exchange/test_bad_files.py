"""Files that are no models, or attacks: one clear line each, nothing written, little memory."""

import gzip
import io
import json
import struct
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from ea_repo.errors import MalformedRequest, NotFound, RepositoryError, TooLarge, UnknownFormat
from ea_repo.exchange import archives, read
from ea_repo.repository import Repository
from tests.exchange.files import (
    ARCHI,
    EXCHANGE_3,
    archi,
    coarchi,
    element,
    elements,
    exchange,
    folder,
    read_bytes,
    zipped,
)

MEGABYTE = 1024 * 1024
_BOMB = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 12))
_EXTERNAL = f'<?xml version="1.0"?>\n<!DOCTYPE model [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<model xmlns="{EXCHANGE_3}"><name>&x;</name></model>'
_GOOD = exchange(elements(element("a")))


def _nested(depth: int) -> bytes:
    return archi(*["<folder name='f' id='f'>"] * depth, *["</folder>"] * depth)


def _zip_of(entries: list[tuple[zipfile.ZipInfo, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in entries:
            archive.writestr(entry, data)
    return packed.getvalue()


def _zip_bomb() -> bytes:
    """One entry of a gigabyte in about a megabyte."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(zipfile.ZipInfo("model.xml"), "w", force_zip64=True) as entry,
    ):
        for _ in range(1024):
            entry.write(bytes(MEGABYTE))
    return packed.getvalue()


def _symlink() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("model/folder.xml")
    entry.external_attr = 0o120777 << 16
    return entry


def _tar_of(entry: tarfile.TarInfo, data: bytes = b"") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def _tar_link() -> tarfile.TarInfo:
    entry = tarfile.TarInfo("model/folder.xml")
    entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return entry


def _gzipped(head: bytes, megabytes: int) -> bytes:
    """A head and then so many megabytes of nothing, packed without ever holding them."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as stream:
        stream.write(head)
        for _ in range(megabytes):
            stream.write(bytes(MEGABYTE))
    return packed.getvalue()


def _tar_with_endless_name() -> bytes:
    """A header that says its name is 100 MB long; `tarfile` would read it whole."""
    entry = tarfile.TarInfo("name")
    entry.type, entry.size = b"x", 100 * MEGABYTE
    return _gzipped(entry.tobuf(), 100)


def _large_tar() -> bytes:
    entry = tarfile.TarInfo("x.bin")
    entry.size = 600 * MEGABYTE
    return _gzipped(entry.tobuf(), 600)


def _encrypted() -> bytes:
    packed = bytearray(zipped({"model.xml": b"<x/>"}))
    central = packed.find(b"PK\x01\x02")
    struct.pack_into("<H", packed, central + 8, 1)
    return bytes(packed)


CASES: dict[str, tuple[Callable[[], bytes], type[RepositoryError], str]] = {
    "entity bomb": (
        lambda: f'<?xml version="1.0"?>\n<!DOCTYPE model [<!ENTITY e0 "ha">{_BOMB}]>\n<model>&e11;</model>'.encode(),
        MalformedRequest, "bad.file, line 2: it has a DOCTYPE",
    ),
    "external entity": (_EXTERNAL.encode, MalformedRequest, "bad.file, line 2: it has a DOCTYPE"),
    "doctype after comments": (lambda: b"<!-- x\n -->\n<?y?>\n<!DOCTYPE model SYSTEM 'http://example.org/x.dtd'><model/>", MalformedRequest, "line 4: it has a DOCTYPE"),
    "doctype in UTF-16": (lambda: '<!DOCTYPE model [<!ENTITY x "y">]><model/>'.encode("utf-16"), MalformedRequest, "it has a DOCTYPE"),
    "undefined entity": (lambda: f'<model xmlns="{EXCHANGE_3}">\n<name>&nbsp;</name></model>'.encode(), MalformedRequest, "bad.file, line 2, column"),
    "cut off in a tag": (lambda: _GOOD[: _GOOD.index(b"xsi:type") + 4], MalformedRequest, "bad.file, line 5, column .* the file is cut off here"),
    "cut off between tags": (lambda: _GOOD[: _GOOD.index(b"</elements>")], MalformedRequest, "bad.file, line .* the file is cut off here"),
    "mismatched tags": (lambda: b"<a>\n<b>\n</a></b>", MalformedRequest, "bad.file, line 3, column .*not well-formed XML"),
    "wrong encoding": (lambda: exchange(elements(element("a", name="caf\u00e9"))).replace(b"\xc3\xa9", b"\xe9"), MalformedRequest, "line 5, .*bytes that are not in the encoding"),
    "UTF-16 only declared": (lambda: b'<?xml version="1.0" encoding="UTF-16"?><model/>', MalformedRequest, 'it declares "UTF-16" but is not in it'),
    "UTF-16 cut in a character": (lambda: "<model/>".encode("utf-16") + b"<", MalformedRequest, "begins as UTF-16 but is not"),
    "UTF-7": (lambda: b'<?xml version="1.0" encoding="UTF-7"?><model/>', MalformedRequest, 'encoding "UTF-7" is not supported'),
    "a NUL": (lambda: _GOOD.replace(b"Model", b"Mo\0del"), MalformedRequest, "line 3, .*a character that XML does not allow"),
    "10,000 deep": (lambda: _nested(10_000), MalformedRequest, "nested more than 256 deep"),
    "endless text": (lambda: b"<model><name>" + b"x" * (11 * MEGABYTE) + b"</name></model>", MalformedRequest, "longer than 10 MB"),
    "too many tags": (lambda: b"<model>" + b"<e/>t" * 1_200_000 + b"</model>", TooLarge, "would take about .* MB of memory"),
    "too many attributes": (lambda: b"<model>" + b"<e " + b" ".join(b'a%d=""' % n for n in range(1_100_000)) + b"/></model>", TooLarge, "would take about .* MB"),
    "binary rubbish": (lambda: bytes(range(256)) * 4000, UnknownFormat, "bad.file is in none of the formats that are read"),
    "rubbish that begins like XML": (lambda: b"<\x00\xff\xfe\x81" * 1000, MalformedRequest, "bad.file, line 1"),
    "rubbish that begins like UTF-16": (lambda: b"\xff\xfe\xd8\xd8\xd8" * 1001, MalformedRequest, "begins as UTF-16 but is not"),
    "rubbish that begins like a zip": (lambda: b"PK\x03\x04" + bytes(range(256)) * 100, MalformedRequest, ".zip archive is damaged"),
    "rubbish that begins like a gzip": (lambda: b"\x1f\x8b" + bytes(range(256)) * 100, MalformedRequest, ".tar.gz archive is damaged"),
    "nothing": (lambda: b"", MalformedRequest, "bad.file is empty"),
    "only spaces": (lambda: b" \n\t ", MalformedRequest, "bad.file is empty"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), UnknownFormat, "is in none of the formats that are read"),
    "a web page": (lambda: b"<html><body/></html>", UnknownFormat, "outermost element <html> is not a model's"),
    "another XML with a model": (lambda: b'<model xmlns="urn:x"/>', UnknownFormat, "outermost element <model>"),
    "a zip without a model": (lambda: zipped({"readme.txt": b"hello"}), UnknownFormat, "holds no model"),
    "a zip of a gigabyte": (_zip_bomb, TooLarge, "model.xml unpacks to more than 64 MB"),
    "many large entries": (lambda: zipped(dict.fromkeys((f"model/{n}.xml" for n in range(3)), bytes(60 * MEGABYTE))), TooLarge, "unpacks to more than 128 MB"),
    "a zip with a path outside": (lambda: zipped({"../../model.xml": b"<x/>"}), MalformedRequest, r"the path '\.\./\.\./model\.xml' leads out"),
    "a zip with an absolute path": (lambda: zipped({"/etc/model.xml": b"<x/>"}), MalformedRequest, "leads out of the archive"),
    "a zip with a drive": (lambda: zipped({"C:\\model.xml": b"<x/>"}), MalformedRequest, "leads out of the archive"),
    "a zip with a link": (lambda: _zip_of([(_symlink(), b"/etc/passwd")]), MalformedRequest, "is a link or device"),
    "an encrypted zip": (_encrypted, MalformedRequest, "model.xml is encrypted"),
    "a zip cut off": (lambda: zipped(coarchi())[:-300], MalformedRequest, ".zip archive is damaged"),
    "a tar with a path outside": (lambda: _tar_of(tarfile.TarInfo("../model.xml")), MalformedRequest, "leads out of the archive"),
    "a tar with a link": (lambda: _tar_of(_tar_link()), MalformedRequest, "is a link or device"),
    "a tar of half a gigabyte": (_large_tar, TooLarge, "unpacks to more than 512 MB"),
    "a tar with an endless name": (_tar_with_endless_name, MalformedRequest, "longer than any system allows"),
    "a tar cut off": (lambda: _tar_of(tarfile.TarInfo("model/folder.xml"))[:-20], MalformedRequest, ".tar.gz archive is damaged"),
    "a folder layout with a broken file": (lambda: zipped({**coarchi(), "model/folder.xml": f'<a:Folder xmlns:a="{ARCHI}"/>'.encode()}), MalformedRequest, "is not the description of a model"),
}  # fmt: skip


@cache
def made(case: str) -> bytes:
    """The file of a case, made once: some take a second."""
    return CASES[case][0]()


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_refused_in_one_clear_line(case: str) -> None:
    _, error, expected = CASES[case]
    with pytest.raises(error, match=expected) as raised:
        read_bytes(made(case), "bad.file")
    assert "\n" not in raised.value.detail
    assert len(raised.value.detail) < 400
    assert raised.value.detail.startswith("bad.file")


@pytest.mark.parametrize(
    "case", ["entity bomb", "cut off in a tag", "a zip with a path outside", "binary rubbish", "10,000 deep"]
)
def test_nothing_is_written_of_a_bad_file(sqlite_repository: Repository, tmp_path: Path, case: str) -> None:
    from ea_repo.exchange.importing import import_file

    path = tmp_path / "bad.file"
    path.write_bytes(made(case))
    with pytest.raises(RepositoryError):
        import_file(sqlite_repository, path, model="bad", author="tester")
    with sqlite_repository.state() as state:
        assert (state.number, state.models()) == (0, [])
    assert sorted(each.name for each in tmp_path.iterdir() if each.suffix not in (".db", ".db-wal", ".db-shm")) == [
        "bad.file"
    ]


needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")


LARGE = (
    "entity bomb", "10,000 deep", "too many tags", "too many attributes", "a zip of a gigabyte", "many large entries",
    "a tar with an endless name", "a tar of half a gigabyte", "endless text",
)  # fmt: skip
LARGEST = "the largest that is read"


@pytest.fixture(scope="module")
def peaks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """The largest memory of a process that reads a file, by its case, in megabytes; all from one start of the program."""
    folder_ = tmp_path_factory.mktemp("large")
    row = '<element xsi:type="archimate:Goal" id="e%d"/>'
    content = "\n".join(row % number for number in range(190_000))
    for case in (*LARGE, LARGEST):
        (folder_ / case).write_bytes(archi(folder("f", content)) if case == LARGEST else made(case))
    done = subprocess.run(
        [sys.executable, "-c", _PEAKS, *(str(folder_ / case) for case in (*LARGE, LARGEST))],
        capture_output=True, text=True, check=True, timeout=240,
    )  # fmt: skip
    return {Path(path).name: int(kilobytes) / 1024 for path, kilobytes in map(json.loads, done.stdout.splitlines())}


#: Each file is read by a child of its own, which begins as small as the program. (`ru_maxrss` would begin with that of this process.)
_PEAKS = """
import json, os, re, sys
from pathlib import Path
from ea_repo.errors import RepositoryError
from ea_repo.exchange import read
from ea_repo.exchange.reading import formats
formats()
for path in sys.argv[1:]:
    if os.fork() == 0:
        try:
            read(path)
        except RepositoryError as error:
            print(error.detail, file=sys.stderr)
        peak = re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1]
        print(json.dumps([path, peak]), flush=True)
        os._exit(0)
    assert os.wait()[1] == 0, path
"""


@needs_proc
@pytest.mark.parametrize("case", LARGE)
def test_a_bad_file_takes_less_than_500_megabytes(case: str, peaks: dict[str, float]) -> None:
    assert peaks[case] < 500, f"{peaks[case]:.0f} MB"


@needs_proc
def test_the_largest_file_that_is_read_takes_less_than_500_megabytes(peaks: dict[str, float]) -> None:
    """Just under the limit on tags: what is refused above is refused for a reason, and what is not is bearable."""
    assert 100 < peaks[LARGEST] < 500, f"{peaks[LARGEST]:.0f} MB"


def test_a_list_of_names_too_long_for_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MAX_ZIP_DIRECTORY", 1000)
    with pytest.raises(TooLarge, match="lists more than"):
        read_bytes(zipped({f"model/{number}.xml": b"" for number in range(100)}), "m.zip")


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(archives, "MAX_ENTRIES", 5)
    with pytest.raises(TooLarge, match="holds more than 5 files"):
        read_bytes(zipped(coarchi()))
    for number in range(7):
        (tmp_path / f"{number}.xml").write_text("<x/>")
    with pytest.raises(TooLarge, match="holds more than 5 files"):
        read(tmp_path)


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.xml").symlink_to("/etc/passwd")
    with pytest.raises(MalformedRequest, match="is a link or device"):
        read(tmp_path)


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no file"):
        read(tmp_path / "gone.xml")


def test_a_doctype_named_in_a_text_is_no_doctype() -> None:
    bundle = read_bytes(exchange(elements(element("a", name="<![CDATA[<!DOCTYPE html>]]>"))))
    assert bundle.concepts[0].name == "<!DOCTYPE html>"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252", "iso-8859-1"])
def test_other_encodings_are_read(encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = exchange(elements(element("a", name="caf\u00e9"))).decode().replace("UTF-8", declared)
    assert read_bytes(text.encode(encoding)).concepts[0].name == "caf\u00e9"
