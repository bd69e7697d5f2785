"""Charts by the service: as drawings, but for the formats that only graphs can be written as."""

from starlette.testclient import TestClient


def test_a_chart_is_drawn_with_links_to_what_it_shows(small: TestClient) -> None:
    answer = small.get("/api/v1/diagrams/life-cycle-timeline.svg?today=2026-11-01&lang=ko")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert 'href="/concepts/gov:pay"' in answer.text
    assert "2026-11-01" in answer.text


def test_a_format_for_graphs_names_those_for_charts(small: TestClient) -> None:
    answer = small.get("/api/v1/diagrams/roadmap.dot")
    assert answer.status_code == 415
    assert {"pdf", "png", "svg"} <= set(answer.json()["formats"])
    assert "dot" not in answer.json()["formats"]
    described = small.get("/openapi.json").json()["paths"]["/api/v1/diagrams/roadmap.{format}"]["get"]
    assert "415" in described["responses"]


def test_an_axis_that_does_not_exist_is_said_with_those_that_do(small: TestClient) -> None:
    answer = small.get("/api/v1/diagrams/portfolio.svg?x=beauty")
    assert answer.status_code == 404
    assert "yearly_cost" in answer.json()["detail"]
