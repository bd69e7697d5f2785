"""Inventories of any shape: what a mapping makes of them, what was not understood and where, and faults of mappings."""

import io
from pathlib import Path
from typing import Any

import pytest

from ea_repo.errors import InvalidInput, RepositoryError
from ea_repo.exchange.importing import ImportReport, import_file
from ea_repo.exchange.inventory.planner import Inventory as Mapped
from ea_repo.exchange.inventory.suggesting import suggest
from ea_repo.exchange.inventory.understanding import number
from ea_repo.exchange.reading import open_source
from ea_repo.metamodel import standard
from ea_repo.repository import Repository
from ea_repo.store.operations import Update
from ea_repo.store.query import Query
from tests.exchange import inventories
from tests.exchange.inventories import Inventory
from tests.factories import a_model, an_element

SHARED = Path(__file__).resolve().parents[3] / "shared" / "inventories"


def _imported(repository: Repository, inventory: Inventory, mapping: str | None = None, **options: Any) -> ImportReport:
    mapped = Mapped(inventory.mapping if mapping is None else mapping)
    return import_file(
        repository, io.BytesIO(inventory.data), model="new", author="tester", name=inventory.name, inventory=mapped,
        **options,
    )  # fmt: skip


@pytest.fixture
def filled(sqlite_repository: Repository) -> Repository:
    servers = [an_element(f"{kind}-{number}", "Server") for kind in ("web", "db") for number in (1, 2)]
    sqlite_repository.changeset("setup", "Register", [a_model(), *servers]).apply()
    return sqlite_repository


@pytest.mark.parametrize("inventory", inventories.ALL, ids=lambda each: each.name)
def test_what_is_not_understood_is_listed_with_its_place_and_the_rest_goes_in(
    filled: Repository, inventory: Inventory
) -> None:
    report = _imported(filled, inventory)
    found = [(each.code, each.message) for each in report.findings if each.code != "illegal-relationship"]
    assert len(found) == len(inventory.findings), found
    for (code, message), (wanted, begins) in zip(sorted(found), sorted(inventory.findings), strict=True):
        assert (code, message[: len(begins)]) == (wanted, begins)
    assert report.changeset is not None
    again = _imported(filled, inventory)
    assert (again.changeset, [each.message for each in again.findings]) == (
        None,
        [each.message for each in report.findings],
    )


@pytest.mark.parametrize("inventory", inventories.ALL, ids=lambda each: each.name)
def test_with_strict_nothing_goes_in_that_was_not_understood(filled: Repository, inventory: Inventory) -> None:
    with pytest.raises(RepositoryError):
        _imported(filled, inventory, strict=True)
    with filled.state() as state:
        assert state.number == 1


def test_merged_headers_thousands_and_months_in_words_are_understood(filled: Repository) -> None:
    _imported(filled, inventories.INDONESIAN)
    with filled.state() as state:
        tax = state.get("new:app-1")
        assert (tax.name, tax.owner, state.get("new:dinas-keuangan").type) == (
            "e-Pajak",
            "new:dinas-keuangan",
            "Agency",
        )
        assert tax.attributes == {
            "criticality": "vital", "yearly_cost": {"amount": 75_000_000.0, "currency": "IDR"}, "active_on": "2019-01-31",
        }  # fmt: skip
        staff = state.get("new:app-2")
        assert staff.attributes["yearly_cost"] == {"amount": 12_500.5, "currency": "IDR"}
        assert (staff.name, staff.attributes["active_on"]) == ("SIMPEG", "2020-07-01")
        assert {each.uid for each in state.find_all(Query(model="new", types=("System",)))} == {
            "new:app-1",
            "new:app-2",
            "new:app-3",
        }


def test_several_in_one_cell_join_what_the_repository_has(filled: Repository) -> None:
    _imported(filled, inventories.KOREAN)
    with filled.state() as state:
        ends = {(each.source, each.target) for each in state.find_all(Query(types=("Serving",)))}
        assert ends == {("gov:web-1", "new:a-001"), ("gov:web-2", "new:a-001"), ("gov:db-1", "new:a-002")}
        assert state.get("new:a-001").attributes == {"criticality": "vital", "active_on": "2019-03-02"}
        assert state.get("new:a-002").owner == "new:국가기록원"


