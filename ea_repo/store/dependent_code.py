"""A concept's type and, for a relationship, its dependent end as one number that the database works out."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, cast, literal_column

from ea_repo.metamodel import Dependent, Metamodel
from ea_repo.metamodel.dependency import NO_RULE
from ea_repo.store.attribute_sql import attribute_value

#: Bit 1: the source depends on the target; bit 2: the target depends on the source.
DEPENDENT_BITS: Mapping[Dependent, int] = {"none": 0, "source": 1, "target": 2, "both": 3}
#: The type stands above these bits.
BITS = 2


def code_of(table: Any, metamodel: Metamodel, names: Sequence[str], dialect: str) -> ColumnElement[int]:
    """The position of a row's type among the names, shifted by `BITS`, and its dependent bits.

    The database compares with one name after the other, so the most frequent should stand first.
    """
    branches: dict[str, ColumnElement[int]] = {
        name: literal_column(str(position << BITS)) + _bits(metamodel, name, table.name, dialect)
        for position, name in enumerate(names)
    }
    code = case(branches, value=table.c.type) if branches else literal_column("0")
    return cast(code, BigInteger)


def _bits(metamodel: Metamodel, name: str, table: str, dialect: str) -> ColumnElement[int]:
    if not metamodel.is_relationship(name):
        return literal_column("0")
    rules = (metamodel.type(each).dependent for each in metamodel.ancestry(name))
    rule = next((each for each in rules if each is not None), NO_RULE)
    default: ColumnElement[int] = literal_column(str(DEPENDENT_BITS[rule.default]))
    if rule.attribute is None or not rule.by_value:
        return default
    attribute = metamodel.attributes(name)[rule.attribute]
    said = attribute_value(table, attribute, dialect)
    is_flag = attribute.sql_type == "boolean"
    branches: list[tuple[ColumnElement[bool], ColumnElement[int]]] = [
        (said.is_(value == "true") if is_flag else said == value, literal_column(str(DEPENDENT_BITS[end])))
        for value, end in rule.by_value.items()
    ]
    return case(*branches, else_=default)
