"""The reference page is current, and says everything of every type."""

from pathlib import Path

from ea_repo.metamodel import Trait, Type, merge, standard
from ea_repo.metamodel.reference import reference_page

PAGE = Path(__file__).parents[2] / "docs" / "metamodel.md"


def test_the_page_is_current() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == reference_page(standard()), "write it again: python -m ea_repo.metamodel.reference"


def test_every_type_trait_attribute_value_and_label_is_on_it() -> None:
    page = reference_page(standard())
    for type_ in standard().types.values():
        assert f"| {type_.name} |" in page or f"[{type_.name}](#{type_.name.lower()})" in page
        assert all(label in page for label in type_.label.values())
    owners: list[Trait | Type] = [*standard().traits.values(), *standard().types.values()]
    for owner in owners:
        for attribute in owner.attributes:
            assert f"| `{attribute.name}` |" in page
            assert all(f"`{choice.name}` {choice.label.get('en')}" in page for choice in attribute.values)


def test_links_lead_to_headings() -> None:
    page = reference_page(standard())
    headings = {line.lstrip("# ").lower().replace(" ", "-") for line in page.splitlines() if line.startswith("#")}
    linked = {part.partition(")")[0] for part in page.split("](#")[1:]}
    assert linked <= headings
    assert len(headings) == sum(line.startswith("#") for line in page.splitlines())


def test_permitted_relationships_are_on_it_by_concept() -> None:
    rows = [line for line in reference_page(standard()).splitlines() if line.startswith("| ApplicationComponent | f")]
    assert any("BusinessProcess" in row or "*all of business*" in row for row in rows)


def test_a_profile_of_ones_own_has_a_page_too() -> None:
    profile = """
        [profile]
        name = "transport"
        [[type]]
        name = "Ship"
        refines = "Equipment"
        label = {en = "Ship | vessel"}
        [[type.attribute]]
        name = "tonnage"
        kind = "decimal"
        unit = "tonnes"
        minimum = 0
        required = true
        label = {en = "Tonnage"}
    """
    page = reference_page(merge(standard(), profile))
    assert "refined by the government profile and by transport" in page
    assert "| [Ship](#ship) | Equipment | Active structure | Ship \\| vessel |" in page
    assert "| `tonnage` | decimal, required | tonnes, at least 0 | Tonnage |" in page
