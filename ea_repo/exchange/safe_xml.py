"""The one place where untrusted XML is parsed: no DOCTYPE, no network, bounded depth, size and memory.

Every refusal is one sentence with the file, the line and what is wrong.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Protocol, cast, overload

from lxml import etree

from ea_repo.errors import MalformedRequest, TooLarge

MEGABYTE = 1024 * 1024
MAX_BYTES = 128 * MEGABYTE
#: What the parsed tree may take. Measured with libxml2 2.14: a tag costs at most 258 bytes (an element, and
#: the text
#: after it), an attribute 241, and long texts their own length and a half.
MAX_TREE_BYTES = 250 * MEGABYTE
_BYTES_A_TAG = 260
_BYTES_AN_ATTRIBUTE = 245
#: The densest there is: `<b/>t`, and an attribute such as ` a=""`, have 5 bytes each.
_MOST_BYTES_A_BYTE = 54

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

#: Encodings in which markup is plain ASCII, so that tags can be counted before parsing.
_ENCODINGS = re.compile(
    r"utf-?8|us-ascii|ascii|iso-?8859-\d+|latin-?1|(windows-|cp)125\d|koi8-[ru]|macintosh"
    r"|shift_jis|euc-(jp|kr|tw)|gb2312|gbk|gb18030|big5|utf-?16(le|be)?",
    re.IGNORECASE,
)
_DECLARATION = re.compile(rb"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]{1,64})["'][^>]*\?>""")
_PROLOG_PART = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)

_WORDS = {
    etree.ErrorTypes.ERR_INVALID_CHAR: "a character that XML does not allow",
    etree.ErrorTypes.ERR_INVALID_ENCODING: "bytes that are not in the encoding the file declares",
    etree.ErrorTypes.ERR_DOCUMENT_EMPTY: "no XML in it",
    etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING: "an unknown encoding",
}


class Element(Protocol):
    """What readers use of a parsed element."""

    @property
    def tag(self) -> str: ...
    @property
    def prefix(self) -> str | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def sourceline(self) -> int | None: ...
    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: str, default: str) -> str: ...
    def items(self) -> list[tuple[str, str]]: ...
    def iter(self) -> "Iterator[Element]": ...
    def iterchildren(self, tag: str) -> "Iterator[Element]": ...
    def __iter__(self) -> "Iterator[Element]": ...
    def __len__(self) -> int: ...


def parse(data: bytes, name: str) -> Element:
    """The root element of an XML file. O(bytes).

    Raises `MalformedRequest` where it cannot or must not be read, `TooLarge` where it would not fit in
    memory.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{name} is {len(data) // MEGABYTE} MB; the largest XML file read is {MAX_BYTES // MEGABYTE} MB")
    data, encoding = _ascii_compatible(data, name)
    _refuse_doctype(data, name)
    _refuse_huge_tree(data, name)
    try:
        root: Any = etree.fromstring(data, _parser(encoding))
    except etree.XMLSyntaxError as error:
        raise MalformedRequest(_sentence(error, data, name), line=error.position[0]) from None
    if root.getroottree().docinfo.doctype:  # a second lock on the same door
        raise MalformedRequest(_doctype_sentence(name, 1))
    return cast("Element", root)


def _parser(encoding: str | None) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
    )


def _ascii_compatible(data: bytes, name: str) -> tuple[bytes, str | None]:
    """The file with ASCII markup, and the encoding to parse it by (None: as declared)."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:4] in (b"<\0?\0", b"\0<\0?"):
        codec = "utf-16" if data[:1] in (b"\xff", b"\xfe") else "utf-16-le" if data[:1] == b"<" else "utf-16-be"
        try:
            return data.decode(codec).encode(), "utf-8"
        except UnicodeError:
            raise MalformedRequest(f"{name}, line 1: it begins as UTF-16 but is not UTF-16 throughout") from None
    declared = _DECLARATION.match(data.removeprefix(b"\xef\xbb\xbf")[:1024])
    if declared:
        encoding = declared[1].decode("ascii", "replace")
        if not _ENCODINGS.fullmatch(encoding):
            raise MalformedRequest(f'{name}, line 1: encoding "{encoding}" is not supported; save the file as UTF-8')
        if encoding.lower().startswith(("utf-16", "utf16")):
            raise MalformedRequest(f'{name}, line 1: it declares "{encoding}" but is not in it; save the file as UTF-8')
    return data, None


def _refuse_doctype(data: bytes, name: str) -> None:
    position = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    while part := _PROLOG_PART.match(data, position):
        position = part.end()
    if data[position : position + 9].upper() == b"<!DOCTYPE":
        raise MalformedRequest(_doctype_sentence(name, data.count(b"\n", 0, position) + 1))


def _doctype_sentence(name: str, line: int) -> str:
    return f"{name}, line {line}: it has a DOCTYPE, which a model file never needs and an attack does; remove it"


def _refuse_huge_tree(data: bytes, name: str) -> None:
    if len(data) * _MOST_BYTES_A_BYTE < MAX_TREE_BYTES:
        return
    tags, attributes = data.count(b"<"), data.count(b"=")
    needed = tags * _BYTES_A_TAG + attributes * _BYTES_AN_ATTRIBUTE + len(data) * 3 // 2
    if needed > MAX_TREE_BYTES:
        raise TooLarge(
            f"{name} holds {tags:,} tags and {attributes:,} attributes and would take about "
            f"{needed // MEGABYTE} MB of memory, over {MAX_TREE_BYTES // MEGABYTE} MB: import it in parts"
        )


def _sentence(error: Any, data: bytes, name: str) -> str:
    line, column = error.position
    # libxml2 repeats what stands there after a line break: a piece of the file.
    message = (error.msg or "").partition("\n")[0].partition(", line ")[0].strip().rstrip("!").strip()
    where = f"{name}, line {line}"
    if "depth" in message:
        return f"{where}: elements are nested more than 256 deep, which no model needs"
    if "too long" in message or "Resource limit" in message:
        return f"{where}: a text or name longer than 10 MB, which no model needs"
    if error.code == etree.ErrorTypes.ERR_TAG_NOT_FINISHED or not data.rstrip().endswith(b">"):
        return f"{where}, column {column}: the file is cut off here, in the middle of its content ({message})"
    return f"{where}, column {column}: not well-formed XML: {_WORDS.get(error.code, message)}"


@lru_cache(maxsize=1024)  # a file has few tags, thousands of times each
def local_name(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


def namespace(tag: str) -> str:
    """The namespace of a tag, empty for none."""
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""
