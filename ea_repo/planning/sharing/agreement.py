"""A sharing agreement as a paper to be signed, filled from the register: what stands in it, apart from any file format."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ea_repo.errors import NotFound
from ea_repo.planning.papers.paper import Paper, Section, plain
from ea_repo.planning.sharing.register import AGREEMENT, DATA_SET, EXCHANGE
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from ea_repo.wording import Word, speaker


def agreement_text(state: State, uid: str, language: str = "en") -> Paper:
    """The text of a sharing agreement in a language; what nobody recorded is a dotted line to be filled in by hand.

    It covers the data sets that the agreement is associated with and those that are exchanged under it. `NotFound` where the
    uid is none, or something else.
    """
    agreement = state.get(uid)
    if agreement.type not in state.metamodel.descendants(AGREEMENT):
        raise NotFound(f'"{uid}" is a {agreement.type}, not a sharing agreement', uid=uid, nearest=[])
    return _Filled(state, agreement, language).text()


class _Filled:
    """One agreement and what belongs to it, in one language."""

    def __init__(self, state: State, agreement: Concept, language: str) -> None:
        self.state, self.agreement, self.language = state, agreement, language
        self.word: Word = speaker("ea_repo.planning.sharing", language)
        self.terms: Mapping[str, Any] = agreement.attributes
        quoted = agreement.uid.replace("'", "''")
        self.exchanges = list(state.iterate(Query(types=(EXCHANGE,), filter=f"agreement eq '{quoted}'")))
        joins = state.relationships(agreement.uid, types=("Association",))
        covered = {end for each in joins for end in (each.source, each.target)}
        covered |= {each.attributes.get("data_set") for each in self.exchanges}
        named = {uid for each in (agreement, *self.exchanges) for uid in _named(each)}
        self.known = state.get_many(sorted(each for each in covered | named if each))
        data_types = state.metamodel.descendants(DATA_SET)
        self.data_sets = sorted(
            (each for uid, each in self.known.items() if uid in covered and each.type in data_types), key=lambda each: each.uid
        )  # fmt: skip

    def text(self) -> Paper:
        parties = [self.terms.get("provider"), *(self.terms.get("consumers") or ())]
        signed = [self._name(each) for each in parties] or [self.word("doc_blank")]
        return Paper(
            language=self.language,
            title=self.word("doc_title"),
            subtitle=self._name(self.agreement.uid, self.agreement),
            sections=tuple(self._sections()),
            signatures_heading=self.word("doc_signatures"),
            signatures=tuple(self._signature(each) for each in signed),
            made=plain(self.word("doc_made", uid=self.agreement.uid, changeset=self.state.number)),
            values=self._values(),
        )

    def _values(self) -> dict[str, str]:
        """What a template of one's own may name one by one."""
        dates = {
            name: plain(self.terms.get(name) or "") for name in ("number", "signed_on", "effective_on", "expires_on")
        }
        consumers = ", ".join(self._name(each) for each in self.terms.get("consumers") or ())
        return {
            **{name: said or self.word("doc_blank") for name, said in dates.items()},
            "provider": self._name(self.terms.get("provider")),
            "consumers": consumers or self.word("doc_blank"),
            "status": self._label(self.agreement, "status"),
            "uid": self.agreement.uid,
        }

    def _sections(self) -> Iterator[Section]:
        word = self.word
        consumers = self.terms.get("consumers") or (None,)
        yield Section(
            word("doc_parties"),
            ((word("doc_provider"), self._name(self.terms.get("provider"))),
             *((word("doc_consumer"), self._name(each)) for each in consumers)),
            key="parties",
        )  # fmt: skip
        yield Section(word("doc_ground"), sentences=tuple(self._rules()) or (word("doc_blank"),), key="ground")
        purposes = dict.fromkeys(
            each.attributes.get("purpose") or self._name(each.uid, each) for each in self.exchanges
        )
        told = tuple(map(plain, purposes))
        yield Section(word("doc_purpose"), sentences=told or (word("doc_blank"),), key="purpose")
        yield Section(word("doc_data"), table=self._data_table(), key="data")
        yield Section(word("doc_exchanges"), table=self._exchange_table(), key="exchanges")
        yield Section(word("doc_terms"), tuple(self._terms()), key="terms")
        yield Section(word("doc_duties"), sentences=tuple(self._duties()), key="duties")

    def _rules(self) -> Iterator[str]:
        uids = dict.fromkeys(uid for each in (self.agreement, *self.exchanges)
                             for uid in each.attributes.get("legal_basis") or ())  # fmt: skip
        for uid in uids:
            said = self.known[uid].attributes if uid in self.known else {}
            number, article = said.get("number"), said.get("article")
            yield ", ".join([self._name(uid), *(plain(each) for each in (number, article) if each)])

    def _data_table(self) -> tuple[tuple[str, ...], ...]:
        head = ("doc_data_set", "doc_classification", "doc_personal", "doc_fields")
        rows = [
            (
                self._name(each.uid), self._label(each, "classification"), self._yes(each.attributes.get("personal_data")),
                self._fields(each.uid),
            )
            for each in self.data_sets
        ]  # fmt: skip
        return self._headed(head, rows)

    def _headed(self, head: Sequence[str], rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
        """Rows under their headings; an empty one to be filled in where there are none."""
        return (tuple(map(self.word, head)), *(rows or [(self.word("doc_blank"),) * len(head)]))

    def _fields(self, data_set: str) -> str:
        fields = dict.fromkeys(
            field for each in self.exchanges if each.attributes.get("data_set") == data_set
            for field in each.attributes.get("fields") or ()
        )  # fmt: skip
        return plain(", ".join(fields)) or self.word("doc_blank")

    def _exchange_table(self) -> tuple[tuple[str, ...], ...]:
        head = ("doc_from", "doc_to", "doc_data_set", "doc_frequency", "doc_protocol", "doc_through")
        rows = [
            (
                self._name(each.source), self._name(each.target), self._name(each.attributes.get("data_set")),
                self._label(each, "frequency"), self._label(each, "protocol"),
                self._name(through) if (through := each.attributes.get("through")) else "–",
            )
            for each in self.exchanges
        ]  # fmt: skip
        return self._headed(head, rows)

    def _terms(self) -> Iterator[tuple[str, str]]:
        for name in ("number", "signed_on", "effective_on", "expires_on"):
            yield self.word(f"doc_{name}"), plain(self.terms.get(name) or "") or self.word("doc_blank")
        yield self.word("doc_status"), self._label(self.agreement, "status")
        levels = dict.fromkeys(each.attributes.get("service_level") for each in (self.agreement, *self.exchanges))
        said = "; ".join(plain(each) for each in levels if each)
        yield self.word("doc_service_level"), said or self.word("doc_blank")

    def _duties(self) -> Iterator[str]:
        yield self.word("doc_duty_purpose")
        onward = {True: "yes", False: "no", None: "open"}[self.terms.get("onward_sharing")]
        yield self.word(f"doc_duty_onward_{onward}")
        days = self.terms.get("retention_days")
        if days is not None:
            yield self.word("doc_duty_retention", days=days) if days else self.word("doc_duty_retention_none")
        if any(each.attributes.get("personal_data") for each in (*self.data_sets, *self.exchanges)):
            yield self.word("doc_duty_personal")
        yield self.word("doc_duty_log")

    def _signature(self, party: str) -> tuple[str, ...]:
        blank = self.word("doc_blank")
        lines = (f"{self.word(key)}: {blank}" for key in ("doc_sign_name", "doc_sign_date", "doc_sign_here"))
        return (self.word("doc_sign_for", agency=party), *lines)

    def _name(self, uid: str | None, concept: Concept | None = None) -> str:
        found = concept or self.known.get(uid or "")
        if found is None:
            return plain(uid or "") or self.word("doc_blank")
        return plain(found.translations.get(self.language, {}).get("name") or found.name or found.uid)

    def _label(self, concept: Concept, name: str) -> str:
        """What an attribute's value is called in the language."""
        value = concept.attributes.get(name)
        if value is None:
            return self.word("doc_blank")
        choices = self.state.metamodel.attributes(concept.type)[name].values
        return next(
            (plain(each.label.get(self.language) or each.name) for each in choices if each.name == value), plain(value)
        )

    def _yes(self, value: bool | None) -> str:
        return self.word("doc_blank" if value is None else "doc_yes" if value else "doc_no")


def _named(concept: Concept) -> Sequence[str]:
    """What a concept of the agreement names and the text needs."""
    said = concept.attributes
    single = (concept.source, concept.target, *(said.get(name) for name in ("provider", "data_set", "through")))
    return [each for each in (*single, *(said.get("consumers") or ()), *(said.get("legal_basis") or ())) if each]
