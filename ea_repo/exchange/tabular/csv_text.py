"""CSV as it is found: its encoding, its separator, and its rows, each with the line on which it begins (RFC 4180)."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from ea_repo.errors import MalformedRequest

MEGABYTE = 1024 * 1024
DELIMITERS = ",;\t|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_HANGUL = re.compile("[가-힣]")
_SAMPLE = 64 * 1024

# A cell may hold a long description.
csv.field_size_limit(10 * MEGABYTE)


def decoded(data: bytes, name: str, encoding: str | None = None) -> tuple[str, str]:
    """The text and its encoding: the one given, that of the mark at its beginning, UTF-8, or the likeliest other."""
    if encoding is not None:
        try:
            return data.decode(encoding).removeprefix("\ufeff"), encoding
        except LookupError:
            raise MalformedRequest(
                f'there is no encoding "{encoding}"; use utf-8, utf-16, cp949, cp1252 or the like'
            ) from None
        except (UnicodeError, ValueError) as error:
            raise MalformedRequest(f"{name} is not in {encoding}: {str(error)[:200]}") from None
    for mark, found in _MARKS:
        if data.startswith(mark):
            return decoded(data, name, found)[0], found
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError:
        pass
    korean = data.decode("cp949", "replace")
    # Western text read as Korean gives rare syllables among broken signs; Korean text gives hardly any broken ones.
    if len(_HANGUL.findall(korean)) > 4 * korean.count("\ufffd") + 1:
        return korean, "cp949"
    return data.decode("cp1252", "replace"), "cp1252"


def delimiter_of(text: str) -> str:
    """The separator that splits the first lines most evenly."""
    lines = [line for line in text[:_SAMPLE].splitlines() if line.strip()][:50]
    best, most = ",", 0.0
    for sign in DELIMITERS:
        counts = [line.count(sign) for line in lines]
        usual = max(set(counts), key=lambda each: (counts.count(each), each), default=0)
        score = usual * counts.count(usual) / max(len(lines), 1)
        if score > most:
            best, most = sign, score
    return best


def rows_of(text: str, name: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that has anything in it, with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise MalformedRequest(f"{name}, line {line}: not CSV: {error}") from None
