"""A declared attribute as a column of an ORM class. What SQL its value becomes on which engine is `attribute_sql.py`."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Float, Numeric, Text, literal
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeDecorator, TypeEngine

from ea_repo.metamodel import Attribute
from ea_repo.store.attribute_sql import attribute_value
from ea_repo.store.tables import Json


class IsoDate(TypeDecorator[date]):
    """A date kept in JSON as text, such as 2028-01-31, whose order is the order of dates."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return value.isoformat() if isinstance(value, date) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


class WholeNumber(TypeDecorator[int]):
    """A JSON number without a fraction, which PostgreSQL gives as a decimal."""

    impl = BigInteger
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int(value)


class DecimalNumber(TypeDecorator[Decimal]):
    """A JSON number of at most 15 digits, exact as a Decimal. SQLite has no decimals, so there it travels as a float."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Float(53) if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return Decimal(repr(value)) if isinstance(value, float) else value
        return float(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return Decimal(repr(value)) if isinstance(value, float) else value


_TYPES: dict[str, TypeEngine[Any]] = {
    "text": Text(),
    "integer": WholeNumber(),
    "decimal": DecimalNumber(),
    "date": IsoDate(),
    "boolean": Boolean(),
}


class AttributeColumn(ColumnElement[Any]):
    """The value of an attribute in the rows of `column`, which is the JSON column of a table or an alias of it."""

    __visit_name__ = "ea_attribute"
    inherit_cache = True
    # What decides the SQL is part of the key under which SQLAlchemy keeps it.
    _traverse_internals = [
        ("column", InternalTraversal.dp_clauseelement),
        ("key_text", InternalTraversal.dp_string),
        ("type", InternalTraversal.dp_type),
    ]

    def __init__(self, column: Any, attribute: Attribute, part: str | None = None) -> None:
        self.column = column
        self.attribute = attribute
        self.part = part
        self.key_text = f"{attribute.name} {attribute.kind.name} {attribute.many} {part}"
        self.type = self._type()
        # Makes a SELECT of this alone one of the ORM, which then asks for the type of the rows.
        self._propagate_attrs = column._propagate_attrs

    def _type(self) -> TypeEngine[Any]:
        if self.attribute.many:
            return Json
        return _TYPES["text" if self.part == "currency" else self.attribute.sql_type]

    @property
    def _from_objects(self) -> Any:
        return self.column._from_objects


class MoneyColumn(AttributeColumn):
    """Compared as its amount; `.currency` says in which."""

    inherit_cache = True

    @property
    def amount(self) -> AttributeColumn:
        return AttributeColumn(self.column, self.attribute, "amount")

    @property
    def currency(self) -> AttributeColumn:
        return AttributeColumn(self.column, self.attribute, "currency")


class ListColumn(AttributeColumn):
    """A many-valued attribute."""

    inherit_cache = True

    def contains(self, other: Any, **_: Any) -> ColumnElement[bool]:
        """Whether the list holds this value."""
        wanted = {self.attribute.name: self.attribute.parse([other])}
        return ListContains(self, json.dumps(wanted, ensure_ascii=False))


class ListContains(ColumnElement[bool]):
    __visit_name__ = "ea_list_contains"
    inherit_cache = True
    _traverse_internals = [
        ("items", InternalTraversal.dp_clauseelement),
        ("wanted", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, items: ListColumn, wanted: str) -> None:
        self.items = items
        self.wanted = literal(wanted, Text())
        self.type = Boolean()
        self._propagate_attrs = items._propagate_attrs

    def self_group(self, against: Any = None) -> "ListContains":
        return self  # an EXISTS is a condition as it stands, also where booleans are numbers

    @property
    def _from_objects(self) -> Any:
        return self.items._from_objects


def attribute_column(column: Any, attribute: Attribute) -> AttributeColumn:
    """The typed column of an attribute; `column` is the JSON column of an ORM class or of an alias of one."""
    made: type[AttributeColumn] = AttributeColumn
    if attribute.many:
        made = ListColumn
    elif attribute.kind.name == "money":
        made = MoneyColumn
    return made(column.__clause_element__(), attribute)


@compiles(AttributeColumn)
def _value_sql(element: AttributeColumn, compiler: SQLCompiler, **_: Any) -> str:
    path = compiler.process(element.column)
    dialect = compiler.dialect.name
    if element.attribute.many:
        name = element.attribute.name
        return f"json_extract({path}, '$.{name}')" if dialect == "sqlite" else f"({path}->'{name}')"
    table = path.removesuffix(".attributes")
    return compiler.process(attribute_value(table, element.attribute, dialect, element.part))


@compiles(ListContains)
def _contains_sql(element: ListContains, compiler: SQLCompiler, **options: Any) -> str:
    wanted = compiler.process(element.wanted, **options)
    path, name = compiler.process(element.items.column), element.items.attribute.name
    if compiler.dialect.name != "sqlite":
        return f"({path} @> CAST({wanted} AS JSONB))"
    return (
        f"EXISTS (SELECT 1 FROM json_each({path}, '$.{name}') AS item "  # noqa: S608 - names are checked identifiers
        f"WHERE item.value = json_extract({wanted}, '$.{name}[0]'))"
    )
