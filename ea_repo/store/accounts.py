"""API tokens: random secrets shown once and kept only as a hash. They are no part of changesets: history is for everyone.

A secret has 256 random bits, so one round of SHA-256 is enough: there is nothing to guess.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Engine, func, select, update

from ea_repo.clock import now
from ea_repo.errors import Conflict, InvalidInput, NotFound, NotSignedIn
from ea_repo.store.engine import write_transaction
from ea_repo.store.tables import token

Scope = Literal["read", "write", "admin"]
#: Each scope includes those before it.
SCOPES: tuple[Scope, ...] = ("read", "write", "admin")
PREFIX = "ear_"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token. Its name is the author of the changesets it writes."""

    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def allows(self, scope: Scope) -> bool:
        return any(SCOPES.index(held) >= SCOPES.index(scope) for held in self.scopes)

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now())


class Accounts:
    """Makes, lists, revokes and checks tokens."""

    def __init__(self, writer: Engine, reader: Engine) -> None:
        self._writer = writer
        self._reader = reader

    def create_token(
        self, name: str, scopes: Iterable[Scope] = ("read",), expires_at: datetime | None = None
    ) -> tuple[Token, str]:
        """A new token and its secret, which is shown now and never again."""
        if not _NAME.fullmatch(name):
            raise InvalidInput(f'"{name}" is not a token name; use letters, digits, dots, dashes, @, at most 100')
        wanted = tuple(scope for scope in SCOPES if scope in set(scopes))
        if not wanted or set(scopes) - set(SCOPES):
            raise InvalidInput(f"a token's scopes are {', '.join(SCOPES)}")
        if expires_at is not None and expires_at <= now():
            raise InvalidInput("the token would have expired already; name a moment to come")
        secret = PREFIX + secrets.token_urlsafe(32)
        made = Token(name, wanted, now(), expires_at, None)
        with write_transaction(self._writer) as connection:
            if connection.execute(select(token.c.id).where(token.c.name == name)).first():
                raise Conflict(f'there is a token "{name}" already; names are not used again, as history names them')
            next_id = (connection.execute(select(func.max(token.c.id))).scalar() or 0) + 1
            connection.execute(
                token.insert().values(
                    id=next_id, name=name, secret_hash=_hash(secret), scopes=" ".join(wanted),
                    created_at=made.created_at, expires_at=expires_at,
                )
            )  # fmt: skip
        return made, secret

    def tokens(self) -> list[Token]:
        """All tokens ever made, by name."""
        with self._reader.connect() as connection:
            return [_token(row) for row in connection.execute(select(token).order_by(token.c.name))]

    def has_live_token(self) -> bool:
        return any(each.is_live for each in self.tokens())

    def revoke_token(self, name: str) -> Token:
        """Ends a token at once. Revoking twice changes nothing."""
        with write_transaction(self._writer) as connection:
            changed = update(token).where(token.c.name == name, token.c.revoked_at.is_(None))
            connection.execute(changed.values(revoked_at=now()))
            row = connection.execute(select(token).where(token.c.name == name)).first()
        if row is None:
            raise NotFound(f'there is no token "{name}"', nearest=[each.name for each in self.tokens()][:5])
        return _token(row)

    def verify(self, secret: str) -> Token:
        """The token of a secret; `NotSignedIn` for one unknown, expired or revoked, not saying which."""
        with self._reader.connect() as connection:
            row = connection.execute(select(token).where(token.c.secret_hash == _hash(secret))).first()
        found = None if row is None else _token(row)
        if found is None or not found.is_live:
            raise NotSignedIn("this token is not valid; ask for a new one: ea-repo token create NAME")
        return found


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _token(row: Any) -> Token:
    return Token(row.name, tuple(row.scopes.split()), row.created_at, row.expires_at, row.revoked_at)
