"""Write a sharing agreement, filled from the register, as a document to be signed."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ea_repo.cli.options import AsOf, DraftId, new_app, settings, state
from ea_repo.cli.output import write_file

app = new_app()


@app.command(name="agreement")
def agreement(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; .docx or .pdf says the format.")],
    uid: Annotated[str, typer.Option("--uid", metavar="UID", help="The sharing agreement.")],
    language: Annotated[
        Literal["en", "id", "ko"] | None, typer.Option(help="Of the document; else that of the settings.")
    ] = None,
    as_of: AsOf = None,
    draft: DraftId = None,
) -> None:
    """Write a sharing agreement, filled from the register, as a document to be signed."""
    from diagrams import fonts
    from ea_repo.errors import UnknownFormat
    from ea_repo.planning.sharing import agreement_docx, agreement_pdf
    from ea_repo.planning.sharing.agreement import agreement_text

    suffix = file.suffix.lower()
    if suffix not in (".docx", ".pdf"):
        raise UnknownFormat(
            f"{file.name} does not say the format; end it with .docx or .pdf", formats=[".docx", ".pdf"]
        )
    with state(ctx, None, as_of, draft) as found:
        text = agreement_text(found, uid, language or settings().language)
    write_file(file, agreement_docx.write(text) if suffix == ".docx" else agreement_pdf.write(text, fonts.folder()))
