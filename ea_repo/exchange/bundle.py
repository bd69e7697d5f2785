"""The neutral content of a model file: what every reader makes and every importer takes. It knows no file
format.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ea_repo.metamodel.finding import Finding
from ea_repo.store.records import Property
from ea_repo.store.view_content import ViewContent


@dataclass(slots=True)
class BundleConcept:
    """An element or relationship as the file says it. `identifier`, `source`, `target`, `folder` are the
    file's own
    identifiers; `type` is a type of the metamodel. `attributes` holds what the format says in a field of its
    own
    (access_type, strength, directed, junction kind); ndjson says all in it. Owner and dates are None where the file
    says nothing of them. An end may also be a uid, of something that the repository has.

    `uid` is set for a concept of another model: what it is called there. Of a proxy nothing but that it is there is
    meant: it lets relationships and views reach it."""

    identifier: str
    type: str
    name: str = ""
    description: str | None = None
    specialization: str | None = None
    source: str | None = None
    target: str | None = None
    folder: str | None = None
    owner: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    properties: list[Property] = field(default_factory=list)
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    file: str | None = None
    line: int | None = None
    uid: str | None = None
    is_proxy: bool = False


@dataclass(slots=True)
class BundleFolder:
    identifier: str
    name: str
    parent: str | None = None
    type: str | None = None
    description: str | None = None
    position: int = 0
    properties: list[Property] = field(default_factory=list)
    translations: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class BundleView:
    """`content` names concepts and views by the file's identifiers. `uid` is set for a view of another model; a cut
    one shows less than the repository's."""

    identifier: str
    name: str
    description: str | None = None
    viewpoint: str | None = None
    kind: str = "archimate"
    folder: str | None = None
    content: ViewContent = field(default_factory=ViewContent)
    properties: list[Property] = field(default_factory=list)
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    line: int | None = None
    uid: str | None = None
    is_cut: bool = False


@dataclass(slots=True)
class Bundle:
    """One model. `holds` counts what the file holds, faulty entries included: {"elements": 120,
    "relationships": 178, "views": 17}.

    One that is of several models was exported from them: it describes none.

    `concepts` are in file order, ends resolved: a concept whose end is missing is not in it but in
    `findings`.
    """

    format: str
    identifier: str | None
    name: str
    description: str | None = None
    properties: list[Property] = field(default_factory=list)
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    concepts: list[BundleConcept] = field(default_factory=list)
    folders: list[BundleFolder] = field(default_factory=list)
    views: list[BundleView] = field(default_factory=list)
    holds: Mapping[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    is_of_several: bool = False
    says_kinds: bool = True  # whether a property without a data type has none, or the format just cannot say
