"""Databases for the tests, all made by the migrations: SQLite files, and databases in one real PostgreSQL cluster."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text

from ea_repo.repository import Repository, open_repository
from ea_repo.store import schema
from ea_repo.store.engine import parse_url
from tests.postgres import NoPostgresError, shared_cluster

ENGINES = ("sqlite", "postgresql")
_TEMPLATE = "ea_repo_template"
FreshDatabase = Callable[[], str]
#: How long a case takes is no fault of it: the machine may be busy.
settings.register_profile("busy-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy-machine")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that the migrations made, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    schema.upgrade(parse_url(str(path)))
    return path


@pytest.fixture(scope="session")
def postgres_cluster(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the run's PostgreSQL, with a template database that the migrations made."""
    run = getattr(request.config, "workerinput", {}).get("testrunuid") or uuid.uuid4().hex
    try:
        with shared_cluster(run, _make_template) as address:
            yield address
    except NoPostgresError as error:
        pytest.skip(f"no PostgreSQL: {error}")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A new, empty, migrated SQLite file."""
    return _copied(sqlite_template, tmp_path)


@pytest.fixture
def postgres_url(postgres_cluster: str) -> Iterator[str]:
    """A new, empty, migrated PostgreSQL database."""
    with _databases(postgres_cluster) as make:
        yield make()


#: One more, for tests of two.
another_postgres_url = postgres_url


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """A new, empty, migrated database on each engine."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database on each engine in which nothing was ever made."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        with _databases(request.getfixturevalue("postgres_cluster"), template="template0") as make:
            yield make()


@pytest.fixture(params=ENGINES)
def fresh_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FreshDatabase]:
    """Makes new, empty, migrated databases on each engine, as many as wanted."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        yield lambda: _copied(template, tmp_path)
    else:
        with _databases(request.getfixturevalue("postgres_cluster")) as make:
            yield make


@pytest.fixture
def repository(database_url: str) -> Iterator[Repository]:
    """An opened, empty repository on each engine."""
    with open_repository(database_url) as opened:
        yield opened


@pytest.fixture(params=ENGINES, scope="module")
def module_repository(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """One repository on each engine for all tests of a module."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        with open_repository(_copied(template, tmp_path_factory.mktemp("module"))) as opened:
            yield opened
    else:
        with (
            _databases(request.getfixturevalue("postgres_cluster")) as make,
            open_repository(make()) as opened,
        ):
            yield opened


@pytest.fixture
def sqlite_repository(sqlite_url: str) -> Iterator[Repository]:
    """For tests that do not vary by engine."""
    with open_repository(sqlite_url) as opened:
        yield opened


def _copied(template: Path, folder: Path) -> str:
    path = folder / f"{uuid.uuid4().hex}.db"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


def _make_template(address: str) -> None:
    _administer(address, f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
    schema.upgrade(parse_url(f"{address}/{_TEMPLATE}"))


class _databases:
    """Makes databases and drops them at the end."""

    def __init__(self, address: str, template: str = _TEMPLATE) -> None:
        self.address = address
        self.template = template
        self.made: list[str] = []

    def __enter__(self) -> FreshDatabase:
        return self.make

    def __exit__(self, *_: object) -> None:
        for name in self.made:
            _administer(self.address, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def make(self) -> str:
        name = f"test_{uuid.uuid4().hex}"
        _administer(self.address, f"CREATE DATABASE {name} TEMPLATE {self.template} STRATEGY FILE_COPY")
        self.made.append(name)
        return f"{self.address}/{name}"


def _administer(address: str, statement: str) -> None:
    engine = create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
