"""Answers are remembered as long as they hold: the same again is the same bytes, after a write it is the new answer."""

from starlette.testclient import TestClient

from ea_repo.catalogue import entry

ADDRESS = "/api/v1/analysis/impact"
ASKED = {"uid": "gov:tax"}


def test_asked_again_it_is_not_worked_out_again(small: TestClient) -> None:
    first = small.get(ADDRESS, params=ASKED)
    counted = Counted(entry("question", "impact").subject)
    object.__setattr__(entry("question", "impact"), "subject", counted)
    try:
        again = small.get(ADDRESS, params=ASKED)
        other = small.get(ADDRESS, params={**ASKED, "depth": 1})
        as_csv = small.get(ADDRESS, params=ASKED, headers={"Accept": "text/csv"})
    finally:
        object.__setattr__(entry("question", "impact"), "subject", counted.act)
    assert again.content == first.content
    assert counted.times == 2  # the other question, and the other format
    assert other.json() == first.json()
    assert as_csv.text.startswith("uid,")


def test_after_a_write_the_answer_is_the_new_one(small: TestClient) -> None:
    before = small.get(ADDRESS, params=ASKED).json()
    made = {"uid": "gov:new", "type": "System", "name": "New"}
    assert small.post("/api/v1/elements", json=made).status_code == 201
    joined = {"uid": "gov:r-new", "type": "Serving", "source": "gov:tax", "target": "gov:new"}
    assert small.post("/api/v1/relationships", json=joined).status_code == 201
    after = small.get(ADDRESS, params=ASKED)
    assert {each["uid"] for each in after.json()["items"]} == {each["uid"] for each in before["items"]} | {"gov:new"}
    past = small.get(ADDRESS, params={**ASKED, "as_of": 1})
    assert past.json()["items"] == before["items"]
    assert small.get(ADDRESS, params=ASKED, headers={"If-None-Match": after.headers["etag"]}).status_code == 304


class Counted:
    """A function, and how often it was called."""

    def __init__(self, act: object) -> None:
        self.act = act
        self.times = 0

    def __call__(self, *arguments: object, **named: object) -> object:
        self.times += 1
        return self.act(*arguments, **named)  # type: ignore[operator]
