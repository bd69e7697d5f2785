"""The guides keep their word: each block of Python runs, and prints what stands below it."""

import contextlib
import io
import re
from pathlib import Path

import pytest

GUIDES = Path(__file__).resolve().parents[1] / "docs" / "how-to"
_BLOCK = re.compile(r"```python\n(?P<code>.*?)```\n(?:```text\n(?P<printed>.*?)```)?", re.DOTALL)


def test_what_the_networkx_guide_prints_is_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    blocks = list(_BLOCK.finditer((GUIDES / "networkx.md").read_text("utf-8")))
    assert sum(block["printed"] is not None for block in blocks) == 3
    for block in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(block["code"], names)  # noqa: S102 - our own guide
        assert printed.getvalue() == (block["printed"] or "")
    for opened in ("state", "repository"):
        names[opened].close()  # type: ignore[attr-defined]
