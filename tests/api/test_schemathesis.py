"""The service keeps what its OpenAPI document promises, whatever is sent: schemathesis, every check on.

The server runs for real, over the sample government. Each operation gets a few requests here, many in the campaign.
"""

import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings

from api.app import create_app
from ea_repo.repository import open_repository
from ea_repo.sample import load

FEW = settings(
    max_examples=4,
    derandomize=True,  # the same examples for the same document, so that a run tells of the change; chance is the campaign's
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MANY = settings(FEW, max_examples=150, derandomize=False)


@pytest.fixture(scope="module")
def document(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[schemathesis.BaseSchema]:
    """The document of a service over the sample government, as a client reads it."""
    database = tmp_path_factory.mktemp("service") / "sample.db"
    database.write_bytes(sqlite_template.read_bytes())
    with open_repository(str(database)) as repository:
        load(repository)
    server = uvicorn.Server(uvicorn.Config(create_app(str(database)), port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.05)
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    yield schemathesis.openapi.from_url(f"http://127.0.0.1:{port}/openapi.json")
    server.should_exit = True
    thread.join()


def assert_promises_are_kept(document: schemathesis.BaseSchema, dose: settings) -> None:
    """Says all that goes wrong, by operation. Operations are driven one by one: the plugin's own way breaks on this pytest."""
    broken = {}
    count = 0
    for result in document.get_all_operations():
        operation = result.ok()
        count += 1

        @dose
        @given(case=operation.as_strategy())
        def keeps_its_promise(case: schemathesis.Case) -> None:
            case.call_and_validate(timeout=60)

        try:
            keeps_its_promise()
        except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - all that went wrong is told together
            broken[operation.label] = "".join(traceback.format_exception(error, limit=0))[:2_000]
    assert count > 30
    assert not broken, "\n\n".join(f"{label}\n{what}" for label, what in broken.items())


@pytest.mark.timeout(280)
def test_every_operation_keeps_its_promise(document: schemathesis.BaseSchema) -> None:
    assert_promises_are_kept(document, FEW)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_every_operation_keeps_its_promise_in_a_long_campaign(document: schemathesis.BaseSchema) -> None:
    assert_promises_are_kept(document, MANY)
