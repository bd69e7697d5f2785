"""`diagram export` of a picture that was made before: the same command line, settings, database, changeset and day.

Told from the words of the command line, before anything of the program is loaded. Whatever is not quite plain here is
left to the command: a draft, a book, standard output, a database that is not SQLite.
"""

import os
import sys
from collections.abc import Callable, Sequence

from ea_repo import clock, environment
from ea_repo.kept_pictures import KeptPictures, key_of
from ea_repo.store.glance import identity_of_file, stamp_of_file
from ea_repo.whole_file import write_whole

TYPE_CHECKING = False  # that of `typing` takes as long to load as all the rest here
if TYPE_CHECKING:
    from pathlib import Path

_DATABASE, _OUTPUT = ("-d", "--database"), ("-o", "--output")
_NOT_KEPT = ("--draft", "--all", "--help", "-h", "--")
_USUAL_DATABASE = "sqlite:///ea-repo.db"


class Export:
    """One export: the `words` that say what is drawn, where to, and from which database and its file."""

    def __init__(
        self, words: tuple[str, ...], output: str, address: str, database: str, folder: str | None, config: str
    ) -> None:
        self.words = words
        self.output = output
        self.address = address
        self.database = database
        self.config = config
        beside, name = os.path.split(os.path.abspath(database))
        self.pictures = KeptPictures(os.path.join(folder or beside, f"{name}.pictures"))

    def key(self) -> str | None:
        """What the picture is kept by; None while there is no changeset."""
        identity = self._identity()
        if not identity:
            return None
        settings = sorted(environment.variables().items())
        ending = os.path.splitext(self.output)[1].lower()
        return key_of(identity, clock.day(), "export", self.words, ending, settings, self.config)

    def _identity(self) -> str:
        """That of the database's present: as it was noted beside the pictures, if the file is as it was, else asked."""
        stamp = stamp_of_file(self.database, clock.nanoseconds())
        key = key_of(stamp, "", "identity", os.path.abspath(self.database))
        noted = self.pictures.get(key) if stamp else None
        if noted is not None:
            return noted.decode()
        identity = identity_of_file(self.database)
        if stamp and identity:
            self.pictures.put(key, identity.encode())
        return identity

    def write_again(self) -> bool:
        """Writes the kept picture, as the command would; False where there is none, or it cannot be written."""
        key = self.key()
        picture = None if key is None else self.pictures.get(key)
        if picture is None:
            return False
        try:
            write_whole(self.output, picture)
        except OSError:  # the command says what is wrong
            return False
        sys.stderr.write(f"wrote {self.output}\n")
        return True


def keeping(arguments: Sequence[str], output: "Path", address: str) -> Callable[[bytes], None]:
    """What keeps the picture, to be had before its state is opened.

    Nothing is kept where the words were read otherwise than by the command, or a changeset came in between.
    """
    from pathlib import Path

    from ea_repo.settings import database_address

    export = asked(arguments)
    if export is None or Path(export.output) != output or database_address(export.address) != database_address(address):
        return lambda _: None
    key = export.key()

    def keep(picture: bytes) -> None:
        if key is not None and export.key() == key:
            export.pictures.put(key, picture)

    return keep


def asked(arguments: Sequence[str]) -> Export | None:
    """The export that a command line asks for; None where it asks for something else, or for what is not kept."""
    words = list(arguments)
    databases = _taken(words, _DATABASE, words.index("diagram") if "diagram" in words else 0)
    if words[:2] != ["diagram", "export"] or any(each.partition("=")[0] in _NOT_KEPT for each in words):
        return None
    outputs = _taken(words, _OUTPUT, len(words))
    if len(databases) > 1 or len(outputs) != 1 or outputs[0] in ("", "-") or not outputs[0].isprintable():
        return None
    try:
        config, values = _config()
    except (OSError, ValueError):
        return None
    named = databases[0] if databases else environment.variable("database_url")
    address = named or values.get("database_url") or _USUAL_DATABASE
    folder = environment.variable("graph_folder") or values.get("graph_folder")
    database = _file(address)
    return None if database is None else Export(tuple(words[2:]), outputs[0], address, database, folder, config)


def _taken(words: list[str], names: tuple[str, str], end: int) -> list[str]:
    """The values of an option among the first words, which are taken out."""
    short, long = names
    found: list[str] = []
    at = 0
    while at < min(end, len(words)):
        word = words[at]
        if word in names and at + 1 < len(words):
            value, size = words[at + 1], 2
        elif word.startswith(f"{long}="):
            value, size = word[len(long) + 1 :], 1
        elif word.startswith(short) and not word.startswith("--") and len(word) > len(short):
            value, size = word[len(short) :], 1
        else:
            at += 1
            continue
        found.append(value)
        del words[at : at + size]
        end -= size
    return found


def _config() -> tuple[str, dict[str, str]]:
    """The text of the settings' file and what it says; empty where there is none."""
    try:
        with open(environment.settings_file(), encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return "", {}
    import tomllib

    return text, tomllib.loads(text)


def _file(address: str) -> str | None:
    """The file of a SQLite database; None of another, or where the address says more than that."""
    if "://" not in address:
        return address
    path = address.removeprefix("sqlite:///")
    return None if path == address or "?" in path else path
