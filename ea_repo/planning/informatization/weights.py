"""How much each feature counts when systems are compared: as `similarity.toml` says, or as a planner asks."""

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any, TypeVar

from ea_repo.errors import InvalidInput, Problem
from ea_repo.planning.informatization.system_profiles import settings

Found = TypeVar("Found")

#: The features, in the order in which reports ask for their weights.
_SAME: Mapping[str, str] = {
    "function": "that functions are the same",
    "data": "that data are the same",
    "service": "that services are the same",
    "text": "that names and descriptions are alike",
    "technology": "that technology is the same",
    "users": "that users are the same",
}
_HELP = "How much {} counts, instead of the weight that is set; 0 leaves it out."
_ASKED = {f"{feature}_weight": Annotated[int | None, _HELP.format(same), range(101)] for feature, same in _SAME.items()}


def with_weights(report: Callable[..., Found]) -> Callable[..., Found]:
    """The report with a parameter for each weight, `function_weight` and so on, in place of its last one, `weights`."""

    @wraps(report)
    def asked(*arguments: Any, **named: Any) -> Found:
        given = {feature: named.pop(f"{feature}_weight", None) for feature in _SAME}
        return report(*arguments, weights=weights_of(**given), **named)

    own = signature(report)
    kept = [each for each in own.parameters.values() if each.name != "weights"]
    kept += [Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=hint) for name, hint in _ASKED.items()]
    asked.__signature__ = own.replace(parameters=kept)  # type: ignore[attr-defined]
    asked.__annotations__ = {**report.__annotations__, **_ASKED}
    del asked.__annotations__["weights"]
    return asked


def weights_of(**asked: int | None) -> dict[str, float]:
    """The weights set, with those asked for in their place. `InvalidInput` where none is above 0."""
    found = {name: value if asked.get(name) is None else asked[name] for name, value in settings()["weights"].items()}
    if not any(found.values()):
        detail = "every weight is 0; give at least one feature a weight"
        raise InvalidInput(detail, errors=[Problem("/weights", detail, expected="a weight above 0")])
    return {name: float(value or 0) for name, value in found.items()}
