"""Papers as files: what every command that writes one shares."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ea_repo.cli.output import write_file
from ea_repo.errors import NotFound, UnknownFormat

if TYPE_CHECKING:
    from ea_repo.planning.papers.paper import Paper

PaperFile = Annotated[Path, typer.Argument(metavar="FILE", help="Where to; .docx or .pdf says the format.")]
PaperLanguage = Annotated[
    Literal["en", "id", "ko"] | None, typer.Option("--language", help="Of the document; else that of the settings.")
]


def check_suffix(file: Path) -> None:
    """`UnknownFormat` where the name of the file does not say one."""
    if file.suffix.lower() not in (".docx", ".pdf"):
        raise UnknownFormat(
            f"{file.name} does not say the format; end it with .docx or .pdf", formats=[".docx", ".pdf"]
        )


def write_paper(file: Path, text: "Paper", template: Path | None = None) -> None:
    """Writes it, in a template of one's own if given: a .docx for a .docx, a .typ for a .pdf."""
    from diagrams import fonts
    from ea_repo.planning.papers import paper_docx, paper_pdf

    suffix = file.suffix.lower()
    content = None
    if template is not None:
        if template.suffix.lower() != {".docx": ".docx", ".pdf": ".typ"}[suffix]:
            raise UnknownFormat(f"{template.name} is no template for {file.name}; a .docx makes a .docx, a .typ a .pdf")
        if not template.is_file():
            raise NotFound(f'there is no file "{template}"')
        content = template.read_bytes()
    write_file(
        file, paper_docx.write(text, content) if suffix == ".docx" else paper_pdf.write(text, fonts.folder(), content)
    )
