"""Filter expressions in OData syntax (`criticality eq 'vital' and yearly_cost gt 1000000`) as SQL conditions.

The odata-query library parses; every name, type and function is checked here before it reaches SQL, and an expression
is limited in length and size.
"""

import datetime as dt
import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser
from sqlalchemy import ColumnElement, and_, false, func, not_, or_

from ea_repo.errors import InvalidInput, Problem
from ea_repo.metamodel import Attribute, Metamodel
from ea_repo.store.attribute_sql import attribute_contains, attribute_value

MOST_CHARACTERS = 2_000
#: What the databases bear: conditions joined by one word stand side by side, brackets and `not` one in another.
MOST_NODES, MOST_DEPTH = 1_000, 20
_COLUMNS = {
    "uid": "text",
    "name": "text",
    "type": "text",
    "kind": "text",
    "description": "text",
    "specialization": "text",
    "valid_from": "date",
    "valid_until": "date",
    "version": "integer",
    "written": "integer",
}
_NUMBERS = ("integer", "decimal")


@dataclass(frozen=True, slots=True)
class Value:
    """A typed side of a comparison: SQL, and text, integer, decimal, date, boolean or null."""

    sql: Any
    kind: str
    attribute: Attribute | None = None  # set for a many-valued attribute, which only `any` and `eq` may read


def condition(
    expression: str, metamodel: Metamodel, types: tuple[str, ...], table: Any, dialect: str
) -> ColumnElement[bool]:
    """The SQL condition of a filter over a table or alias with the columns of `concept`.

    Attributes are looked up in `types`, or in every type where that is empty. `InvalidInput` says what is wrong and
    what would be right. O(length of the expression); parsed expressions are kept.
    """
    return _Builder(metamodel, types, table, dialect).condition(_parsed(expression))


@lru_cache(maxsize=256)
def _parsed(expression: str) -> Any:
    if len(expression) > MOST_CHARACTERS:
        raise _wrong(f"the filter has {len(expression)} characters", f"at most {MOST_CHARACTERS}")
    try:
        tree = ODataParser().parse(ODataLexer().tokenize(expression))
    except (ODataException, RecursionError) as error:
        raise _wrong(
            f"the filter cannot be read: {error}", "such as criticality eq 'vital' and users gt 1000"
        ) from None
    if tree is None:
        raise _wrong("the filter is empty", "such as criticality eq 'vital'")
    if _size(tree) > MOST_NODES:
        raise _wrong("the filter has too many parts", f"at most {MOST_NODES}")
    if _depth(tree) > MOST_DEPTH:
        raise _wrong("the filter has too many conditions one in another", f"at most {MOST_DEPTH}")
    return tree


