"""Groups whose commands are only made when one is called or shown."""

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from typing import Any


class LazyCommands(MutableMapping[str, Any]):
    """Commands by name: `names` tells which there are, `load` makes one, `has` tells of one where that is quicker."""

    def __init__(
        self,
        names: Callable[[], Iterable[str]],
        load: Callable[[str], Any],
        has: Callable[[str], bool] | None = None,
    ) -> None:
        self._names = names
        self._load = load
        self._has = has or (lambda name: name in self._names())
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            if not self._has(name):
                raise KeyError(name)
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(list(self._names()))
