"""The guides keep their word: each block of Python runs, and prints what stands below it."""

import contextlib
import io
import re
from pathlib import Path

import pytest

GUIDES = Path(__file__).resolve().parents[1] / "docs" / "how-to"
_BLOCK = re.compile(r"```python\n(?P<code>.*?)```\n(?:```text\n(?P<printed>.*?)```)?", re.DOTALL)


@pytest.mark.parametrize(("guide", "printing"), [("networkx.md", 3), ("archive.md", 1)])
def test_what_a_guide_prints_is_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guide: str, printing: int
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    blocks = list(_BLOCK.finditer((GUIDES / guide).read_text("utf-8")))
    assert sum(block["printed"] is not None for block in blocks) == printing
    for block in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(block["code"], names)  # noqa: S102 - our own guide
        assert printed.getvalue() == (block["printed"] or "")
    for opened in ("state", "repository"):
        names[opened].close()  # type: ignore[attr-defined]
