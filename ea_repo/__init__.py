"""An enterprise-architecture repository for a whole government. `open_repository(url)` is the way in.

Names are resolved on first use (PEP 562), so that importing the package costs nothing.
"""

__version__ = "0.1.0"
__all__ = ["Repository", "__version__", "open_repository"]

TYPE_CHECKING = False  # that of `typing` takes longer to load than a kept picture to be written
if TYPE_CHECKING:
    from ea_repo.repository import Repository, open_repository


def __getattr__(name: str) -> object:
    if name not in ("Repository", "open_repository"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ea_repo import repository

    return getattr(repository, name)
