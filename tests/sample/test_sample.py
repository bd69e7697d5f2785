"""The sample government holds what it promises, and breaks no rule of the standard."""

import re
from collections import Counter
from itertools import combinations, pairwise

import networkx
import pytest

from ea_repo.metamodel import standard
from ea_repo.store.view_content import ViewContent
from tests.sample.government import SERVICES, government

TRANSLATED = ("Agency", "BusinessFunction", *SERVICES, "System", "DataSet", "ReferenceCategory", "Initiative")


@pytest.mark.parametrize(
    ("least", "types"),
    [
        (15, ["Agency"]), (25, ["BusinessFunction"]), (40, SERVICES), (80, ["System"]), (60, ["DataSet"]),
        (90, ["DataExchange"]), (12, ["Initiative"]), (40, ["ReferenceCategory"]), (10, ["RecordSeries"]),
        (10, ["DocumentType"]), (10, ["Regulation"]), (40, ["SharingAgreement"]),
    ],
)  # fmt: skip
def test_it_holds_at_least_so_many(least: int, types: list[str]) -> None:
    assert len(government().of(*types)) >= least


def test_it_holds_120_information_resources_of_every_kind() -> None:
    found = government()
    kinds = Counter(found.type(uid) for uid in found.resources)
    assert sum(kinds.values()) >= 120
    assert set(kinds) == {name for name in standard().types if standard().has_trait(name, "information-resource")}


def test_every_resource_has_an_age_a_life_and_a_cost() -> None:
    found = government()
    for uid in found.resources:
        for name in ("acquired_on", "useful_life_years", "yearly_cost", "acquisition_cost"):
            assert found.said(uid, name) is not None, f"{uid} has no {name}"
        assert "2012-01-01" <= found.said(uid, "acquired_on") <= "2030-12-31"


def test_every_type_of_the_government_profile_is_there() -> None:
    profile = {name for name, each in standard().types.items() if each.profile == "government"}
    # What people keep, load or decide is not the sample's to have.
    profile -= {"Document", "DispositionList", "IndexFramework", "InvestmentReview"}
    assert profile <= {each.type for each in government().operations}


def test_agencies_form_one_tree_and_suppliers_stand_outside() -> None:
    found = government()
    outside = {uid for uid in found.of("Agency") if found.said(uid, "level") == "external"}
    roots = set(found.of("Agency")) - set(found.above) - outside
    assert roots == {"centre:GOV"}
    assert not outside & set(found.above)


def test_no_relationship_breaks_the_table_of_the_standard() -> None:
    found = government()
    broken = [
        uid
        for uid, each in found.concepts.items()
        if "source" in each.fields
        and not standard().permitted(found.type(found.source(uid)), each.type, found.type(found.target(uid)))
    ]
    assert broken == []


def test_everything_named_exists_and_is_named_once() -> None:
    found = government()
    assert Counter(each.uid for each in found.operations).most_common(1)[0][1] == 1
    folders = {each.uid for each in found.operations if each.record == "folder"}
    for uid, each in found.concepts.items():
        ends = {each.fields[name] for name in ("owner", "source", "target") if name in each.fields}
        assert ends <= found.concepts.keys(), uid
        assert each.fields["folder"] in folders, uid


def test_every_attribute_is_valid_and_every_reference_is_of_the_right_type() -> None:
    found = government()
    for uid, each in found.concepts.items():
        given = each.fields.get("attributes", {})
        assert standard().normalise(each.type, given) == given, uid
        for name, value in given.items():
            attribute = standard().attributes(each.type)[name]
            if attribute.target is not None:
                named = value if attribute.many else [value]
                allowed = standard().descendants(attribute.target)
                assert {found.type(other) for other in named} <= allowed, (uid, name)


def test_what_people_read_most_is_named_in_three_languages() -> None:
    found = government()
    for uid in found.of(*TRANSLATED, "DataExchange", "SupplyContract"):
        translations = found.concepts[uid].fields["translations"]
        assert set(translations) == {"id", "ko"}, uid
        assert re.search("[가-힣]", translations["ko"]["name"]), uid


def test_names_are_told_apart_within_a_type() -> None:
    found = government()
    # Reference models may use one word in several places: their codes tell them apart.
    for type_name in set(TRANSLATED) - {"ReferenceCategory"}:
        names = Counter(found.concepts[uid].fields["name"] for uid in found.of(type_name))
        assert [name for name, count in names.items() if count > 1] == []


def test_life_cycle_phases_follow_each_other() -> None:
    phases = ("planned_on", "phase_in_on", "active_on", "phase_out_on", "end_of_life_on")
    found = government()
    for uid in found.concepts:
        dates = [found.said(uid, phase) for phase in phases if found.said(uid, phase)]
        assert dates == sorted(dates), uid


def test_yearly_budgets_add_up_and_cover_every_year() -> None:
    found = government()
    for uid in found.of("Initiative"):
        start, end = (int(found.said(uid, name)[:4]) for name in ("starts_on", "ends_on"))
        years = found.said(uid, "yearly_budget")
        if years is not None:
            assert len(years) == end - start + 1, uid
            assert sum(each["amount"] for each in years) == found.said(uid, "budget")["amount"], uid


def test_chains_lead_from_most_services_to_data_centres() -> None:
    found = government()
    below = {uid for centre in found.of("DataCentre") for uid in networkx.descendants(found.dependents, centre)}
    assert len(below.intersection(found.of(*SERVICES))) >= 60


def test_boxes_of_stored_views_are_aligned_and_do_not_overlap() -> None:
    views = [each for each in government().operations if each.record == "view"]
    assert len(views) >= 4
    for view in views:
        content = ViewContent.from_json(view.fields["content"])
        boxes = [node for node, _ in content.walk() if node.kind == "element"]
        for one, other in combinations(boxes, 2):
            apart = (
                one.x + one.width <= other.x or other.x + other.width <= one.x
                or one.y + one.height <= other.y or other.y + other.height <= one.y
            )  # fmt: skip
            assert apart, (view.uid, one.id, other.id)
        for node, parent in content.walk():
            if parent is not None:
                assert parent.x <= node.x < node.x + node.width <= parent.x + parent.width, node.id
                assert parent.y <= node.y < node.y + node.height <= parent.y + parent.height, node.id
        assert len({box.x for box in boxes}) <= 6
        for above, below in pairwise(node for node, parent in content.walk() if parent is None):
            assert above.y + above.height <= below.y, (view.uid, below.id)
