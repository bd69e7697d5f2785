"""A draft turns the plan into what is: by the library and by the commands, looked at before and after."""

from datetime import date

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from ea_repo.cli.main import main
from ea_repo.errors import Conflict, InvalidInput
from ea_repo.planning.roadmap.conflicts import conflicts
from ea_repo.planning.roadmap.drafting import draft
from ea_repo.planning.roadmap.roadmap import roadmap
from ea_repo.repository import Repository, open_repository
from ea_repo.sample import load
from ea_repo.settings import Settings
from ea_repo.store.operations import Update
from tests.factories import a_model, a_relationship, a_system, an_element
from tests.planning.roadmap.test_timetable import an_initiative


def test_applying_the_draft_of_an_initiative_makes_it_what_is(sqlite_repository: Repository) -> None:
    load(sqlite_repository)
    kept = draft(sqlite_repository, "roadmap:I-REGPERMIT", author="sari")
    with sqlite_repository.state() as before, sqlite_repository.state(draft=kept.id) as as_if:
        assert before.get("roadmap:I-REGPERMIT").attributes["status"] == "approved"
        assert as_if.get("roadmap:I-REGPERMIT").attributes["status"] == "done"
        assert before.get("roadmap:I-REGPERMIT").attributes["changeset"] == kept.id
    applied = sqlite_repository.draft(kept.id).apply()
    assert applied.changeset is not None
    assert applied.changeset.id == kept.id
    with sqlite_repository.state() as state:
        done = state.get("roadmap:I-REGPERMIT").attributes
        assert (done["status"], done["progress_percent"], done["ends_on"]) == ("done", 100, "2028-06-30")
        permits = state.get("centre:REGPERMIT")
        # Already in use before the initiative ends, so that stays.
        assert (permits.valid_from, permits.attributes["active_on"]) == (date(2028, 4, 1), "2028-04-01")
        for uid in ("regions:LIN-PERMIT", "regions:KEN-PERMIT", "regions:BAT-PERMIT"):
            old = state.get(uid)
            assert (old.valid_until, old.attributes["end_of_life_on"]) == (date(2028, 6, 29), "2028-06-30")
        assert state.get("roadmap:GAP-PERMITS").attributes["status"] == "closed"
        assert not [each for each in conflicts(state, today=date(2028, 7, 1)) if each.kind == "closed-but-running"
                    and each.initiatives == ("roadmap:I-REGPERMIT",)]  # fmt: skip
        with pytest.raises(Conflict, match="done already"):
            draft(sqlite_repository, "roadmap:I-REGPERMIT", author="sari")
    # What is, on the day after: one system where there were three. On the day before, still three.
    for day, there in ((date(2028, 7, 1), False), (date(2028, 6, 29), True)):
        with sqlite_repository.state(on=day) as state:
            found = {each.concept.uid for each in state.search("permits", types=("System",))}
            assert ("regions:LIN-PERMIT" in found) is there
            assert "centre:REGPERMIT" in found


def small() -> list:  # type: ignore[type-arg]
    return [
        a_model(), a_system("new"), a_system("old"), a_system("gone", valid_until="2020-12-31"),
        an_initiative("i", "2027-01-01", "2027-06-30", status="running"), an_initiative("j", None, None),
        an_element("g", "Gap", attributes={"status": "planned"}), an_element("h", "Gap", attributes={"status": "open"}),
        a_relationship("r", "Realization", "i", "new"),
        a_relationship("x", "Association", "i", "old", attributes={"effect": "retire"}),
        a_relationship("y", "Association", "i", "gone", attributes={"effect": "retire"}),
        a_relationship("ig", "Association", "i", "g"), a_relationship("ih", "Association", "i", "h"),
        a_relationship("jh", "Association", "j", "h"),
    ]  # fmt: skip


