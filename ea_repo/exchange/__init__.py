"""File formats in and out: one module a format, found by the catalogue."""

from ea_repo.exchange.bundle import Bundle
from ea_repo.exchange.reading import formats, read

__all__ = ["Bundle", "formats", "read"]