class _Builder:
    def __init__(self, metamodel: Metamodel, types: tuple[str, ...], table: Any, dialect: str) -> None:
        self.metamodel = metamodel
        self.types = types
        self.table = table
        self.dialect = dialect

    def condition(self, node: Any) -> ColumnElement[bool]:
        match node:
            case ast.BoolOp():
                join = and_ if isinstance(node.op, ast.And) else or_
                return join(self.condition(node.left), self.condition(node.right))
            case ast.UnaryOp(op=ast.Not()):
                return not_(func.coalesce(self.condition(node.operand), false()))
            case ast.Compare():
                return self._compare(node)
            case ast.Call() if node.func.name in _MATCHES:
                return self._match(node)
            case ast.Identifier():
                value = self._value(node)
                if value.kind == "boolean":
                    return value.sql.is_(True)  # type: ignore[no-any-return]
        raise _wrong("the filter is not a condition", "a comparison such as name eq 'Tax', joined by and, or, not")

    def _compare(self, node: Any) -> ColumnElement[bool]:
        left = self._value(node.left)
        if isinstance(node.comparator, ast.In):
            return self._in(left, node.right)
        right = self._value(node.right)
        if left.attribute is not None or right.attribute is not None:
            return self._contains(node, left, right)
        left, right = _aligned(left, right)
        if "null" in (left.kind, right.kind):
            return _compare_null(node.comparator, left, right)
        compare = _COMPARATORS.get(type(node.comparator))
        if not (hasattr(left.sql, "is_") or hasattr(right.sql, "is_")):
            raise _wrong("two values are compared with each other", "a field on one side")
        if compare is None:
            raise _wrong("this comparison is not known", "eq, ne, lt, le, gt, ge or in")
        return cast("ColumnElement[bool]", compare(left.sql, right.sql))

    def _in(self, left: Value, items: Any) -> ColumnElement[bool]:
        if left.attribute is not None or not isinstance(items, ast.List):
            raise _wrong('"in" needs a field and a list', "type in ('System', 'Server')")
        return or_(*(_aligned(left, self._value(item))[0].sql == _aligned(left, self._value(item))[1].sql
                     for item in items.val))  # fmt: skip

    def _contains(self, node: Any, left: Value, right: Value) -> ColumnElement[bool]:
        """`tags eq 'x'` on a many-valued attribute: one of its values is x."""
        many, other_node = (left, node.right) if left.attribute else (right, node.left)
        if many.attribute is None or not isinstance(node.comparator, ast.Eq | ast.NotEq):
            raise _wrong("a list can only be asked for one of its values", "platforms eq 'linux'")
        if not isinstance(other_node, ast.String | ast.Integer | ast.Float | ast.Boolean):
            raise _wrong("a list can only be compared with a value", "platforms eq 'linux'")
        name = self.table.name
        found = attribute_contains(name, many.attribute, self.dialect, other_node.py_val)
        return found if isinstance(node.comparator, ast.Eq) else not_(found)

    def _match(self, node: Any) -> ColumnElement[bool]:
        name = node.func.name
        if len(node.args) != 2:
            raise _wrong(f"{name} takes two arguments", f"{name}(name, 'tax')")
        text, part = (self._value(argument) for argument in node.args)
        if text.kind != "text" or part.kind != "text" or text.attribute or part.attribute:
            raise _wrong(f"{name} compares text with text", f"{name}(name, 'tax')")
        return _MATCHES[name](text.sql, part.sql)

    def _value(self, node: Any) -> Value:
        if type(node) in _LITERALS:
            return _literal(node)
        match node:
            case ast.Identifier(name=name):
                return self._field(name, None)
            case ast.Attribute(owner=ast.Identifier(name=name), attr=part):
                return self._field(name, part)
            case ast.Call() if node.func.name in ("tolower", "toupper", "length") and len(node.args) == 1:
                inner = self._value(node.args[0])
                if inner.kind != "text" or inner.attribute:
                    raise _wrong(f"{node.func.name} takes a text", f"{node.func.name}(name)")
                if node.func.name == "length":
                    return Value(func.length(inner.sql), "integer")
                change = func.lower if node.func.name == "tolower" else func.upper
                return Value(change(inner.sql), "text")
        raise _wrong("the filter uses something that is not supported", "fields, values, and contains, startswith, endswith, tolower, toupper, length")  # fmt: skip

    def _field(self, name: str, part: str | None) -> Value:
        if name in _COLUMNS and part is None:
            return Value(self.table.c[name], _COLUMNS[name])
        attribute = self._attribute(name)
        if part is not None and (attribute.kind.name != "money" or part not in ("amount", "currency")):
            raise _wrong(f'"{name}" has no part "{part}"', "amount or currency of a money attribute")
        if attribute.many:
            return Value(None, attribute.sql_type, attribute)
        kind = "text" if part == "currency" else attribute.sql_type
        return Value(attribute_value(self.table.name, attribute, self.dialect, part), kind)

    def _attribute(self, name: str) -> Attribute:
        names = self.types or tuple(self.metamodel.types)
        declared: dict[str, Attribute] = {}
        for type_name in (each for base in names for each in self.metamodel.descendants(base)):
            attribute = self.metamodel.attributes(type_name).get(name)
            if attribute is not None:
                declared[f"{attribute.sql_type} {attribute.many}"] = attribute
        if not declared:
            known = sorted({*_COLUMNS, *(key for each in names for key in self.metamodel.attributes(each))})
            raise InvalidInput(
                f'no type here has a field "{name}"',
                errors=[Problem("/filter", f'"{name}" is not a field', "unknown-field")],
                nearest=_nearest(name, known),
            )
        if len(declared) > 1:
            raise _wrong(f'"{name}" means different things for different types', "the filter together with a type")
        return next(iter(declared.values()))


def _nearest(name: str, known: list[str]) -> list[str]:
    return difflib.get_close_matches(name, known, n=5, cutoff=0.5)


_LITERALS: Mapping[type, str] = {
    ast.String: "text",
    ast.Integer: "integer",
    ast.Float: "decimal",
    ast.Boolean: "boolean",
    ast.Date: "date",
    ast.Null: "null",
}


