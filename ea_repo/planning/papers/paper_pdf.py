"""A paper as a PDF, by typst. The template, `paper.typ` or one of one's own, gets the text as JSON, never as markup."""

import importlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ea_repo.errors import InvalidInput, MissingPart
from ea_repo.planning.papers.paper import Paper


def write(text: Paper, fonts: Path, template: bytes | None = None) -> bytes:
    """The document, set in the fonts of a folder where these have the characters. `MissingPart` without typst.

    `template` is typst of one's own: it reads `json(bytes(sys.inputs.text))`, with the fields of a `Paper`, as `paper.typ` does,
    and no file. `InvalidInput` says what typst finds wrong with it.
    """
    return write_fields(asdict(text), fonts, template)


def write_fields(said: Mapping[str, Any], fonts: Path, template: bytes | None = None) -> bytes:
    """The same, of the fields of a paper."""
    typst = needed_typst()
    with TemporaryDirectory() as nothing:
        try:
            written: bytes = typst.compile(
                template or (files(__package__) / "paper.typ").read_bytes(),
                root=nothing,
                font_paths=[str(fonts)],
                sys_inputs={"text": json.dumps(said)},
                format="pdf",
            )
        except RuntimeError as error:
            if template is None:
                raise
            raise InvalidInput(f"the template cannot be set: {str(error)[:500]}") from error
    return written


def needed_typst() -> Any:
    """What sets the pages. `MissingPart` where it is not installed."""
    try:
        return importlib.import_module("typst")
    except ImportError as error:
        raise MissingPart("PDF needs the extra pdf: pip install 'ea-repo[pdf]'; DOCX works without it") from error
