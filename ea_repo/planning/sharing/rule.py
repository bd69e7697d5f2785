"""The rule by which candidates for sharing are ranked, as `sharing_plan.toml` sets it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Rule:
    """Weights of the score, working days of each part of the effort, whose users count, how many teams work."""

    citizens: float
    effort: float
    days: Mapping[str, int]
    target_groups: frozenset[str]
    teams: int


@cache
def rule() -> Rule:
    """What is set."""
    said = tomllib.loads((files(__package__) / "sharing_plan.toml").read_text("utf-8"))
    weights, plan = said["weights"], said["plan"]
    groups = frozenset(said["citizens"]["target_groups"])
    return Rule(weights["citizens"], weights["effort"], said["effort"], groups, plan["teams"])
