"""Files that are sent here: the body of a request as a file, on the disk where it is large."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, BinaryIO, cast

from fastapi import Request

from ea_repo.errors import UnknownFormat

#: A file up to this size stays in memory.
_IN_MEMORY = 1_000_000
BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


def file_body(description: str) -> dict[str, Any]:
    """What the document says of an operation whose body is a file: `openapi_extra` of its route."""
    content = {"application/octet-stream": BINARY}
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
