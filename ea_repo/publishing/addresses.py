"""Names of files: from any uid one that is safe on every file system, always the same, and never of two uids.

Paths are relative to the site and have `/` between their parts, whatever the system.
"""

import re
from hashlib import sha256

_LONGEST = 80
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*")
_ODD = re.compile(r"[^a-z0-9]+")
#: What a name made here ends with; no UUID does. A name that by chance ends so is made anew too, so no two are alike.
_MADE = re.compile(r".*-[0-9a-f]{10}")
#: No file may be called so on Windows, with any ending; and `index` is the name of the lists.
_RESERVED = re.compile(r"(con|prn|aux|nul|index|com[0-9]|lpt[0-9])(\..*)?")


def file_name(name: str) -> str:
    """A name for a file or folder: the name itself where that is safe, else what can be read of it and a digest.

    Names that differ only in case, in accents or in odd characters have different files.
    """
    if len(name) <= _LONGEST and _PLAIN.fullmatch(name) and not (_RESERVED.fullmatch(name) or _MADE.fullmatch(name)):
        return name
    readable = _ODD.sub("-", name[:_LONGEST].lower()).strip("-")[:40]
    digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{readable or 'x'}-{digest}"


def _of(folder: str, uid: str) -> str:
    model, _, identifier = uid.partition(":")
    return f"{folder}/{file_name(model)}/{file_name(identifier)}.html"


def element(uid: str) -> str:
    return _of("elements", uid)


def relationship(uid: str) -> str:
    return _of("relationships", uid)


def view(uid: str) -> str:
    return _of("views", uid)


def model(key: str) -> str:
    return f"models/{file_name(key)}.html"


def type_list(name: str, page: int = 1) -> str:
    return f"types/{file_name(name)}{_numbered(page)}.html"


def letter_list(key: str, page: int = 1) -> str:
    return f"index/{key}{_numbered(page)}.html"


def changeset(number: int | None) -> str:
    """Of an applied one; without a number, of the draft that is published."""
    return f"changes/{number or 'draft'}.html"


def report(name: str) -> str:
    return f"reports/{file_name(name)}.html"


def picture(name: str) -> str:
    return f"pictures/{file_name(name)}.html"


def anchor(uid: str) -> str:
    """The id of a relationship's row on the page of one of its ends."""
    model, _, identifier = uid.partition(":")
    return f"r:{file_name(model)}:{file_name(identifier)}"


def to_root(path: str) -> str:
    """What leads from a page back to the folder that paths begin in."""
    return "../" * path.count("/")


def _numbered(page: int) -> str:
    return "" if page == 1 else f"~{page}"
