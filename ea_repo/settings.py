"""Settings: what the environment and `ea-repo.toml` say, checked. What a setting does is said where it is used.

A value comes from the variable `EA_REPO_<NAME>`, else from the file (`EA_REPO_CONFIG`, or `ea-repo.toml` in the current
folder), else it is the default here.
"""

import getpass
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from ea_repo.environment import FILE_VARIABLE, PREFIX, cache_home, settings_file, variable, variables
from ea_repo.errors import InvalidInput, Problem

#: Variables of the test run share the prefix and are not settings.
_TEST_PREFIX = f"{PREFIX}TEST_"
_MASK = "***"
_ADDRESS_HINT = "sqlite:///folder/file.db, the path of a file, or postgresql://user:password@host/name"
_POSTGRES = re.compile(r"postgres(ql)?(\+psycopg)?://")
# Greedy up to the last @, as a password may hold : and / where somebody forgot to escape them.
_SECRET = re.compile(r"(://[^:@/\s,]*:)[^\s,]*(?=@)|(password=)[^&\s,]*", re.IGNORECASE)

Words = tuple[str, ...]
#: Makes the value of a setting of what the environment or the file says; `ValueError` says what would be right.
Reading = Callable[[object], Any]


def _meant(reading: Reading, description: str) -> dict[str, Any]:
    return {"reading": reading, "description": description}


def _text_in(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("should be text")
    return value


def _path_in(value: object) -> Path:
    return Path(_text_in(value))


def _words_in(value: object) -> Words:
    words = [each for each in re.split(r"[,\s]+", value) if each] if isinstance(value, str) else value
    if not isinstance(words, list | tuple) or not all(isinstance(each, str) for each in words):
        raise ValueError("should be a list of texts, or texts separated by commas")
    return tuple(words)


def _address_in(value: object) -> str:
    return database_address(_text_in(value))


def _standbys_in(value: object) -> Words:
    addresses = tuple(map(database_address, _words_in(value)))
    if any(not address.startswith("postgresql") for address in addresses):
        raise ValueError("only PostgreSQL has standbys; write postgresql://user:password@host/name")
    return addresses


def _number_in(least: int, most: int) -> Reading:
    def number(value: object) -> int:
        text = str(value)
        if isinstance(value, bool) or not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"should be a whole number from {least:,} to {most:,}")
        return int(text)

    return number


def _one_of(*allowed: str) -> Reading:
    def chosen(value: object) -> str:
        if value not in allowed:
            raise ValueError(f"should be one of {', '.join(allowed)}")
        return str(value)

    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one installation may choose. Every field has a description: the reference page is made from it."""

    database_url: str = field(
        default="sqlite:///ea-repo.db",
        metadata=_meant(_address_in, "The repository's database: " + _ADDRESS_HINT + "."),
    )
    read_urls: Words = field(
        default=(),
        metadata=_meant(
            _standbys_in,
            "PostgreSQL hot standbys that answer what they have already, separated by commas. None: the database itself.",
        ),
    )
    graph_folder: Path | None = field(
        default=None,
        metadata=_meant(
            _path_in,
            "Where the dependency graph of a large repository, and pictures that were drawn, are kept, so that a new process "
            "answers at once. None: beside a SQLite file; for PostgreSQL, the user's cache folder.",
        ),
    )
    dot: Path | None = field(
        default=None,
        metadata=_meant(_path_in, "The Graphviz program that lays diagrams out. None: the first engine found."),
    )
    allowed_hosts: Words = field(
        default=(),
        metadata=_meant(
            _words_in, "Host names under which the service is reached, separated by commas. None: this machine only."
        ),
    )
    upload_megabytes: int = field(
        default=200,
        metadata=_meant(_number_in(1, 10_000), "The largest file or request body that the service takes."),
    )
    language: Literal["en", "id", "ko"] = field(
        default="en",
        metadata=_meant(_one_of("en", "id", "ko"), "Language of labels: en (English), id (Indonesian) or ko (Korean)."),
    )
    author: str = field(
        default_factory=lambda: _login_name(),
        metadata=_meant(_text_in, "Who the changesets written by the command are by. None: the login name."),
    )

    @property
    def upload_bytes(self) -> int:
        return self.upload_megabytes * 1_000_000


#: Every setting by its name; `metadata["description"]` says what it is.
FIELDS: Mapping[str, "Field[Any]"] = {each.name: each for each in fields(Settings)}


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting as people may see it: passwords masked. `source` is the variable, the file, or "default"."""

    name: str
    value: str
    source: str
    description: str


