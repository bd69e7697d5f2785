"""Commands run in this process on a repository with a small government in it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from ea_repo.cli.main import main
from ea_repo.repository import open_repository
from ea_repo.store.operations import Update
from tests.factories import a_flow, a_model, a_relationship, a_system, a_view, an_agency, an_element, uid


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Run = Callable[..., Ran]


@pytest.fixture
def government(sqlite_url: str) -> str:
    """The address of a repository with two changesets."""
    operations = [
        a_model("gov", "Government", description="Made for the tests."),
        an_agency("finance", "Ministry of Finance", translations={"ko": {"name": "재정경제부"}}),
        an_agency("tax-office", "Tax Office"),
        an_agency("health", "보건복지부"),
        a_relationship("part", "Composition", "finance", "tax-office"),
        a_system(
            "tax", "Tax Returns", owner="tax-office",
            attributes={"criticality": "vital", "users": 120000, "yearly_cost": {"amount": 2500000, "currency": "USD"}},
        ),
        a_system("pay", "급여 시스템", owner="health", attributes={"criticality": "ordinary"}, valid_from="2028-01-01"),
        a_system("ledger", "Ledger", owner="finance", description="General ledger,\nsecond line"),
        an_element("portal", "ApplicationService", "Tax Portal"),
        a_relationship("realizes", "Realization", "tax", "portal"),
        a_flow("flow", "tax", "ledger"),
        a_relationship("serves", "Serving", "ledger", "tax"),
        a_view("overview", "Overview", shows=("tax", "ledger")),
    ]  # fmt: skip
    with open_repository(sqlite_url) as repository:
        repository.changeset("architect", "first survey", operations).apply()
        repository.changeset("architect", "corrected", [Update(uid("ledger"), {"name": "General Ledger"})]).apply()
    return sqlite_url


@pytest.fixture
def run(government: str, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `ea-repo` with these arguments on the small government."""
    return runner(government, capsys)


def runner(url: str, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        code = main(["--database", url, *arguments])
        told = capsys.readouterr()
        return Ran(code, told.out, told.err)

    return run
