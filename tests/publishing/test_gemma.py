"""The whole of a large published model as a site: nothing leads nowhere, and a reader finds a way through it."""

from pathlib import Path

import pytest

from ea_repo.exchange.importing import import_file
from ea_repo.repository import open_repository
from tests.publishing.sites import dead_ends, page, published

GEMMA = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "gemma-grafico.tar.gz"

pytestmark = [
    pytest.mark.skipif(not GEMMA.exists(), reason=f"the published model is not at {GEMMA}"),
    pytest.mark.timeout(1_500),
]


@pytest.mark.soak
def test_every_link_of_a_large_published_model_resolves(sqlite_url: str, tmp_path: Path) -> None:
    with open_repository(sqlite_url) as repository:
        import_file(repository, GEMMA, model="gemma", author="tests")
    summary = published(sqlite_url, tmp_path / "site", languages=("en",), processes=2)
    assert (summary.elements, summary.views, list(summary.left_out)) == (3006, 358, [])
    assert list(dead_ends(tmp_path / "site")) == []
    clickable = [
        path for path in (tmp_path / "site/en/views").rglob("*.html")
        if page(tmp_path / "site", path.relative_to(tmp_path / "site").as_posix()).xpath("//figure//a/@href")
    ]  # fmt: skip
    assert len(clickable) > 340
    again = published(sqlite_url, tmp_path / "site", languages=("en",), processes=2)
    assert (again.written, again.drawings_made) == (0, 0)
