"""Answers as JSON: what is encoded once and shared says the same as everything encoded for itself."""

import json
from dataclasses import asdict, dataclass

from api.encoding import answer_json
from ea_repo.analysis.chains import Step

_FIRST = Step("r1", "Serving", 'gov:"tax"', "gov:portal")
_SECOND = Step("r2", "Flow", "gov:portal", "gov:재정")


@dataclass(frozen=True, slots=True)
class _Row:
    uid: str
    size: int
    share: float | None
    chain: tuple[Step, ...]
    more: tuple[Step, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _OnlyChain:
    chain: tuple[Step, ...]


def test_rows_with_chains_say_what_they_say_without_sharing() -> None:
    rows = [
        _Row("a", 1, 0.5, (_FIRST,)),
        _Row("b", 2, None, (_FIRST, _SECOND), (_SECOND,), ("x", "y")),
        _Row("c", 3, 1e-9, ()),
        _OnlyChain((_SECOND, _FIRST)),
        _OnlyChain((_FIRST, _SECOND, _FIRST)),
        _OnlyChain((_SECOND, _SECOND, _FIRST)),
        _OnlyChain((_FIRST, _SECOND, Step("\u007f\u0001\n/", "Flow", "\\", "\u2028"))),
    ]
    told = json.loads(answer_json(rows, 9, 4))
    assert told == {"items": json.loads(json.dumps([asdict(each) for each in rows])), "total": 9, "changeset": 4}


def test_an_answer_without_rows_is_json_too() -> None:
    assert json.loads(answer_json([], 0, 7)) == {"items": [], "total": 0, "changeset": 7}
