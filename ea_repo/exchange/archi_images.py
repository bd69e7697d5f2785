"""The pictures that views show, as files beside a model of Archi."""

import base64
import binascii
from collections.abc import Iterator

from ea_repo.exchange.bundle import Bundle


def images_of(bundle: Bundle) -> Iterator[tuple[str, bytes]]:
    """Each picture once, by its path in the archive. What is no picture in base64, or leads elsewhere, is passed over."""
    seen: set[str] = set()
    for view in bundle.views:
        images = view.content.extra.get("images")
        for path, text in images.items() if isinstance(images, dict) else ():
            if path in seen or path.startswith("/") or ".." in path.split("/") or not isinstance(text, str):
                continue
            seen.add(path)
            try:
                yield path, base64.b64decode(text.partition(",")[2], validate=True)
            except binascii.Error:
                continue
