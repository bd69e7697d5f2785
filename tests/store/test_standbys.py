"""Reads go to a real hot standby that follows by streaming replication, and never behind what is written."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from ea_repo.analysis.impact import impact
from ea_repo.repository import Repository
from tests.factories import a_flow, a_model, a_system
from tests.postgres import hot_standby


@pytest.fixture(scope="module")
def standby(postgres_cluster: str) -> Iterator[str]:
    with hot_standby(postgres_cluster) as address:
        yield address


def on(cluster: str, url: str) -> str:
    """The same database of another cluster, once it is there: a standby that lacks it is passed over for a while."""
    address, until = f"{cluster}/{make_url(url).database}", time.monotonic() + 60
    while True:
        try:
            psycopg.connect(address.replace("+psycopg", "")).close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return address


def read_at(repository: Repository) -> int:
    """The port of the server that answers a state."""
    with repository.state() as state:
        return int(state.connection.exec_driver_sql("SELECT inet_server_port()").scalar_one())


def reaches(repository: Repository, port: int | None) -> bool:
    until = time.monotonic() + 30
    while read_at(repository) != port:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_a_standby_answers_what_it_has_and_the_database_itself_what_it_lacks(standby: str, postgres_url: str) -> None:
    own, other = make_url(postgres_url).port, make_url(standby).port
    with Repository(postgres_url, read_urls=[on(standby, postgres_url)]) as repository:
        repository.changeset("t", "begin", [a_model(), a_system("s"), a_system("t")]).apply()
        assert reaches(repository, other)
        with psycopg.connect(standby.replace("+psycopg", ""), dbname="postgres", autocommit=True) as control:
            control.execute("SELECT pg_wal_replay_pause()")
            written = repository.changeset("t", "more", [a_flow("f", "s", "t")]).apply().number
            assert read_at(repository) == own
            with repository.state() as state:
                assert (state.number, [each.uid for each in impact(state, "gov:s")]) == (written, ["gov:t"])
            control.execute("SELECT pg_wal_replay_resume()")
        assert reaches(repository, other)
        with repository.state() as state:
            assert [each.uid for each in impact(state, "gov:s")] == ["gov:t"]


def test_a_standby_that_does_not_answer_is_passed_over(postgres_url: str, caplog: pytest.LogCaptureFixture) -> None:
    away = "postgresql://ea:s3cr3t@127.0.0.1:1/ea"
    with Repository(postgres_url, read_urls=[away]) as repository:
        repository.changeset("t", "begin", [a_model()]).apply()
        assert read_at(repository) == make_url(postgres_url).port
    assert "127.0.0.1:1/ea" in caplog.text
    assert "s3cr3t" not in caplog.text


def test_another_database_is_told_by_its_first_changeset(
    postgres_url: str, another_postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    other = another_postgres_url
    with Repository(other) as stranger, Repository(postgres_url, read_urls=[other]) as repository:
        for number in range(3):
            stranger.changeset("s", "strange", [a_model(f"m{number}")]).apply()
        assert database_of(repository) == make_url(postgres_url).database
        repository.changeset("t", "begin", [a_model()]).apply()
        assert database_of(repository) == make_url(postgres_url).database
    assert "it is of another database" in caplog.text


def database_of(repository: Repository) -> str:
    with repository.state() as state:
        return str(state.connection.exec_driver_sql("SELECT current_database()").scalar_one())