def test_nested_json_constants_and_columns_kept_as_properties(filled: Repository) -> None:
    _imported(filled, inventories.JSON)
    with filled.state() as state:
        found = {each.uid: each for each in state.find_all(Query(model="new"))}
        assert sorted(found) == ["new:s1", "new:s2", "new:s4"]
        assert found["new:s1"].attributes == {
            "public_facing": True, "users": 12_500, "platform": ["web", "mobile"], "hosting": "own_data_centre",
        }  # fmt: skip
        assert [(each.key, each.value) for each in found["new:s1"].properties] == [("env", "PROD")]
        assert found["new:s2"].attributes["users"] == 1_234


def test_excel_days_and_texts_stand_beside_each_other(filled: Repository) -> None:
    _imported(filled, inventories.MIXED)
    with filled.state() as state:
        first = state.get("new:k-01-2024").attributes
        assert first == {
            "number": "K/01/2024",
            "status": "active",
            "signed_on": "2024-01-05",
            "expires_on": "2025-12-09",
        }
        assert state.get("new:k-02-2024").attributes["status"] == "ended"
        assert state.get("new:k-03-2024").attributes["signed_on"] == "2024-03-05"


def test_what_a_mapping_does_not_name_is_kept(filled: Repository) -> None:
    _imported(filled, inventories.JSON)
    filled.changeset(
        "other", "More", [Update("new:s1", {"description": "Kept", "attributes": {"code": "T", "users": 1}})]
    ).apply()
    _imported(filled, inventories.JSON)
    with filled.state() as state:
        found = state.get("new:s1")
        assert (found.description, found.attributes["code"], found.attributes["users"]) == ("Kept", "T", 12_500)


def test_what_the_inventory_no_longer_has_is_deleted_only_where_asked(filled: Repository) -> None:
    _imported(filled, inventories.JSON)
    fewer = Inventory(
        "cmdb.json", inventories.JSON.data.replace(b'"sys_id": "S2"', b'"sys_id": "S5"'), inventories.JSON.mapping, ()
    )
    kept = _imported(filled, fewer)
    assert kept.counts["elements"]["deleted"] == 0
    gone = _imported(filled, fewer, missing="delete")
    assert gone.counts["elements"]["deleted"] == 1
    with filled.state() as state:
        assert {each.uid for each in state.find_all(Query(model="new"))} == {"new:s1", "new:s4", "new:s5"}


def test_every_fault_of_a_mapping_is_told_with_its_line(filled: Repository) -> None:
    mapping = """
[table]
header = "first"
sep = ";"
[[concept]]
type = "Sistem"
[[concept]]
type = "System"
name = "Nama"
[concept.fields]
critical = "Tingkat"
[[relationship]]
type = "Serving"
source = "Nothing"
"""
    with pytest.raises(InvalidInput) as caught:
        _imported(filled, inventories.INDONESIAN, mapping)
    assert [problem.detail.partition(";")[0] for problem in caught.value.errors] == [
        'mapping.toml, line 3: "header" is "first"',
        'mapping.toml, line 4: there is no key of [table] "sep"',
        'mapping.toml, line 6: there is no type "Sistem"',
        'mapping.toml, line 11: there is no field of System "critical"',
        'mapping.toml, line 12: "target" is missing here',
        'mapping.toml, line 14: there is no concept of the row "Nothing"',
    ]
    with pytest.raises(InvalidInput) as caught:
        _imported(
            filled,
            inventories.INDONESIAN,
            inventories.INDONESIAN.mapping.replace('name = "Instansi"', 'name = "Instanse"'),
        )
    assert caught.value.errors[0].detail == 'mapping.toml, line 11: there is no column "Instanse"; use Instansi'