def _literal(node: Any) -> Value:
    try:
        value = node.py_val
    except ValueError as error:
        raise _wrong(f"{node.val} is not a value: {error}", "such as 5, 2.5, 'text', true, 2028-01-31") from None
    if isinstance(value, int) and abs(value) >= 2**63:
        raise _wrong("a number in the filter is too large", "below 2^63")
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise _wrong("a number in the filter is too large", "below 1e308")
    if isinstance(value, str) and "\0" in value:
        raise _wrong("the filter holds a NUL character", "text without it")
    return Value(value, _LITERALS[type(node)])


def _aligned(left: Value, right: Value) -> tuple[Value, Value]:
    """Both sides in one kind, or the error that says why not. Quoted dates are taken as dates."""
    left, right = _as_date(left, right), _as_date(right, left)
    kinds = {left.kind, right.kind} - {"null"}
    if len(kinds) > 1 and not kinds <= set(_NUMBERS):
        raise _wrong(f"a {left.kind} cannot be compared with a {right.kind}", "two values of one kind")
    return _bound_date(left, right), _bound_date(right, left)


def _as_date(value: Value, other: Value) -> Value:
    if value.kind == "text" and other.kind == "date" and isinstance(value.sql, str):
        try:
            return Value(dt.date.fromisoformat(value.sql), "date")
        except ValueError:
            raise _wrong(f"'{value.sql}' is not a date", "2028-01-31") from None
    return value


def _bound_date(value: Value, other: Value) -> Value:
    """A date attribute is ISO text in JSON, so a date compared with it becomes text."""
    if isinstance(value.sql, dt.date) and getattr(getattr(other.sql, "type", None), "python_type", None) is str:
        return Value(value.sql.isoformat(), "date")
    return value


def _compare_null(comparator: Any, left: Value, right: Value) -> ColumnElement[bool]:
    value = right if left.kind == "null" else left
    if value.kind == "null" or not hasattr(value.sql, "is_"):
        raise _wrong("null is compared with a field", "owner eq null")
    if isinstance(comparator, ast.Eq):
        return value.sql.is_(None)  # type: ignore[no-any-return]
    if isinstance(comparator, ast.NotEq):
        return value.sql.is_not(None)  # type: ignore[no-any-return]
    raise _wrong("null has no order", "eq null or ne null")


def _like(pattern: Callable[[str], str]) -> Callable[[Any, Any], ColumnElement[bool]]:
    def match(text: Any, part: Any) -> ColumnElement[bool]:
        if not isinstance(part, str) or not hasattr(text, "like"):
            raise _wrong("the text looked for must be a quoted value", "contains(name, 'tax')")
        escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return func.lower(text).like(pattern(escaped.lower()), escape="\\")

    return match


_MATCHES: Mapping[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "contains": _like(lambda part: f"%{part}%"),
    "startswith": _like(lambda part: f"{part}%"),
    "endswith": _like(lambda part: f"%{part}"),
}
_COMPARATORS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Eq: lambda left, right: left == right,
    ast.NotEq: lambda left, right: left != right,
    ast.Lt: lambda left, right: left < right,
    ast.LtE: lambda left, right: left <= right,
    ast.Gt: lambda left, right: left > right,
    ast.GtE: lambda left, right: left >= right,
}


def _depth(tree: Any) -> int:
    """How many conditions and functions stand one in another; conditions joined by the same word, side by side."""
    pending: list[tuple[Any, int, Any]] = [(tree, 1, None)]
    deepest = 0
    while pending:
        node, depth, above = pending.pop()
        deepest = max(deepest, depth)
        match node:
            case ast.BoolOp():
                depth += type(node.op) is not above
                pending += [(each, depth, type(node.op)) for each in (node.left, node.right)]
            case ast.UnaryOp():
                pending.append((node.operand, depth + 1, None))
            case ast.Compare():
                pending += [(each, depth, None) for each in (node.left, node.right)]
            case ast.Call():
                pending += [(each, depth + 1, None) for each in node.args]
    return deepest


def _size(tree: Any) -> int:
    pending, count = [tree], 0
    while pending:
        node = pending.pop()
        count += 1
        if isinstance(node, list | tuple):
            pending.extend(node)
        elif hasattr(node, "__dataclass_fields__"):
            pending.extend(getattr(node, name) for name in node.__dataclass_fields__ if name not in ("val", "name"))
            if isinstance(node, ast.List):
                pending.extend(node.val)
    return count


def _wrong(detail: str, expected: str) -> InvalidInput:
    return InvalidInput(f"{detail}; use {expected}", errors=[Problem("/filter", detail, expected=expected)])
