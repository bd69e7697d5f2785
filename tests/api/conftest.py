"""Clients of the service: in this process, over a repository that the migrations made."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from ea_repo.repository import Repository
from ea_repo.settings import Settings
from tests.factories import a_flow, a_model, a_relationship, a_system, a_view, an_agency

BASE = "http://localhost:8000"
#: What the service makes of a repository: options of `create_app`.
MakeClient = Callable[..., TestClient]

GOVERNMENT = (
    a_model(),
    an_agency("finance", "Ministry of Finance"),
    an_agency("customs", "Customs Office"),
    a_relationship("r-part", "Composition", "finance", "customs"),
    a_system("tax", "Tax", owner="finance", attributes={"criticality": "vital"}, description="Levies taxes."),
    a_system("border", "Border", owner="customs", attributes={"criticality": "important"}),
    a_system("pay", "Pay", valid_from="2027-01-01"),
    a_relationship("r-serves", "Serving", "tax", "border"),
    a_flow("r-flow", "tax", "pay", name="Receipts"),
    a_view("v-all", "All systems", shows=("tax", "border")),
)


@pytest.fixture
def make_client(sqlite_repository: Repository) -> Iterator[MakeClient]:
    """Makes clients of one repository that differ in how the service is set up."""
    opened: list[TestClient] = []

    def make(*, settings: Settings | None = None, base: str = BASE, headers: Any = None, **options: Any) -> TestClient:
        app = create_app(sqlite_repository, settings or Settings(), **options)
        opened.append(TestClient(app, base_url=base, headers=headers, client=("127.0.0.1", 50_000)))
        return opened[-1]

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def client(repository: Repository) -> Iterator[TestClient]:
    """Over a small government, on each engine."""
    repository.changeset("t", "begin", GOVERNMENT).apply()
    with TestClient(create_app(repository, Settings()), base_url=BASE) as made:
        yield made


@pytest.fixture
def small(sqlite_repository: Repository, make_client: MakeClient) -> TestClient:
    """Over a small government, for tests that do not vary by engine."""
    sqlite_repository.changeset("t", "begin", GOVERNMENT).apply()
    return make_client()


def uids(answer: Any) -> list[str]:
    """The uids of the items of a list, in order."""
    return [item["uid"] for item in answer.json()["items"]]
