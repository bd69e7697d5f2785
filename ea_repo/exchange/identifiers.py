"""From the identifiers of a file to uids and back: readable, stable, and never two for one."""

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

#: What a uid may not hold, and the sign that we escape it by.
_ESCAPED = re.compile(r"[\s/?#%\x00-\x1f\x7f]")
_LONGEST = 250
#: Nearly every identifier there is.
_PLAIN = re.compile(r"[A-Za-z0-9_.~:-]{1,250}")


def uid_of(model: str, identifier: str) -> str:
    """`model:identifier`, with spaces, slashes and the like written as %20, %2F ...; a very long one is
    shortened.
    """
    if _PLAIN.fullmatch(identifier):
        return f"{model}:{identifier}"
    escaped = _ESCAPED.sub(lambda found: quote(found[0], safe=""), identifier)
    if len(escaped) > _LONGEST:
        escaped = f"{escaped[:200]}~{hashlib.sha256(identifier.encode()).hexdigest()[:32]}"
    return f"{model}:{escaped}"


class Uids(dict[str, str]):
    """The uids of identifiers; one that is not among them gets its own in the model."""

    def __init__(self, model: str, identifiers: Iterable[str]) -> None:
        is_plain = _PLAIN.fullmatch
        super().__init__({each: f"{model}:{each}" if is_plain(each) else uid_of(model, each) for each in identifiers})
        self._model = model

    def __missing__(self, identifier: str) -> str:
        return uid_of(self._model, identifier)


def identifier_of(uid: str) -> str:
    """The identifier a file would use (a shortened one stays short)."""
    return unquote(uid.partition(":")[2])
