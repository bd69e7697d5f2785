"""What a profile may do: refine, extend, share, narrow; and what the merged metamodel then says."""

from ea_repo.metamodel import merge, standard

PROFILE = """
[profile]
name = "transport"
version = "3"
label = {en = "Transport", id = "Perhubungan"}

[[trait]]
name = "inspected"
label = {en = "Inspected"}
[[trait.attribute]]
name = "inspected_on"
kind = "date"
label = {en = "Inspected on"}

[[type]]
name = "Vessel"
refines = "Ship"
label = {en = "Vessel", id = "Kapal niaga", ko = "상선"}

[[type]]
name = "Ship"
refines = "Equipment"
traits = ["inspected", "life-cycle"]
label = {en = "Ship", id = "Kapal", ko = "선박"}
plural = {en = "Ships"}
help = {en = "Afloat."}
[[type.attribute]]
name = "tonnage"
kind = "decimal"
unit = "tonnes"
minimum = 0
required = true
label = {en = "Tonnage"}
[[type.attribute]]
name = "home"
kind = "reference"
target = "Port"
label = {en = "Home port"}
[[type.attribute]]
name = "flags"
kind = "choice"
many = true
label = {en = "Flags"}
values = [{name = "ID", label = {en = "Indonesia"}}, {name = "KR", label = {en = "Korea", ko = "대한민국"}}]

[[type]]
name = "Port"
refines = "Location"
label = {en = "Port"}

[[type]]
name = "CriticalSystem"
refines = "System"
label = {en = "Critical system"}
[[type.attribute]]
name = "criticality"
kind = "choice"
required = true
label = {en = "Criticality"}
values = [{name = "vital", label = {en = "Vital"}}]

[[extend]]
type = "System"
traits = ["inspected"]
[[extend.attribute]]
name = "berth_code"
kind = "text"
label = {en = "Berth code"}

[[extend]]
type = "Flow"
[[extend.attribute]]
name = "per_day"
kind = "integer"
label = {en = "Per day"}
"""


def test_types_attributes_and_traits_of_a_profile_are_those_of_its_text() -> None:
    ship = merge(standard(), PROFILE).type("Ship")
    assert (ship.refines, ship.kind, ship.layer, ship.aspect) == (
        "Equipment",
        "element",
        "physical",
        "active-structure",
    )
    assert (ship.profile, ship.traits) == ("transport", ("inspected", "life-cycle"))
    assert [ship.label.get(each) for each in ("en", "id", "ko")] == ["Ship", "Kapal", "선박"]
    assert (ship.plural.get("ko"), ship.help.get("en")) == ("Ships", "Afloat.")
    tonnage, home, flags = ship.attributes
    assert (tonnage.kind.name, tonnage.unit, tonnage.minimum, tonnage.maximum) == ("decimal", "tonnes", 0, None)
    assert (tonnage.required, tonnage.many, tonnage.sql_type) == (True, False, "decimal")
    assert (home.target, flags.many, [each.name for each in flags.values]) == ("Port", True, ["ID", "KR"])
    assert flags.text(["KR", "ID"], "ko") == "대한민국, Indonesia"


def test_the_order_of_the_text_does_not_matter_and_is_kept() -> None:
    merged = merge(standard(), PROFILE)
    assert merged.ancestry("Vessel") == ("Vessel", "Ship", "Equipment")
    assert merged.base("Vessel") == "Equipment"
    assert list(merged.types) == [*standard().types, "Vessel", "Ship", "Port", "CriticalSystem"]


def test_what_is_inherited_comes_before_what_is_own_and_traits_before_both_are_added_to() -> None:
    names = list(merge(standard(), PROFILE).attributes("Vessel"))
    assert names[0] == "inspected_on"
    assert names[-3:] == ["tonnage", "home", "flags"]
    assert "end_of_life_on" in names


def test_an_extended_type_and_those_below_it_have_the_attributes_added() -> None:
    merged = merge(standard(), PROFILE)
    for name in ("System", "CriticalSystem"):
        assert merged.has_trait(name, "inspected")
        assert {"inspected_on", "berth_code"} <= merged.attributes(name).keys()
    assert "berth_code" not in merged.attributes("ApplicationComponent")
    assert "per_day" in merged.attributes("DataExchange")
    assert merged.type("System").profile == "government"


def test_a_refinement_may_narrow_an_inherited_choice() -> None:
    narrowed = merge(standard(), PROFILE).attributes("CriticalSystem")["criticality"]
    assert (narrowed.required, [each.name for each in narrowed.values]) == (True, ["vital"])


def test_the_standard_stays_as_it_was() -> None:
    before = standard().fingerprint
    merged = merge(standard(), PROFILE)
    assert standard().fingerprint == before != merged.fingerprint
    assert "berth_code" not in standard().attributes("System")
    assert standard().profile_text is None
    assert merged.profile_text == PROFILE
    assert merged != standard()
    assert merged == merge(standard(), PROFILE)
