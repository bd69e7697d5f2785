"""`python -m benchmarks [NAME...] [--json]`: runs the benchmarks, all or those named, and prints one table.

A benchmark is a module `bench_<name>.py` with `run() -> Iterable[Result]`. Exits with 1 where a bound does not hold.
"""

import argparse
import importlib
import json
import sys
from pathlib import Path

from benchmarks.frame import Result, table


def names() -> list[str]:
    return sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Each figure that is claimed, as a ratio.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(names())}; all if none")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.names) - set(names()):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    results: list[Result] = []
    for name in asked.names or names():
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        results.extend(importlib.import_module(f"benchmarks.bench_{name}").run())
    print(json.dumps([result.to_json() for result in results], indent=2) if asked.json else table(results))
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
