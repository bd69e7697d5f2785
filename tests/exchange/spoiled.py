"""Ways to spoil a file: its bytes, its values and lines, or one part of what is packed."""

import hashlib
import io
import random
import re
import zipfile
from collections.abc import Iterable, Mapping

_ALPHABET = b"<>&\"'=/\\0\n;,[]{}:*&!%@`|-_ r1A9XFD1048576tsvc\xff\x00\xed\xa0"
_TOKENS = (
    b"-1", b"0", b"99999999999999999999", b"1e308", b"NaN", b"2147483648", b"-0.0", b"null", b"true", b"\xef\xbb\xbf", b"\r",
    b"&#0;", b"&lol;", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<![CDATA[", b"]]>", b"\xe2\x80\xae", b"\xf0\x9f\x98\x80", b"../../x",
    b"[" * 2_000, b"<a>" * 2_000, b"x" * 70_000, b"1900-02-29", b"9999-12-31", b"0000-00-00", b"{{", b"=cmd()", b"\t", b"''", b"*a",
)  # fmt: skip
_PIECE = re.compile(rb"""<[^<>]{1,300}>|"[^"\n]{0,120}"|[^\s,;<>"]{1,60}""")


def spoiled(data: bytes, chance: random.Random) -> bytes:
    """The data with a few bytes changed, cut, doubled or put in."""
    found = bytearray(data)
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(found) + 1)
        match chance.randrange(4):
            case 0:
                found[at : at + 1] = bytes([chance.choice(_ALPHABET)])
            case 1:
                del found[at : at + chance.randrange(1, 50)]
            case 2:
                found[at:at] = found[at : at + chance.randrange(1, 200)]
            case _:
                found[at:at] = bytes(chance.choice(_ALPHABET) for _ in range(chance.randrange(1, 9)))
    return bytes(found)


def rearranged(data: bytes, chance: random.Random) -> bytes:
    """The data with values put where others are, with tokens of trouble, lines taken out, doubled or moved, or cut off.

    So the form mostly holds, and what is said is wrong.
    """
    found = data
    for _ in range(chance.randrange(1, 6)):
        sort = chance.randrange(8)
        if sort < 5:
            start = chance.randrange(len(found) + 1)
            pieces = list(_PIECE.finditer(found, start, min(len(found), start + 4_000)))
            if not pieces:
                continue
            here = chance.choice(pieces)
            if sort < 3:
                there = chance.choice(list(_PIECE.finditer(data, *_window(data, chance))) or pieces)[0]
                if found[here.start() : here.start() + 1] == b'"' and there[:1] != b'"':
                    there = b'"' + there.replace(b"<", b"").replace(b'"', b"") + b'"'
            else:
                there = chance.choice(_TOKENS)
                if found[here.start() : here.start() + 1] == b'"':
                    there = b'"' + there + b'"'
            found = found[: here.start()] + there + found[here.end() :]
        elif sort < 7:
            lines = found.splitlines(keepends=True) or [found]
            at, size = chance.randrange(len(lines)), chance.randrange(1, 12)
            piece = lines[at : at + size]
            if chance.random() < 0.5:
                del lines[at : at + size]
            other = chance.randrange(len(lines) + 1)
            lines[other:other] = piece if chance.random() < 0.7 else []
            found = b"".join(lines)
        elif chance.random() < 0.3:
            found = found[: chance.randrange(len(found) + 1)]
    return found


def _window(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + 4_000)


def changed(data: bytes, chance: random.Random) -> bytes:
    """One way or the other."""
    return (spoiled if chance.random() < 0.35 else rearranged)(data, chance)


def repacked(data: bytes, chance: random.Random) -> bytes:
    """A zip, such as a workbook, with one of its parts changed; or its bytes themselves."""
    if chance.random() < 0.15:
        return spoiled(data, chance)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(packed, "w") as other:
        chosen = chance.choice([name for name in archive.namelist() if not name.endswith("/")])
        for name in archive.namelist():
            content = archive.read(name)
            other.writestr(name, changed(content, chance) if name == chosen else content)
    return packed.getvalue()


def packed_or_plain(data: bytes, chance: random.Random) -> bytes:
    return repacked(data, chance) if data[:2] == b"PK" else spoiled(data, chance)


def remanifested(data: bytes, chance: random.Random) -> bytes:
    """A zipped bag with a file of its payload changed and manifests that fit, so that what is in it is read."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    payload = [name for name in parts if name.startswith("bag/data/")]
    chosen = chance.choice([name for name in payload if parts[name]])
    parts[chosen] = changed(parts[chosen], chance)
    size = f"Payload-Oxum: {sum(len(parts[name]) for name in payload)}.{len(payload)}"
    parts["bag/bag-info.txt"] = re.sub(rb"Payload-Oxum: \S+", size.encode(), parts["bag/bag-info.txt"])
    tags = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    parts["bag/manifest-sha256.txt"] = _manifest(parts, sorted(name.removeprefix("bag/") for name in payload))
    parts["bag/tagmanifest-sha256.txt"] = _manifest(parts, tags)
    return zipped(parts)


def _manifest(parts: Mapping[str, bytes], names: Iterable[str]) -> bytes:
    return "".join(f"{hashlib.sha256(parts[f'bag/{name}']).hexdigest()}  {name}\n" for name in names).encode()


def zipped(entries: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return packed.getvalue()
