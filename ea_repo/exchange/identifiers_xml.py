"""Identifiers that XML allows (NCName of XML 1.0) for any identifiers, and back.

A sign that is not allowed is written as `_x`, its code in hexadecimal, and `_`, as ISO 9075-14 (SQL/XML) and others do:
`1a:b` becomes `_x0031_a_x003A_b`. What could be mistaken for such a group is written so, too.
"""

import re

#: The letters of NCName as XML 1.0, fifth edition, lists them, and what may follow the first.
_LETTERS = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_OTHERS = "-.0-9\xb7\u0300-\u036f\u203f-\u2040"
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_FIRST = re.compile(f"[{_LETTERS}]")
_GROUP = re.compile("_x([0-9A-F]{4,6})_")
_TO_WRITE = re.compile(f"_(?=x[0-9A-F]{{4,6}}_)|[^{_LETTERS}{_OTHERS}]")


def xml_id(identifier: str) -> str:
    """The identifier in the letters that XML allows. Different ones stay different."""
    if _PLAIN.fullmatch(identifier) and "_x" not in identifier:
        return identifier
    first, rest = "", identifier
    if identifier and not _FIRST.match(identifier):
        first, rest = _written(identifier[0]), identifier[1:]
    return first + _TO_WRITE.sub(lambda found: _written(found[0]), rest)


def from_xml_id(written: str) -> str:
    """The identifier that `xml_id` would write so; what it would write otherwise is as it is."""
    if "_x" not in written:
        return written
    try:
        found = _GROUP.sub(lambda group: chr(int(group[1], 16)), written)
    except ValueError:  # beyond the last letter there is
        return written
    return found if xml_id(found) == written else written


def _written(sign: str) -> str:
    return f"_x{ord(sign):04X}_"
