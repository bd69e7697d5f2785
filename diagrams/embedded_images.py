"""Pictures that a stored view brings along: only kinds that are safe to show, and none that unpacks into too much."""

import base64
import binascii
import re
import struct

#: Not SVG: a drawing inside a drawing could name files of the machine that renders it.
_DATA = re.compile(r"data:image/(png|jpeg|gif);base64,([A-Za-z0-9+/=\s]+)")
#: A small file may unpack into gigabytes: four bytes a pixel.
_MOST_PIXELS = 16_000_000


def safe(uri: object) -> str | None:
    """The data URI if it is a picture that can be shown; None for anything else."""
    found = _DATA.fullmatch(uri) if isinstance(uri, str) else None
    if found is None:
        return None
    try:
        size = _size(found[1], base64.b64decode(found[2]))
    except (binascii.Error, struct.error):
        return None
    if size is None or not 0 < size[0] * size[1] <= _MOST_PIXELS:
        return None
    return f"data:image/{found[1]};base64,{''.join(found[2].split())}"


def _size(kind: str, data: bytes) -> tuple[int, int] | None:
    """Width and height as the head of the file says."""
    if kind == "png" and data[:8] == b"\x89PNG\r\n\x1a\n":
        return struct.unpack(">II", data[16:24])
    if kind == "gif" and data[:4] == b"GIF8":
        return struct.unpack("<HH", data[6:10])
    return _jpeg_size(data) if kind == "jpeg" and data[:2] == b"\xff\xd8" else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        # The frame headers; the others of that range are tables.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None
