"""Destroy or hand over documents that are due: propose a list, review, approve, carry out."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ea_repo.cli.options import AsJson, Author, Reason, new_app, repository, settings, state
from ea_repo.cli.output import Output, note
from ea_repo.cli.papers import PaperFile, PaperLanguage, check_suffix, write_paper

app = new_app()
ListUid = Annotated[str, typer.Argument(metavar="UID", help="The list.")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="What is to be remembered of it.")]


@app.callback()
def disposition() -> None:
    """Destroy or hand over documents that are due: propose a list, review, approve, carry out.

    What is due is told by `report disposition-due`. Whoever proposed a list neither reviews nor approves it.
    """


@app.command()
def propose(
    ctx: typer.Context,
    uids: Annotated[list[str], typer.Argument(metavar="UID...", help="The documents.")],
    model: Annotated[str, typer.Option("--model", metavar="KEY", help="The model that the list becomes part of.")],
    action: Annotated[Literal["destroy", "transfer"], typer.Option("--action", help="What is to become of them.")],
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="What the list is called.")] = "",
    author: Author = None,
    reason: Reason = None,
) -> None:
    """Propose a list of documents to destroy, or to hand over to an archive."""
    from ea_repo.planning.records import disposition as steps

    with repository(ctx) as opened:
        uid = steps.propose(
            opened, uids, action, model=model, author=author or settings().author, name=name, reason=reason or ""
        )
    Output(False).one(uid, [uid])


@app.command()
def review(ctx: typer.Context, uid: ListUid, remark: Note = "", author: Author = None) -> None:
    """Say that a list was reviewed: that every document on it may go."""
    _decide(ctx, uid, "reviewed", remark, author)


@app.command()
def approve(ctx: typer.Context, uid: ListUid, remark: Note = "", author: Author = None) -> None:
    """Approve a list that was reviewed."""
    _decide(ctx, uid, "approved", remark, author)


@app.command()
def reject(ctx: typer.Context, uid: ListUid, remark: Note = "", author: Author = None) -> None:
    """Reject a list: its documents stay."""
    _decide(ctx, uid, "rejected", remark, author)


@app.command(name="carry-out")
def carry_out(
    ctx: typer.Context,
    uid: ListUid,
    package: Annotated[
        Path | None,
        typer.Option("--package", metavar="FILE", help="A new .zip, .tar, .tar.gz or folder for what is handed over."),
    ] = None,
    author: Author = None,
    as_json: AsJson = False,
) -> None:
    """Destroy the documents of an approved list for good, or write them into a package; a certificate is kept."""
    from ea_repo.planning.records import disposition as steps

    with repository(ctx) as opened:
        done = steps.carry_out(opened, uid, author=author or settings().author, package=package)
    lines = [f"certificate: {done.certificate}"]
    if done.fingerprint is None:
        lines.append(f"contents destroyed: {len(done.destroyed)}; kept for other documents: {len(done.still_used)}")
    else:
        lines.append(f"package {package}, fingerprint {done.fingerprint}")
    Output(as_json).one(done, lines)


@app.command()
def certificate(ctx: typer.Context, uid: ListUid, file: PaperFile, language: PaperLanguage = None) -> None:
    """Write the certificate of a list that was carried out, as a document to be signed."""
    from ea_repo.planning.records.certificate import certificate_paper

    check_suffix(file)
    with state(ctx, None, None) as found:
        text = certificate_paper(found, uid, language or settings().language)
    write_paper(file, text)


def _decide(
    ctx: typer.Context, uid: str, step: Literal["reviewed", "approved", "rejected"], remark: str, author: str | None
) -> None:
    from ea_repo.planning.records import disposition as steps

    with repository(ctx) as opened:
        steps.decide(opened, uid, step, author=author or settings().author, note=remark)
    note(f"{uid} is {step}")