def test_on_the_day_it_is_completed_the_old_ends_and_the_new_begins(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset("t", "t", small()).apply()
    kept = draft(sqlite_repository, "gov:i", author="sari", on=date(2027, 9, 1), reason="Handed over")
    assert (kept.state, kept.author, kept.reason) == ("draft", "sari", "Handed over")
    with sqlite_repository.state(draft=kept.id) as state:
        new, old = state.get("gov:new"), state.get("gov:old")
        assert (new.valid_from, new.attributes["active_on"]) == (date(2027, 9, 1), "2027-09-01")
        assert (old.valid_until, old.attributes["end_of_life_on"]) == (date(2027, 8, 31), "2027-09-01")
        assert state.get("gov:gone").valid_until == date(2020, 12, 31)  # it was gone already
        assert state.get("gov:g").attributes["status"] == "closed"
        assert state.get("gov:h").attributes["status"] == "open"  # j has still to close it
        assert next(each for each in roadmap(state) if each.uid == "gov:i").scheduled_end == date(2027, 9, 1)


def test_there_is_one_open_draft_and_one_day(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset("t", "t", small()).apply()
    kept = draft(sqlite_repository, "gov:i", author="sari")
    with pytest.raises(Conflict, match=f"draft {kept.id} .* is still open"):
        draft(sqlite_repository, "gov:i", author="sari")
    sqlite_repository.draft(kept.id).reject()
    assert draft(sqlite_repository, "gov:i", author="sari").id > kept.id
    with pytest.raises(InvalidInput, match="has no end"):
        draft(sqlite_repository, "gov:j", author="sari")


def test_work_on_other_fields_in_between_is_kept_and_on_the_same_is_refused(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset("t", "t", small()).apply()
    kept = draft(sqlite_repository, "gov:i", author="sari")
    sqlite_repository.changeset("t", "t", [Update("gov:new", {"name": "Renamed"})]).apply()
    sqlite_repository.draft(kept.id).apply()
    with sqlite_repository.state() as state:
        assert (state.get("gov:new").name, state.get("gov:new").valid_from) == ("Renamed", date(2027, 6, 30))


def test_the_commands_draft_show_and_apply(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with open_repository(sqlite_url) as repository:
        repository.changeset("t", "t", small()).apply()
    assert main(["-d", sqlite_url, "roadmap", "draft", "gov:i", "--completed", "2027-09-01", "--author", "sari"]) == 0
    said = capsys.readouterr().out
    assert "draft 2 of gov:i; `ea-repo changes apply 2` applies it:" in said
    assert "2027-08-31" in said
    assert main(["-d", sqlite_url, "changes", "show", "2", "--draft"]) == 0
    assert "by sari: Complete i" in capsys.readouterr().out
    assert main(["-d", sqlite_url, "changes", "apply", "2"]) == 0
    assert "draft 2 is applied as changeset 3" in capsys.readouterr().out
    assert main(["-d", sqlite_url, "changes", "apply", "2"]) == 5
    with open_repository(sqlite_url) as repository, repository.state() as state:
        assert state.get("gov:i").attributes["status"] == "done"


def test_the_service_makes_and_applies_the_draft_too(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset("t", "t", small()).apply()
    with TestClient(create_app(sqlite_repository, Settings()), base_url="http://localhost:8000") as client:
        made = client.post("/api/v1/planning/roadmap/gov:i/draft", json={"completed": "2027-09-01"})
        assert made.status_code == 201, made.text
        assert made.json()["state"] == "draft"
        difference = client.get(made.headers["location"] + "/difference").json()
        assert {each["uid"] for each in difference["changes"]} == {"gov:i", "gov:new", "gov:old", "gov:g"}
        assert client.post("/api/v1/planning/roadmap/gov:i/draft", json={}).status_code == 409
        assert client.post("/api/v1/planning/roadmap/gov:old/draft", json={}).status_code == 404
        assert client.post("/api/v1/planning/roadmap/gov:j/draft", json={}).status_code == 422
        assert client.post(made.headers["location"] + "/apply").status_code == 200
    with sqlite_repository.state() as state:
        assert state.get("gov:old").valid_until == date(2027, 8, 31)


def test_a_draft_is_rejected_by_its_command(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with open_repository(sqlite_url) as repository:
        repository.changeset("t", "t", small()).apply()
        kept = draft(repository, "gov:i", author="sari")
    assert main(["-d", sqlite_url, "changes", "reject", str(kept.id)]) == 0
    assert "is rejected" in capsys.readouterr().out
    with open_repository(sqlite_url) as repository:
        assert repository.find_changeset(kept.id).state == "rejected"
