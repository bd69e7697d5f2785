"""Files that come and go: the body of a request as a file, on the disk where it is large, and one that is sent and forgotten."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from fastapi import Request

from ea_repo.errors import UnknownFormat

#: A file up to this size stays in memory.
_IN_MEMORY = 1_000_000
_PIECE = 256 * 1024
BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


def file_body(description: str, media_type: str = "application/octet-stream") -> dict[str, Any]:
    """What the document says of an operation whose body is a file: `openapi_extra` of its route."""
    content = {media_type: BINARY}
    return {"requestBody": {"required": True, "description": description, "content": content}}


@asynccontextmanager
async def received(request: Request, example: str) -> AsyncIterator[BinaryIO]:
    """What was sent, read from its beginning. Forms are refused with the `example` of a file to send instead."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise UnknownFormat(f"send the file itself as the body, such as curl --data-binary @{example}")
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        async for chunk in request.stream():
            file.write(chunk)
        file.seek(0)
        yield cast(BinaryIO, file)


def deleted_after(path: Path, folder: tempfile.TemporaryDirectory[str]) -> Iterator[bytes]:
    """A file piece by piece; its folder is taken away at the end, whoever ends it."""
    with folder, path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
