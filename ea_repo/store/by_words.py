"""Which concepts of a state have words in them: what its search and its lists begin with."""

from sqlalchemy import select

from ea_repo.store import images, search
from ea_repo.store.by_key import ByKey
from ea_repo.store.search import CANDIDATES


class ByWords(ByKey):
    """Ids of concepts by words, now, in the past and with a draft."""

    def _matches(self, words: str, limit: int | None = CANDIDATES) -> list[int]:
        """The ids of concepts that have every word, the likeliest first; without a limit, of all."""
        if self.is_past:
            found = self._past_matches(words)
        else:
            found = search.candidates(self.connection, words, limit)
        if self.draft is not None:
            changed = self.draft.overlay.changed
            found = [*(id_ for id_ in found if id_ not in changed), *self.draft.overlay.matching(words)]
        return list(dict.fromkeys((*self._identified(words), *found)))

    def _identified(self, words: str) -> list[int]:
        """The ids of the concepts with this very uid or, in any model, identifier."""
        name = words.strip()
        if not name.isprintable() or len(name.split()) != 1:
            return []
        table = self.table("concept")
        uids = [name] if ":" in name else [f"{model.uid}:{name}" for model in self.models()]
        found: list[int] = []
        for chunk in images.chunks(uids):
            found.extend(self.connection.execute(select(table.c.id).where(table.c.uid.in_(chunk))).scalars())
        return sorted(found)

    def _past_matches(self, words: str) -> list[int]:
        table = self.table("concept")
        columns = ("id", "uid", "name", "description", "specialization", "attributes", "properties", "translations")
        rows = self.connection.execute(select(*(table.c[name] for name in columns)))
        return [row.id for row in rows if search.matches(words, search.document(row.uid, dict(row._mapping)))]
