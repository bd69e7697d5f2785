"""Puts files into a .zip so that the same content gives the same bytes."""

import zipfile

#: The first moment that .zip can say.
_ALWAYS = (1980, 1, 1, 0, 0, 0)


def add_file(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    """Adds a file, readable by all, without the time of writing."""
    entry = zipfile.ZipInfo(path, _ALWAYS)
    entry.compress_type = archive.compression
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)
