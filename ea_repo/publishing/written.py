"""What a publication has written so far, and the last of it: the pages about the whole, the search, what all pages share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ea_repo.publishing import assets, search_index
from ea_repo.publishing.assets import beyond_ascii
from ea_repo.publishing.lists import sheets
from ea_repo.publishing.making import MadePage, Maker
from ea_repo.publishing.manifest import Manifest, put
from ea_repo.publishing.overviews import Whole
from ea_repo.publishing.pictures import colour_rules, colours_in
from ea_repo.publishing.reuse import Record, digest
from ea_repo.publishing.site import Site
from ea_repo.wording import speaker


@dataclass(slots=True)
class Written:
    """What has been made so far."""

    folder: Path
    files: dict[str, str] = field(default_factory=dict)
    written: int = 0
    pages: int = 0
    standing: int = 0
    drawings: int = 0
    reused: int = 0
    colours: set[str] = field(default_factory=set)
    characters: set[str] = field(default_factory=set)

    def put(self, path: str, text: str) -> None:
        content = text.encode("utf-8", "replace")
        self.files[path] = digest(content)
        self.written += put(self.folder, path, content)

    def add(self, page: MadePage) -> None:
        self.written += page.written
        self.drawings += page.record.drawings - page.reused
        self.reused += page.reused
        self._share(page.record)

    def leave(self, record: Record) -> None:
        """What stands as it is."""
        self.reused += record.drawings
        self.standing += len(record.files)
        self._share(record)

    def _share(self, record: Record) -> None:
        self.files |= record.files
        self.pages += len(record.files)
        self.colours.update(record.colours.split())
        self.characters.update(record.characters)


def write_whole(maker: Maker, whole: Whole, done: Written, manifest: Manifest, is_intact: bool) -> Record:
    """The lists, the pages about the whole, the search, and what all pages share."""
    before = set(done.files)
    order, register = maker.order, maker.register
    sites = [maker.sites[language] for language in order.languages]
    planned = list(sheets(sites[0], whole))
    index = list(search_index.scripts(register))
    shared = [*(path for path, _ in index), *assets.PATHS]
    manifest.begin([*done.files, *shared, *(f"{lang}/{each.path}" for lang in order.languages for each in planned)])
    for site in sites:
        for sheet in planned:
            text = site.render(sheet.template, sheet.path, **sheet.context(site))
            done.put(f"{site.language}/{sheet.path}", text)
            done.characters |= beyond_ascii(text)
            done.pages += 1
    drawn = [each for one in whole.pictures for each in one.markup.values()]
    for shown in drawn:
        done.drawings, done.reused = done.drawings + (not shown.reused), done.reused + shown.reused
        done.colours |= colours_in(shown.markup)
    for path, text in [*index, ("index.html", _door(sites))]:
        done.put(path, text)
        done.characters |= beyond_ascii(text) if path == "index.html" else set()
    for path, content in assets.shared(done.characters, order.folder if is_intact else None):
        done.put(path, content)
    done.put("assets/colours.css", colour_rules(done.colours))
    files = {path: said for path, said in done.files.items() if path not in before}
    return Record(files, len(drawn), "", "")


def _door(sites: Sequence[Site]) -> str:
    """The page at the root: the choice of a language."""
    names = [(each.language, speaker("ea_repo.publishing", each.language)("language_name")) for each in sites]
    return sites[0].render("door.html", "index.html", names=names)
