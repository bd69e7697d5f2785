"""What is written for draw.io, decoded and drawn by mxGraph itself, the library that draw.io is made of, in a browser.

mxGraph is no part of this project. Where it is wanted: `npm pack mxgraph@4.2.2`, unpacked, and its folder in MXGRAPH.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

import diagrams
from diagrams.chart import Chart
from ea_repo.catalogue import entries
from ea_repo.store.state import State
from tests.diagrams.test_charts import a_matrix
from tests.diagrams.test_editable_charts import CHARTS
from tests.diagrams.test_editable_formats import HOSTILE, corner, hostile, read_drawio, shown, squeezed

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SCRIPT = Path(os.environ.get("MXGRAPH", "node_modules/mxgraph")) / "javascript" / "mxClient.min.js"

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on the path"),
    pytest.mark.skipif(
        not SCRIPT.is_file(), reason="mxGraph is not here: npm pack mxgraph@4.2.2, its folder in MXGRAPH"
    ),
]

#: Every cell as mxGraph has it in its model, and where it draws it.
_OPENED = """text => {
  const graph = new mxGraph(document.getElementById('drawn'));
  graph.setHtmlLabels(true);
  graph.convertValueToString = cell => cell.value?.getAttribute ? cell.value.getAttribute('label') : cell.value ?? '';
  const model = mxUtils.parseXml(text).getElementsByTagName('mxGraphModel')[0];
  new mxCodec(model.ownerDocument).decode(model, graph.getModel());
  const found = {};
  for (const [id, cell] of Object.entries(graph.getModel().cells)) {
    const state = graph.view.getState(cell);
    found[id] = {
      kind: cell.isVertex() ? 'vertex' : cell.isEdge() ? 'edge' : 'group', label: graph.convertValueToString(cell),
      ends: [cell.source?.id ?? null, cell.target?.id ?? null],
      box: state && cell.isVertex() ? [state.x, state.y, state.width, state.height] : null,
      points: state && cell.isEdge() ? state.absolutePoints.length : 0, is_drawn: !!(state && state.shape && state.shape.node),
    };
  }
  return [found, document.getElementById('drawn').innerText];
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = opened.new_page()
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        page.set_content("<div id='drawn'></div><script>mxLoadResources = false; mxLoadStylesheets = false</script>")
        page.add_script_tag(path=str(SCRIPT))
        yield page
        opened.close()


def opened(page: Page, written: bytes) -> tuple[dict[str, Any], str]:
    page.evaluate("document.getElementById('drawn').replaceChildren()")
    found, text = page.evaluate(_OPENED, written.decode())
    return found, text


@pytest.mark.parametrize("name", [*entries("viewpoint"), *(each for each in CHARTS if " " in each)])
def test_mxgraph_has_every_cell_as_it_is_meant(name: str, government: State, page: Page) -> None:
    example = CHARTS.get(name) or entries("viewpoint")[name].example
    picture = diagrams.draw(government, name.split(" ")[0], **example)
    written = diagrams.render(picture, "drawio")
    cells, _ = read_drawio(written)
    found, text = opened(page, written)
    assert found.keys() == cells.keys()
    for id, cell in cells.items():
        drawn = found[id]
        assert drawn["kind"] == cell.kind
        assert drawn["ends"] == list(cell.ends)
        assert drawn["label"] == (cell.label or "")
        if cell.kind != "group":
            assert drawn["is_drawn"], id
        if cell.kind == "edge":
            assert drawn["points"] >= 2
        if cell.kind == "vertex" and cell.geometry.get("relative") is None:
            size = tuple(float(cell.geometry.get(each)) for each in ("width", "height"))
            assert drawn["box"] == pytest.approx([*corner(cells, cell), *size], abs=0.01)
    if isinstance(picture, Chart):
        assert sum(each["kind"] == "vertex" for each in found.values()) >= 10
    labels = [squeezed(shown(cell.label)) for cell in cells.values() if cell.label and cell.kind != "group"]
    assert [each for each in labels if each not in squeezed(text)] == []


@pytest.mark.parametrize("words", HOSTILE)
def test_names_are_only_text_to_mxgraph(words: str, page: Page) -> None:
    for picture in (hostile(words), a_matrix([words, "Tax"])):
        _, text = opened(page, diagrams.render(picture, "drawio"))
        assert squeezed(words)[:40] in squeezed(text)
        assert page.evaluate("document.querySelectorAll('#drawn :is(script, img, a, iframe)').length") == 0
