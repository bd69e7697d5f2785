"""Runs the service until it is told to stop."""

import socket
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from api.access import check_exposure
from api.app import create_app
from api.guard import is_loopback
from ea_repo.errors import Busy, InvalidInput
from ea_repo.repository import open_repository
from ea_repo.settings import read_settings

_GRACE_SECONDS = 10
#: Addresses that mean every network of the machine: no name to be reached under.
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to


def serve(
    url: str | None = None,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    workers: int = 1,
    hosts: Sequence[str] = (),
    tell: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True),  # noqa: T201
) -> None:
    """Serves the repository at a database address (None: as the settings say) until interrupted.

    Refuses with `SchemaOutOfDate` a database of another version, with `NotAllowed` to be reached from other machines
    without any token, with `Busy` a port that is taken. `hosts` are names under which it is reached, besides those of
    the settings. `tell` is given the address when it is bound.
    """
    settings = read_settings()
    address = url or settings.database_url
    if workers < 1:
        raise InvalidInput(f"{workers} workers cannot serve; use 1 or more")
    with open_repository(address) as repository:
        check_exposure(host, repository)
    bound = _bind(host, port)
    with bound:
        shown = f"http://{_in_address(host)}:{bound.getsockname()[1]}"
        tell(f"Serving on {shown}  (stop with Ctrl+C)")
        if host in _EVERYWHERE and not (hosts or settings.allowed_hosts):
            tell("Other machines are refused until EA_REPO_ALLOWED_HOSTS names this one as they know it.")
        _run(partial(_worker_app, address, host, tuple(hosts)), bound, workers)


def _worker_app(url: str, host: str, hosts: tuple[str, ...]) -> Any:
    """The application of one worker process."""
    known_as = () if host in _EVERYWHERE else (host,)
    return create_app(url, on_loopback=is_loopback(host), hosts=(*known_as, *hosts))


def _run(make_app: Callable[[], Any], bound: socket.socket, workers: int) -> None:
    config = uvicorn.Config(
        make_app,
        factory=True,
        workers=workers,
        log_level="warning",
        access_log=False,
        # A forwarded address must not make a stranger look local.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    if workers == 1:
        uvicorn.Server(config).run(sockets=[bound])
    else:
        Multiprocess(config, sockets=[bound]).run()


def _bind(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise _cannot_serve(host, port, error) from error
    family, kind, protocol, _, where = found[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(where)
        bound.listen()  # who connects from now on waits until the service has started
    except OSError as error:
        bound.close()
        raise _cannot_serve(host, port, error) from error
    bound.set_inheritable(True)
    return bound


def _cannot_serve(host: str, port: int, error: OSError) -> Busy:
    return Busy(f"cannot serve on {host}:{port}: {error.strerror or error}; choose another with --port")


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
