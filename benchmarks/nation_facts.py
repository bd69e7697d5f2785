"""What the made-up nation is made of, as tables: kinds of elements, what is said of them, and how they are joined.

Shares are numbers in a nation of 1,000,000 elements and 3,000,000 relationships; other scales keep the proportions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Method = Literal["choice", "money", "integer", "decimal", "date", "flag", "reference", "references", "code"]


@dataclass(frozen=True, slots=True)
class Fact:
    """How an attribute is made up: `values` are choices, a middle and its spread, years, or the kind referred to."""

    name: str
    method: Method
    values: tuple[object, ...] = ()
    present: float = 1.0


@dataclass(frozen=True, slots=True)
class Sort:
    """A kind of element. Those of low numbers are the central ones, which much else relies on."""

    name: str
    type: str
    share: int
    noun: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Wiring:
    """So many relationships from one sort to another.

    Of the two ends, `relied` is chosen among the central ones or near the other end's place (`near` of them), before it
    in the order of numbers, so that no cycle comes of it; `back` of those that are near go the other way round.
    """

    type: str
    source: str
    target: str
    share: int
    relied: Literal["source", "target"]
    near: float = 0.8
    skew: float = 3.0
    back: float = 0.0
    redundant: bool = False
    facts: tuple[Fact, ...] = ()


_ACTIVE = Fact("active_on", "date", (2004, 2026), 0.9)
_COST = Fact("yearly_cost", "money", (40_000, 1.4), 0.8)
_FUNDING = Fact(
    "funding", "choice", ("central_budget", "central_budget", "regional_budget", "fund", "own_revenue"), 0.7
)
_CLASSIFICATION = Fact("classification", "choice", ("open", "limited", "limited", "closed"), 0.85)
_PERSONAL = Fact("personal_data", "flag", (0.4,), 0.8)
_RESOURCE = (
    Fact("asset_number", "code", ("A",), 0.9),
    Fact("acquired_on", "date", (2010, 2026), 0.95),
    Fact("acquisition_cost", "money", (18_000, 1.1), 0.9),
    Fact("useful_life_years", "integer", (6, 0.3), 0.8),
    Fact("end_of_support", "date", (2022, 2036), 0.75),
    _COST,
)
_LEGAL = Fact("legal_basis", "references", ("regulation",), 0.3)

SORTS: tuple[Sort, ...] = (
    Sort("agency", "Agency", 600, "Agency", (
        Fact("code", "code", ("",)), Fact("level", "choice", ("central", "central", "regional")),
        Fact("staff", "integer", (900, 1.3), 0.95), Fact("it_staff", "integer", (30, 1.2), 0.8),
    )),
    Sort("regulation", "Regulation", 2_000, "Regulation", (
        Fact("number", "code", ("R",)), Fact("issued_on", "date", (1995, 2026)),
    )),
    Sort("centre", "DataCentre", 150, "Data centre", (
        Fact("tier", "choice", (1, 2, 3, 3, 4)), Fact("racks", "integer", (60, 0.8)),
        Fact("facility_kind", "choice", ("national_data_centre", "agency_data_centre", "server_room", "recovery_site")),
        *_RESOURCE,
    )),
    Sort("network", "Network", 4_000, "Network", (
        Fact("network_kind", "choice", ("government_intranet", "agency_intranet", "wide_area", "local")),
        Fact("bandwidth_mbps", "integer", (1_000, 1.0), 0.9),
    )),
    Sort("contract", "SupplyContract", 14_000, "Contract", (
        Fact("number", "code", ("C",)), Fact("signed_on", "date", (2015, 2026)), Fact("expires_on", "date", (2024, 2032)),
        Fact("contract_kind", "choice", ("delivery", "development", "maintenance", "hosting", "line")),
        Fact("contract_value", "money", (200_000, 1.5)),
    )),
    Sort("agreement", "SharingAgreement", 4_000, "Agreement", (
        Fact("number", "code", ("S",)), Fact("signed_on", "date", (2015, 2026)), Fact("expires_on", "date", (2024, 2032), 0.8),
        Fact("status", "choice", ("signed", "active", "active", "active", "suspended", "ended")),
        Fact("provider", "reference", ("agency",)), Fact("consumers", "references", ("agency",)),
    )),
    Sort("software", "SoftwareProduct", 3_000, "Software", (
        Fact("software_kind", "choice", ("operating_system", "database_system", "application_server", "web_server", "security")),
        Fact("licence_type", "choice", ("open_source", "perpetual", "subscription")),
        Fact("end_of_support", "date", (2022, 2036), 0.8),
    )),
    Sort("device", "NetworkDevice", 45_000, "Network device", (
        Fact("device_kind", "choice", ("router", "switch", "switch", "load_balancer", "firewall", "vpn")), *_RESOURCE,
    )),
    Sort("storage", "StorageDevice", 32_000, "Storage", (
        Fact("access_method", "choice", ("san", "nas", "das", "object", "tape")),
        Fact("capacity_terabytes", "decimal", (60, 1.0)), *_RESOURCE,
    )),
    Sort("server", "Server", 190_000, "Server", (
        Fact("role", "choice", ("application", "application", "web", "database", "integration", "file", "backup")),
        Fact("server_class", "choice", ("linux", "linux", "windows", "unix")), Fact("is_virtual", "flag", (0.7,)),
        Fact("cores", "integer", (16, 0.7)), Fact("memory_gigabytes", "integer", (64, 0.8)), *_RESOURCE,
    )),
    Sort("database", "DatabaseInstance", 60_000, "Database", (
        Fact("database_system", "reference", ("software",), 0.8), Fact("volume_gigabytes", "decimal", (120, 1.6)),
        Fact("is_replicated", "flag", (0.3,)), _CLASSIFICATION, _PERSONAL, _COST,
    )),
    Sort("system", "System", 30_000, "System", (
        Fact("code", "code", ("SYS",)), Fact("criticality", "choice", ("vital", "important", "important", "ordinary", "ordinary"), 0.9),
        Fact("application_kind", "choice", ("common", "special", "special", "special")), Fact("public_facing", "flag", (0.25,)),
        Fact("users", "integer", (2_000, 1.8), 0.8), Fact("operator", "reference", ("agency",), 0.5),
        Fact("hosting", "choice", ("national_data_centre", "own_data_centre", "government_cloud", "commercial_cloud")),
        Fact("development_cost", "money", (350_000, 1.5), 0.8), Fact("recovery_time_hours", "decimal", (24, 1.0), 0.5),
        _CLASSIFICATION, _PERSONAL, _COST, _FUNDING, _LEGAL, _ACTIVE, Fact("end_of_life_on", "date", (2026, 2040), 0.15),
    )),
    Sort("interface", "SystemInterface", 90_000, "Interface", (
        Fact("protocol", "choice", ("rest", "rest", "soap", "message_queue", "file_transfer")),
        Fact("authentication", "choice", ("certificate", "token", "password", "network")), _ACTIVE,
    )),
    Sort("function", "ApplicationService", 120_000, "Application service"),
    Sort("data", "DataSet", 110_000, "Data", (
        Fact("subject", "choice", ("person", "business", "land", "vehicle", "finance", "government")),
        Fact("update_frequency", "choice", ("realtime", "daily", "monthly", "yearly")), Fact("records", "integer", (400_000, 2.0)),
        Fact("steward", "reference", ("agency",), 0.5), _CLASSIFICATION, _PERSONAL,
    )),
    Sort("process", "BusinessProcess", 210_000, "Process"),
    Sort("service", "PublicService", 85_250, "Service", (
        Fact("code", "code", ("SVC",)), Fact("channel", "choice", ("electronic", "electronic", "hybrid", "in_person")),
        Fact("users_per_year", "integer", (9_000, 2.0)), Fact("cases_per_year", "integer", (4_000, 2.0), 0.8),
        Fact("maturity_level", "choice", (1, 2, 3, 3, 4, 5), 0.8), _LEGAL, _ACTIVE,
    )),
)  # fmt: skip

_EXCHANGE = (
    Fact("protocol", "choice", ("rest", "rest", "soap", "message_queue", "file_transfer", "database_link")),
    Fact("format", "choice", ("json", "json", "xml", "csv", "fixed_width")),
    Fact("frequency", "choice", ("realtime", "daily", "monthly", "on_demand")),
    Fact("records_per_month", "integer", (50_000, 2.0), 0.8),
    Fact("data_set", "reference", ("data",), 0.7),
    Fact("agreement", "reference", ("agreement",), 0.4),
    Fact("through", "reference", ("system",), 0.3),
    _CLASSIFICATION,
    _PERSONAL,
)
_READS = (Fact("access_type", "choice", ("read",)),)
_WRITES = (Fact("access_type", "choice", ("write",)), Fact("origin", "choice", ("collected", "derived"), 0.5))

#: The agencies' tree comes before these. The last fills what is missing to the number wanted.
WIRINGS: tuple[Wiring, ...] = (
    Wiring("Serving", "network", "device", 45_000, "source"),
    Wiring("Serving", "centre", "storage", 32_000, "source", skew=2),
    Wiring("Serving", "centre", "server", 190_000, "source", skew=2),
    Wiring("Serving", "device", "server", 250_000, "source", redundant=True),
    Wiring("Serving", "storage", "server", 190_000, "source"),
    Wiring("Serving", "software", "server", 200_000, "source", near=0.1),
    Wiring("Assignment", "server", "database", 75_000, "source", near=0.95),
    Wiring("Serving", "server", "system", 190_000, "source", near=0.95, redundant=True),
    Wiring("Serving", "database", "system", 75_000, "source", near=0.95, redundant=True),
    Wiring("Serving", "system", "system", 60_000, "source", near=0.2, skew=6),
    Wiring(
        "DataExchange", "system", "system", 180_000, "source", near=0.5, skew=4, back=0.004,
        facts=_EXCHANGE,
    ),
    Wiring("Composition", "system", "interface", 90_000, "source", near=1.0),
    Wiring("Serving", "interface", "system", 120_000, "source", near=0.4, skew=5),
    Wiring("Realization", "system", "function", 130_000, "source", near=0.98),
    Wiring("Serving", "function", "function", 60_000, "source", back=0.002),
    Wiring("Access", "system", "data", 120_000, "source", near=1.0, facts=_WRITES),
    Wiring("Access", "system", "data", 150_000, "target", near=0.6, skew=4, facts=_READS),
    Wiring("Access", "process", "data", 140_000, "target", near=0.8, facts=_READS),
    Wiring("Triggering", "process", "process", 160_000, "source", near=0.97, back=0.01),
    Wiring("Realization", "process", "service", 150_000, "source", near=0.95),
    Wiring("Serving", "system", "service", 80_000, "source", near=0.9),
    Wiring("Assignment", "agency", "process", 110_000, "source", near=0.97),
    Wiring("Association", "regulation", "service", 60_000, "source", near=0.3),
    Wiring("Association", "contract", "system", 30_000, "source", near=0.9),
    Wiring("Association", "agreement", "data", 8_000, "source", near=0.9),
    Wiring("Serving", "function", "process", 104_401, "source", near=0.85, skew=4),
)  # fmt: skip

SUBJECTS = (
    "taxes", "customs", "pensions", "health", "schools", "roads", "land", "forests", "fisheries", "energy", "water",
    "courts", "police", "statistics", "elections", "procurement", "archives", "passports", "vehicles", "housing",
    "agriculture", "trade", "tourism", "labour", "culture", "defence", "meteorology", "census", "licences", "subsidies",
)  # fmt: skip
ACTIVITIES = (
    "registration", "payment", "inspection", "planning", "reporting", "archiving", "exchange", "approval", "billing",
    "monitoring", "publication", "verification", "allocation", "recruitment", "training", "audit", "dispatch", "appeal",
)  # fmt: skip
PLACES = (
    "north", "south", "east", "west", "central", "coastal", "highland", "island", "river", "harbour", "valley", "border",
)  # fmt: skip
#: Names in another language, for some.
TRANSLATED: Mapping[str, str] = {"System": "Aplikasi", "Service": "Layanan", "Agency": "Instansi", "Data": "Data"}