@pytest.mark.parametrize(
    ("text", "thousands", "decimal", "wanted"),
    [
        ("1.250.000", None, None, "1250000"), ("1,250,000.75", None, None, "1250000.75"), ("1.250,5", None, None, "1250.5"),
        ("Rp 1.250", ".", None, "1250"), ("(300)", None, None, "-300"), ("-12,5 %", None, None, "-12.5"), ("1 250", None, None, "1250"),
        ("1'250.50", None, None, "1250.50"), ("1.250", None, ".", "1.250"), ("₩1,000", ",", None, "1000"),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text: str, thousands: str | None, decimal: str | None, wanted: str) -> None:
    assert number(text, thousands, decimal) == wanted


def test_a_number_that_could_be_two_is_not_guessed() -> None:
    with pytest.raises(ValueError, match=r"could be 1250 or 1\.250; say thousands or decimal"):
        number("1.250", None, None)


@pytest.mark.parametrize("inventory", inventories.ALL, ids=lambda each: each.name)
def test_a_suggested_mapping_is_one_and_names_what_it_guessed(
    filled: Repository, inventory: Inventory, tmp_path: Path
) -> None:
    text = suggest(open_source(io.BytesIO(inventory.data), inventory.name), standard(), "System")
    report = _imported(filled, inventory, text, dry_run=True)
    assert report.counts["elements"]["in_file"] >= 0


def test_a_suggestion_finds_columns_in_three_languages_and_values_to_translate() -> None:
    data = 'Kode,Nama Aplikasi,중요도,Number of users,Tanggal\nA,Pajak,핵심,"1,200",31/12/2024\nB,Gaji,sedang,30,01/02/2024\nA,X,,,\n'
    text = suggest(open_source(io.BytesIO(data.encode()), "a.csv"), standard())
    for line in (
        'type = "System"  # the type', 'identifier = "Kode"  # 1 repeated', 'name = "Nama Aplikasi"',
        'criticality = {column = "중요도", values = {"핵심" = "vital", "sedang" = ""}}', 'users = "Number of users"  # guessed: Users',
        'dates = ["%d/%m/%Y"]', 'properties = ["Tanggal"]',
    ):  # fmt: skip
        assert line in text, text


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real inventories are not here")
class TestRealInventories:
    def _import(self, repository: Repository, name: str, mapping: str) -> ImportReport:
        return import_file(repository, SHARED / name, model="new", author="tester", inventory=Mapped(mapping))

    def test_the_uk_catalogue_of_apis(self, filled: Repository) -> None:
        organisations = '[[concept]]\ntype = "Agency"\nidentifier = "id"\nname = "name"\n'
        report = self._import(filled, "uk-api-catalogue/organisation.csv", organisations)
        assert report.counts["elements"]["created"] == 26
        interfaces = (
            '[[concept]]\ntype = "SystemInterface"\nname = "name"\nprefix = "api-"\nproperties = ["documentation", "license"]\n'
            '[concept.fields]\ndescription = "description"\nowner = "provider"\n'
        )
        report = self._import(filled, "uk-api-catalogue/catalogue.csv", interfaces)
        assert (report.counts["elements"]["in_file"], list(report.findings)) == (200, [])
        with filled.state() as state:
            assert state.get("new:api-gov-uk-notify").owner == "new:government-digital-service"
            owned = [each for each in state.iterate(Query(types=("SystemInterface",))) if each.owner]
            assert len(owned) == 200

    @pytest.mark.parametrize(
        ("name", "types", "counts", "told"),
        [
            ("uk-api-catalogue/organisation.csv", {"Agency"}, (26, 0), 0),
            ("uk-api-catalogue/catalogue.csv", {"System", "Agency"}, (226, 0), 1),  # "in service" for a date
            ("excel/uk-api-catalogue.derived.xlsx", {"SystemInterface", "Agency"}, (226, 0), 0),
            ("govuk-repositories/repos.derived.json", {"System", "Agency"}, (152, 0), 1),  # "false" for an address
            ("vng-ggm-business-objects/GEMMA_Bedrijfsobjecten_element.csv", {"BusinessObject"}, (503, 0), 0),
            ("vng-ggm-business-objects/GEMMA_Bedrijfsobjecten_relatie.csv", {"BusinessObject", "Association", "Specialization"}, (0, 794), 0),
        ],
    )  # fmt: skip
    def test_the_first_mapping_loads_a_real_inventory_as_it_is(
        self, sqlite_repository: Repository, name: str, types: set[str], counts: tuple[int, int], told: int
    ) -> None:
        if "relatie" in name:
            self._suggested(sqlite_repository, name.replace("relatie", "element"))
        report = self._suggested(sqlite_repository, name)
        assert (report.counts["elements"]["created"], report.counts["relationships"]["created"]) == counts
        assert len({each.message.partition(": ")[2] for each in report.findings}) == told, report.findings
        with sqlite_repository.state() as state:
            assert {each.type for each in state.iterate(Query())} == types

    def _suggested(self, repository: Repository, name: str) -> ImportReport:
        with repository.state() as state:
            return self._import(repository, name, suggest(open_source(SHARED / name), state.metamodel, None, state))

    def test_the_same_with_the_habits_of_excel(self, filled: Repository) -> None:
        mapping = (
            '[table]\nsheet = "APIs"\nheader = 4\nskip = {column = "Name", matches = "Total*"}\n'
            '[[concept]]\ntype = "SystemInterface"\nname = "Name"\nproperties = "Url"\n[concept.fields]\ndescription = "Description"\n'
        )
        report = self._import(filled, "excel/uk-api-catalogue.derived.xlsx", mapping)
        assert report.counts["elements"]["in_file"] == 200

    def test_thousands_of_empty_rows_are_nothing(self, filled: Repository) -> None:
        mapping = '[table]\nsheet = "Application"\n[[concept]]\ntype = "System"\nname = "Anwendung"\n'
        report = self._import(filled, "excel/bank-ea-export-headers-only.xlsx", mapping)
        assert report.changeset is None

    def test_the_repositories_of_gov_uk(self, filled: Repository) -> None:
        mapping = (
            '[[concept]]\ntype = "System"\nname = "repo_name"\nproperties = "*"\n[concept.fields]\n'
            'hosting = {column = "production_hosted_on", values = {"eks" = "commercial_cloud", "gcp" = "commercial_cloud", "heroku" = "commercial_cloud"}}\n'
            '[[concept]]\ntype = "BusinessActor"\nname = "team"\nprefix = "team-"\n'
        )
        report = self._import(filled, "govuk-repositories/repos.derived.json", mapping)
        assert report.counts["elements"]["in_file"] > 136

    def test_dutch_business_objects_and_their_relations(self, filled: Repository) -> None:
        elements = '[[concept]]\ntype = "BusinessObject"\nidentifier = "GEMMA-guid"\nname = "GEMMA-naam"\n[concept.fields]\ndescription = "GEMMA-definitie"\n'
        report = self._import(filled, "vng-ggm-business-objects/GEMMA_Bedrijfsobjecten_element.csv", elements)
        assert (report.counts["elements"]["created"], list(report.findings)) == (503, [])
        relations = "".join(
            f'[[relationship]]\ntype = "{type_name}"\nidentifier = "GEMMA-guid"\nname = "GEMMA-naam"\nsource = {{column = "GEMMA-source-guid"}}\n'
            f'target = {{column = "GEMMA-target-guid"}}\nwhen = {{column = "GEMMA-type", equals = "{said}"}}\n'
            for type_name, said in (("Association", "association-relationship"), ("Specialization", "specialization-relationship"))
        )  # fmt: skip
        report = self._import(filled, "vng-ggm-business-objects/GEMMA_Bedrijfsobjecten_relatie.csv", relations)
        assert report.counts["relationships"]["created"] == 794


REGISTER = (
    "DAFTAR APLIKASI;;;;\nNo;Nama Aplikasi;Instansi;Biaya/th;Mulai\nA-1;e-Pajak;Dinas Keuangan;1.250.000,50;31/01/2019\n"
    "A-2;SIMPEG;Dinas Keuangan;-;-\nA-3;Portal;Dinas Keuangan;n/a;-\n;TOTAL;;1.250.000,50;\n"
)


def test_a_suggestion_tells_how_the_table_is_written_and_how_to_make_what_it_names(
    sqlite_repository: Repository,
) -> None:
    text = suggest(open_source(io.BytesIO(REGISTER.encode()), "a.csv"), standard(), "System")
    assert 'empty = ["-", "n/a"]' in text
    assert 'skip = [{column = "Nama Aplikasi", equals = ["TOTAL"]}]' in text
    assert 'thousands = "."\n' in text
    report = _imported(sqlite_repository, Inventory("a.csv", REGISTER.encode(), "", ()), text)
    assert not report.findings
    with sqlite_repository.state() as state:
        found = state.get("new:a-1")
        assert (found.owner, state.get("new:dinas-keuangan").type) == ("new:dinas-keuangan", "Agency")
        assert found.attributes == {"yearly_cost": {"amount": 1_250_000.5, "currency": "IDR"}}
        assert len(state.find_all()) == 4
        again = suggest(open_source(io.BytesIO(REGISTER.encode()), "a.csv"), standard(), "System", state)
        assert again.count("[[concept]]") == 1
        more = REGISTER.replace("Portal;Dinas Keuangan", "Portal;Dinas Kesehatan")
        partly = suggest(open_source(io.BytesIO(more.encode()), "a.csv"), standard(), "System", state)
        assert '# Of what "Instansi" names, 1 of 2 are there.' in partly


def test_what_a_suggestion_makes_is_told_apart_from_what_has_the_same_name(sqlite_repository: Repository) -> None:
    data = b"Nama Aplikasi;Instansi\nMahkamah;Mahkamah\nPerpustakaan;Mahkamah\n"
    text = suggest(open_source(io.BytesIO(data), "a.csv"), standard())
    assert not _imported(sqlite_repository, Inventory("a.csv", data, "", ()), text).findings
    with sqlite_repository.state() as state:
        assert {each.uid: (each.type, each.owner) for each in state.find_all()} == {
            "new:agency-mahkamah": ("Agency", None),
            "new:mahkamah": ("System", "new:agency-mahkamah"),
            "new:perpustakaan": ("System", "new:agency-mahkamah"),
        }


def test_a_suggestion_takes_for_a_name_what_could_be_one_and_not_addresses_or_numbers() -> None:
    data = "Alamat surel,Nr lama,Apa,Ket\nhttps://a.id,17,Pajak Daerah,x\nhttps://b.id,18,Gaji,x\n"
    text = suggest(open_source(io.BytesIO(data.encode()), "a.csv"), standard())
    assert 'name = "Apa"  # guessed' in text


def test_a_suggestion_for_a_table_of_endless_headers_comes_to_an_end() -> None:
    headers = ["x" * 70_000, "Nama " * 20_000, *(f"Kolom tingkat {number}" for number in range(1_900))]
    data = f"Nama;{';'.join(headers)}\nPajak;1\n"
    assert 'name = "Nama"' in suggest(open_source(io.BytesIO(data.encode()), "a.csv"), standard())


def test_a_concept_that_a_mapping_gives_neither_name_nor_identifier_is_told(filled: Repository) -> None:
    with pytest.raises(InvalidInput, match="line 1: a concept needs a name or an identifier"):
        _imported(filled, inventories.INDONESIAN, '[[concept]]\ntype = "System"\n')


def test_what_many_cells_of_a_column_say_alike_is_told_once(sqlite_repository: Repository) -> None:
    mapping = (
        '[table]\nheader = 2\n[[concept]]\ntype = "System"\nidentifier = "No"\n[concept.fields]\nowner = "Instansi"\n'
    )
    report = _imported(sqlite_repository, Inventory("a.csv", REGISTER.encode(), "", ()), mapping)
    assert [each.message for each in report.findings if each.code == "unmatched-reference"] == [
        'Line 3, column Instansi: "Dinas Keuangan" names no BusinessActor that is there (and 2 more rows)'
    ]
