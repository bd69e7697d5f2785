"""Write a sharing agreement, filled from the register, as a document to be signed."""

from pathlib import Path
from typing import Annotated

import typer

from ea_repo.cli.options import AsOf, DraftId, new_app, settings, state
from ea_repo.cli.papers import PaperFile, PaperLanguage, check_suffix, write_paper

app = new_app()


@app.command(name="agreement")
def agreement(
    ctx: typer.Context,
    file: PaperFile,
    uid: Annotated[str, typer.Option("--uid", metavar="UID", help="The sharing agreement.")],
    template: Annotated[
        Path | None,
        typer.Option(
            "--template",
            metavar="FILE",
            help="Your own: a .docx with {{sections}} and other names in it, or a .typ for PDF.",
        ),
    ] = None,
    language: PaperLanguage = None,
    as_of: AsOf = None,
    draft: DraftId = None,
) -> None:
    """Write a sharing agreement, filled from the register, as a document to be signed."""
    from ea_repo.planning.sharing.agreement import agreement_text

    check_suffix(file)
    with state(ctx, None, as_of, draft) as found:
        text = agreement_text(found, uid, language or settings().language)
    write_paper(file, text, template)
