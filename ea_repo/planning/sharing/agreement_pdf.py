"""The text of an agreement as a PDF, by typst. The template `agreement.typ` gets the text as JSON, never as markup."""

import importlib
import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from ea_repo.errors import MissingPart
from ea_repo.planning.sharing.agreement import AgreementText


def write(text: AgreementText, fonts: Path) -> bytes:
    """The document, set in the fonts of a folder where these have the characters. `MissingPart` without typst."""
    typst = _typst()
    written: bytes = typst.compile(
        (files(__package__) / "agreement.typ").read_bytes(),
        font_paths=[str(fonts)],
        sys_inputs={"text": json.dumps(asdict(text))},
        format="pdf",
    )
    return written


def _typst() -> Any:
    try:
        return importlib.import_module("typst")
    except ImportError as error:
        raise MissingPart("PDF needs the extra pdf: pip install 'ea-repo[pdf]'; DOCX works without it") from error
