"""Text files that the user names."""

from pathlib import Path

from ea_repo.errors import MalformedRequest, NotFound


def read_text(file: Path, what: str) -> str:
    """The text of a file; the error says `what` should have been named."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}; name {what}") from error
    except UnicodeDecodeError as error:
        raise MalformedRequest(f"{file} is not UTF-8 at byte {error.start}; save it as UTF-8") from error
