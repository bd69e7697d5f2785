"""Who asks, and what they may: API tokens with scopes; on this machine none is needed."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from api.guard import is_loopback
from ea_repo.errors import NotAllowed, NotSignedIn
from ea_repo.repository import Repository
from ea_repo.store.accounts import SCOPES, Scope

#: The author of what is written on this machine without a token.
LOCAL_AUTHOR = "local"
#: Only for the document: what is sent is read here, as a browser may also sign in with Basic.
_scheme = HTTPBearer(
    auto_error=False, scheme_name="token", description="An API token, made with `ea-repo token create NAME`."
)


@dataclass(frozen=True, slots=True)
class User:
    """`name` is the author of what they write."""

    name: str
    scopes: tuple[Scope, ...]

    def allows(self, scope: Scope) -> bool:
        return any(SCOPES.index(held) >= SCOPES.index(scope) for held in self.scopes)


_LOCAL = User(LOCAL_AUTHOR, SCOPES)


async def current_user(request: Request) -> User:
    """The holder of the token sent, or whoever sits at this machine; else `NotSignedIn`."""
    sent = request.headers.get("authorization")
    if sent is None:
        if request.state.caller.is_local:
            return _LOCAL
        raise NotSignedIn("this service needs a token; send it as Authorization: Bearer <token>")
    repository: Repository = request.app.state.repository
    token = await run_sync(repository.accounts.verify, _secret(sent))
    return User(token.name, token.scopes)


def _with_scope(scope: Scope) -> Callable[[Request], Awaitable[User]]:
    async def allowed(request: Request) -> User:
        user = await current_user(request)
        if not user.allows(scope):
            raise NotAllowed(f'the token "{user.name}" has not the scope {scope}; ask for one that has', scope=scope)
        return user

    return allowed


def _secret(sent: str) -> str:
    kind, _, rest = sent.partition(" ")
    if kind.lower() == "bearer":
        return rest.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]
        except (binascii.Error, ValueError):
            raise NotSignedIn("the header Authorization cannot be read; send Bearer <token>") from None
    raise NotSignedIn("this service reads Authorization: Bearer <token> only")


reader = _with_scope("read")
Reader = Annotated[User, Depends(reader)]
Writer = Annotated[User, Depends(_with_scope("write"))]
#: For routers: declares the scheme in the document.
documented = Depends(_scheme)


def check_exposure(host: str, repository: Repository) -> None:
    """`NotAllowed` where serving on `host` would let anybody in: beyond this machine without any live token."""
    if not is_loopback(host) and not repository.accounts.has_live_token():
        raise NotAllowed(
            f"serving on {host} would let everyone in who reaches this machine; "
            "make a token first: ea-repo token create NAME --scope admin"
        )
