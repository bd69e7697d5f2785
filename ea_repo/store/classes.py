"""The SQLAlchemy classes of a metamodel, for reading: `classes_of(metamodel).System`. They are made in `class_building`.

`classes.pyi` beside this file is generated (`ea-repo metamodel stub`), so that editors complete and mypy checks. The
names it declares can be imported from here: they are the classes of the built-in types.
"""

from typing import Any

from ea_repo.metamodel import standard
from ea_repo.store.class_building import Classes, ReadSession, classes_of, read_only_session


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    return getattr(classes_of(standard()), name)


__all__ = ["Classes", "ReadSession", "classes_of", "read_only_session"]
