"""The metamodel in force: the standard, the government profile, and the customer's profile as stored at a moment."""

from functools import lru_cache

from sqlalchemy import Connection, select

from ea_repo.metamodel import Metamodel, merge, standard
from ea_repo.store import images

PROFILE_UID = "custom"


def profile_text(connection: Connection, as_of: int | None = None) -> str | None:
    """The customer's profile, None where there is none."""
    table = images.moment("profile", as_of)
    return connection.execute(select(table.c.text).where(table.c.uid == PROFILE_UID)).scalar()


def metamodel_in_force(connection: Connection, as_of: int | None = None) -> Metamodel:
    """What may be said, now or as of a changeset. One query; merged metamodels are kept."""
    return with_profile(profile_text(connection, as_of))


@lru_cache(maxsize=16)
def with_profile(text: str | None) -> Metamodel:
    """The built-in metamodel with a customer's profile over it; `InvalidInput` names every wrong line."""
    return standard() if text is None else merge(standard(), text, source="profile.toml")
