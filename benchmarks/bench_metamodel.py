"""Loading the built-in metamodel against reading its TOML alone, and bringing attributes in order against copying them."""

import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files

from benchmarks.frame import Result, in_turns, milliseconds
from ea_repo.metamodel import merge, standard
from ea_repo.metamodel.profile import read
from ea_repo.metamodel.rules import permissions

FILES = ("archimate.toml", "government.toml")
TIMES = 20_000


def run() -> Iterator[Result]:
    texts = [(files("ea_repo.metamodel") / name).read_text("utf-8") for name in FILES]

    def load() -> None:
        merge(read(texts[0], FILES[0], permissions.__wrapped__()), texts[1], FILES[1])

    def parse() -> None:
        for text in texts:
            tomllib.loads(text)

    ours, baseline = in_turns(lambda: milliseconds(load), lambda: milliseconds(parse), rounds=7)
    yield Result("load the metamodel", ours, baseline, "tomllib.loads of its files", at_most=2.5)

    metamodel, said = standard(), {"access_type": "read"}
    metamodel.normalise("BusinessActor", {})
    none, few, copies = in_turns(
        _again(lambda: metamodel.normalise("BusinessActor", {})),
        _again(lambda: metamodel.normalise("Access", said)),
        _again(lambda: dict(sorted(said.items()))),
        rounds=7,
    )
    yield Result(f"normalise no attributes, {TIMES:,} times", none, copies, "a sorted copy of one", at_most=2)
    yield Result(f"normalise one attribute, {TIMES:,} times", few, copies, "a sorted copy of one", at_most=8)


def _again(act: Callable[[], object]) -> Callable[[], float]:
    def all_times() -> None:
        for _ in range(TIMES):
            act()

    return lambda: milliseconds(all_times)
