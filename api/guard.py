"""The outermost door: which hosts and origins may ask, how large a body may be, and the headers of every answer.

A page of another site can make a browser send requests here, and by DNS rebinding even read the answers. So the Host
must be one this service is known under, and a request that may write must come from its own pages or from no page.
"""

import ipaddress
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import answer, incident
from ea_repo.errors import NotAllowed, RepositoryError, TooLarge

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_OWN_SITES: Final = frozenset({b"same-origin", b"none"})
#: A body that is not a file is read into memory as a whole.
MOST_JSON_BYTES: Final = 50_000_000
_FORWARDED: Final = frozenset({b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip"})

_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
# Pictures carry their own style and font; nothing else may load or run.
_ON_CONTENT: Final = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
        b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
)
_ON_PAGES: Final = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        b"font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)

log = logging.getLogger("ea_repo.api")


@dataclass(frozen=True, slots=True)
class Caller:
    """What the door found out about who asks: `is_local` means this machine, by a loopback name and no proxy."""

    is_local: bool


class Guard:
    """ASGI middleware. Answers what it refuses itself; gives every answer its security headers."""

    def __init__(
        self, app: ASGIApp, *, hosts: Iterable[str], most_bytes: int, uploads: tuple[str, ...], on_loopback: bool
    ) -> None:
        self.app = app
        self.hosts = LOOPBACK_NAMES | {host.lower() for host in hosts}
        self.most_bytes = most_bytes
        self.uploads = uploads
        self.on_loopback = on_loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        door = _Door(send, is_head=scope["method"] == "HEAD")
        if door.is_head:
            scope = {**scope, "method": "GET"}
        try:
            scope["state"] = {**scope.get("state", {}), "caller": self._admit(scope)}
            await self.app(scope, self._limited(scope, receive), door.send)
        except RepositoryError as error:
            await answer(error, scope["path"])(scope, receive, door.send)
        except Exception as error:
            response = incident(error, scope["method"], scope["path"])
            if door.is_open:
                raise
            await response(scope, receive, door.send)

    def _admit(self, scope: Scope) -> Caller:
        """Who asks; `NotAllowed` for a foreign host or page, `TooLarge` by the announced length."""
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1").lower()
        name = hostname(host)
        if name not in self.hosts:
            raise NotAllowed(
                f'this service is not known as "{name}"; use localhost, or add the name to EA_REPO_ALLOWED_HOSTS'
            )
        if scope["method"] not in _SAFE_METHODS:
            _check_origin(headers, scope["scheme"], host)
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length) > self._limit(scope["path"]):
            raise _too_large(self._limit(scope["path"]))
        is_direct = not any(name in _FORWARDED for name in headers)
        return Caller(self.on_loopback and name in LOOPBACK_NAMES and is_direct and _is_near(scope))

    def _limit(self, path: str) -> int:
        return self.most_bytes if path.startswith(self.uploads) else min(self.most_bytes, MOST_JSON_BYTES)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """`receive`, counting: an announced length may lie, and a stream announces none."""
        if scope["method"] in _SAFE_METHODS:
            return receive
        limit, read = self._limit(scope["path"]), 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            if message["type"] == "http.request":
                read += len(message.get("body", b""))
                if read > limit:
                    # The framework passes on its own kind of exception only.
                    raise HTTPException(413, _too_large(limit).detail)
            return message

        return limited


class _Door:
    """Sends an answer on with its headers; for HEAD without its body."""

    __slots__ = ("_send", "is_head", "is_open")

    def __init__(self, send: Send, *, is_head: bool) -> None:
        self._send = send
        self.is_head = is_head
        self.is_open = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.is_open = True
            message["headers"] = _with_ours(message["headers"])
        elif self.is_head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


def _with_ours(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    found = list(headers)
    names = dict(found)
    is_page = names.get(b"content-type", b"").startswith(b"text/html")
    found.extend(_ALWAYS)
    found.extend(_ON_PAGES if is_page else _ON_CONTENT)
    if b"cache-control" not in names:
        found.append((b"cache-control", b"no-cache" if b"etag" in names else b"no-store"))
    return found


def hostname(host: str) -> str:
    """The name in a Host header, without port; an IPv6 address without its brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Whether a server bound to this address or name is reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_origin(headers: Mapping[bytes, bytes], scheme: str, host: str) -> None:
    site = headers.get(b"sec-fetch-site")
    if site is not None and site not in _OWN_SITES:
        raise NotAllowed("a page of another site may not change anything here")
    origin = headers.get(b"origin")
    if origin is None:
        return
    found = urlsplit(origin.decode("latin-1").lower())
    # A proxy may have taken TLS off, so the scheme may differ; the name and port may not.
    if found.netloc != host or found.scheme not in ("http", "https"):
        raise NotAllowed("a page of another site may not change anything here")


def _is_near(scope: Scope) -> bool:
    client = scope.get("client")
    try:
        return client is None or ipaddress.ip_address(client[0]).is_loopback
    except ValueError:  # not an address: a transport inside this process
        return True


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the body has more than {limit:,} bytes, the most this service takes", limit=limit)