def cache_folder() -> Path:
    """Where this program keeps what it can make anew, where there is no better place."""
    return Path(cache_home()) / "ea-repo"


def read_settings() -> Settings:
    """The settings in force. `InvalidInput` names every key that is unknown or wrong, and where it stands."""
    path, values = _file()
    problems = [*_unknown_variables(), *_unknown_keys(path, values)]
    said = {name: value for name, value in values.items() if name in FIELDS}
    said |= {name: text for name in FIELDS if (text := variable(name))}
    read: dict[str, Any] = {}
    for name, value in said.items():
        try:
            read[name] = FIELDS[name].metadata["reading"](value)
        except ValueError as error:
            problems.append(_problem(name, str(error), path))
    if problems:
        more = "" if len(problems) == 1 else f" (and {len(problems) - 1} more)"
        raise InvalidInput(f"{_sentence(problems[0])}{more}", errors=problems)
    return Settings(**read)


def shown(settings: Settings) -> list[Shown]:
    """Every setting with its value, for people."""
    path, values = _file()
    return [
        Shown(name, masked(_text(getattr(settings, name))), _source(name, path, values), each.metadata["description"])
        for name, each in FIELDS.items()
    ]


def database_address(text: str) -> str:
    """A database address as SQLAlchemy reads it. A bare path is a SQLite file; PostgreSQL is reached by psycopg 3."""
    if match := _POSTGRES.match(text):
        return f"postgresql+psycopg://{text[match.end() :]}"
    if "://" not in text:
        return f"sqlite:///{text}"
    if not text.startswith("sqlite:///") or text == "sqlite:///":
        raise ValueError(f'"{masked(text)}" is not a database address; write {_ADDRESS_HINT}')
    return text


def masked(text: str) -> str:
    """The text without the passwords of the addresses in it."""
    return _SECRET.sub(lambda match: f"{match[1] or match[2]}{_MASK}", text)


def _file() -> tuple[Path, dict[str, Any]]:
    path = Path(settings_file())
    if not path.is_file():
        if variables().get(FILE_VARIABLE):
            raise InvalidInput(f"{FILE_VARIABLE} names {path}, which is not a file; name a TOML file or unset it")
        return path, {}
    try:
        return path, tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} is not TOML in UTF-8: {error}") from error


def _unknown_variables() -> list[Problem]:
    known = {f"{PREFIX}{name.upper()}" for name in FIELDS} | {FILE_VARIABLE}
    return [
        Problem(name, "is not a setting", "unknown-setting", _nearest(name, known))
        for name in sorted(variables())
        if not name.startswith(_TEST_PREFIX) and name not in known
    ]


def _unknown_keys(path: Path, values: Mapping[str, Any]) -> list[Problem]:
    known = set(FIELDS)
    return [
        Problem(f"{path}: {name}", "is not a setting", "unknown-setting", _nearest(name, known))
        for name in values
        if name not in known
    ]


def _nearest(name: str, known: set[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return close[0] if close else "one of " + ", ".join(sorted(known))


def _problem(name: str, detail: str, path: Path) -> Problem:
    place = f"{PREFIX}{name.upper()}" if variable(name) else f"{path}: {name}"
    return Problem(place, detail, "bad-setting", FIELDS[name].metadata["description"])


def _sentence(problem: Problem) -> str:
    hint = f" (expected: {problem.expected.rstrip('.')})" if problem.expected else ""
    return f"{problem.pointer}: {problem.detail}{hint}"


def _source(name: str, path: Path, values: Mapping[str, Any]) -> str:
    if variable(name):
        return f"{PREFIX}{name.upper()}"
    return str(path) if name in values else "default"


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _login_name() -> str:
    # A container may run under a number that has no name.
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"
