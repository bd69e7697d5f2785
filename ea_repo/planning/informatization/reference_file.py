"""The file of a reference model: a table of codes and names, of any country. Nothing here knows a repository.

Columns: `code`; `name`, or `name_en`, `name_id`, `name_ko`; and, where the file has them, `parent` (a code), `description`,
`reserved` (true or false) and `common_application` (a uid). Without `parent`, a category stands below the longest other code
that its own code goes on from: RAB.01.02 below RAB.01, A1-2 below A1.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ea_repo.errors import InvalidInput, MalformedRequest, Problem

MOST_BYTES, DEEPEST = 20_000_000, 9
_LANGUAGES = ("en", "id", "ko")
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0", "")


@dataclass(frozen=True, slots=True)
class Category:
    """A row of the file. `parent` is a code, None at the root; `depth` how many are above it."""

    code: str
    name: str
    parent: str | None
    depth: int
    description: str | None = None
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reserved: bool | None = None  # None: the file does not say
    common_application: str | None = None


def categories(content: bytes, model_code: str, *, model_name: str = "") -> list[Category]:
    """The categories of one reference model, each after its parent; the root first, made where the file has none.

    A file may hold several models: where any code begins with the model's, only those that do are its own.
    `MalformedRequest` for what is no table; `InvalidInput` with every row that is wrong.
    """
    rows = _table(content, ("code",))
    own = {code: row for code, row in rows.items() if _goes_on(code, model_code) or code == model_code}
    chosen = own if any(code != model_code for code in own) else rows
    root = chosen.get(model_code)
    parents: dict[str, str | None] = {code: _parent(code, row, chosen, model_code) for code, row in chosen.items()}
    parents[model_code] = None
    problems = [
        Problem(
            f"/{code}/parent",
            f'{code} is below "{parent}", which the file does not have',
            expected="a code of the file",
        )
        for code, parent in parents.items()
        if parent is not None and parent not in parents
    ]
    if problems:
        raise InvalidInput(problems[0].detail, errors=problems)
    found = [_category(model_code, root or {"name": model_name or model_code}, None, 0)]
    below: dict[str, list[str]] = {}
    for code, parent in parents.items():
        if parent is not None:
            below.setdefault(parent, []).append(code)
    for each in found:  # grows while it is read
        found += [_category(code, chosen[code], each.code, each.depth + 1) for code in below.get(each.code, ())]
    if lost := sorted(set(parents) - {each.code for each in found}):
        raise InvalidInput(f"{', '.join(lost[:5])}: these categories are above one another in a circle")
    if too_deep := [each.code for each in found if each.depth > DEEPEST]:
        raise InvalidInput(f"{too_deep[0]} has more than {DEEPEST} categories above it")
    return found


def mapping(content: bytes) -> dict[str, str]:
    """The new code of each old one, from a table with the columns `old` and `new`. An old code has one new code."""
    found = {}
    for old, row in _table(content, ("old", "new")).items():
        if not row["new"]:
            raise InvalidInput(f"{old} is mapped to no code; leave it out, or say its new code")
        found[old] = row["new"]
    return found


def _table(content: bytes, needed: Iterable[str]) -> dict[str, dict[str, str]]:
    """Rows by the first of the needed columns."""
    if len(content) > MOST_BYTES:
        raise MalformedRequest(f"the file has more than {MOST_BYTES:,} bytes")
    try:
        text = content.decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text), delimiter=_delimiter(text), strict=True)
        rows = [{_column(name): _cell(_column(name), value) for name, value in row.items()
                 if isinstance(value, str) or value is None} for row in reader]  # fmt: skip
    except (UnicodeDecodeError, csv.Error) as error:
        raise MalformedRequest(f"the file is no CSV in UTF-8: {error}") from None
    key, *_ = needed
    if missing := [name for name in needed if rows and name not in rows[0]]:
        raise MalformedRequest(f'the file has no column "{missing[0]}"; its columns are {", ".join(rows[0])}')
    found: dict[str, dict[str, str]] = {}
    for line, row in enumerate(rows, 2):
        if not any(row.values()):
            continue
        if not row[key] or row[key] in found:
            detail = f"row {line}: {row[key]} is there twice" if row[key] else f"row {line} has no {key}"
            raise InvalidInput(detail, errors=[Problem(f"/{line}", detail, expected="a code of its own")])
        found[row[key]] = row
    if not found:
        raise InvalidInput("the file has no rows")
    return found


def _column(name: object) -> str:
    return " ".join(str(name).split()).lower()


def _cell(column: str, value: str | None) -> str:
    """What a cell says; of more than one line only where it describes."""
    return (value or "").strip() if column.startswith("description") else " ".join((value or "").split())


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _goes_on(code: str, above: str) -> bool:
    """Whether a code is one of another's and something more: RAB.01 of RAB, but not RABAT."""
    return len(code) > len(above) and code.startswith(above) and not code[len(above)].isalnum()


def _parent(code: str, row: Mapping[str, str], known: Mapping[str, object], model_code: str) -> str:
    if row.get("parent"):
        return row["parent"]
    for length in range(len(code) - 1, 0, -1):
        if code[:length] in known and _goes_on(code, code[:length]):
            return code[:length]
    return model_code


def _category(code: str, row: Mapping[str, str], parent: str | None, depth: int) -> Category:
    names = {language: row[f"name_{language}"] for language in _LANGUAGES if row.get(f"name_{language}")}
    name = row.get("name") or next(iter(names.values()), "")
    problems = (
        [] if name else [Problem(f"/{code}/name", f"{code} has no name", expected="name, name_en, name_id or name_ko")]
    )
    reserved = row.get("reserved", "").lower()
    if reserved not in (*_TRUE, *_FALSE):
        problems.append(Problem(f"/{code}/reserved", f'{code}: reserved is "{reserved}"', expected="true or false"))
    if problems:
        raise InvalidInput(problems[0].detail, errors=problems)
    translations = {language: {"name": each} for language, each in names.items() if each != name}
    return Category(
        code, name, parent, depth, row.get("description") or None, translations,
        reserved in _TRUE if "reserved" in row else None,
        row.get("common_application") or None,
    )  # fmt: skip
