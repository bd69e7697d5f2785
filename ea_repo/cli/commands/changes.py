"""List the changesets, show what one changed, apply or reject a draft, or undo one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ea_repo.cli.options import AsCsv, AsJson, Author, Reason, new_app, repository, settings
from ea_repo.cli.output import Output, fields_of, jsonable, print_table, say, text_of
from ea_repo.cli.telling import print_json

if TYPE_CHECKING:
    from ea_repo.repository import Repository
    from ea_repo.store.difference import Change, Difference
    from ea_repo.store.records import Changeset

app = new_app()
_COLUMNS = ("number", "state", "applied_at", "author", "reason", "created", "changed", "deleted")
_MOST_CHANGES = 200
_LONGEST = 80

Number = Annotated[int, typer.Argument(metavar="N", help="The number of an applied changeset.")]


@app.callback()
def changes() -> None:
    """List the changesets, show what one changed, apply or reject a draft, or undo one."""


@app.command(name="list")
def list_(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1_000, metavar="N", help="At most so many.")] = 50,
    before: Annotated[int | None, typer.Option(metavar="ID", help="Older than the changeset with this id.")] = None,
    drafts: Annotated[bool, typer.Option("--drafts", help="Only those that wait to be applied.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the changesets, newest first."""
    output = Output(as_json, as_csv)
    with repository(ctx) as opened:
        page = opened.changesets(before=before, limit=limit, states=("draft", "submitted") if drafts else None)
    output.rows(map(_row, page.rows), ("id", *_COLUMNS) if drafts else _COLUMNS, next=page.next)


@app.command()
def show(
    ctx: typer.Context,
    number: Number,
    draft: Annotated[bool, typer.Option("--draft", help="N is the id of a draft: what it would change now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a changeset changed."""
    with repository(ctx) as opened:
        found = opened.find_changeset(number) if draft else opened.changeset_numbered(number)
        difference = opened.difference(found.id)
    if as_json:
        print_json({**jsonable(_row(found)), **difference.to_json()})
        return
    named = f"draft {found.id}" if found.number is None else f"changeset {found.number} ({found.state})"
    say(
        f"{named}, {text_of(found.applied_at or found.created_at)}, by {text_of(found.author)}: {text_of(found.reason)}"
    )
    print_difference(difference)


@app.command()
def revert(
    ctx: typer.Context,
    number: Number,
    author: Author = None,
    reason: Reason = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Undo a changeset by another one; refused where later work depends on it."""
    with repository(ctx) as opened:
        _revert(opened, number, author or settings().author, reason or "", dry_run, Output(as_json))


def _revert(opened: "Repository", number: int, author: str, reason: str, dry_run: bool, output: Output) -> None:
    pending = opened.revert(number, author, reason)
    if dry_run:
        difference = pending.preview()
        output.one({"changeset": None, **difference.to_json()}, [f"undoing changeset {number} would change:"])
    else:
        applied = pending.apply()
        difference = applied.difference
        output.one(
            {"changeset": applied.number, **difference.to_json()},
            [f"changeset {applied.number} undoes changeset {number}:"],
        )
    if not output.as_json:
        print_difference(difference)


Draft = Annotated[int, typer.Argument(metavar="ID", help="The id of the draft (`changes list --drafts`).")]


@app.command()
def apply(ctx: typer.Context, draft: Draft, as_json: AsJson = False) -> None:
    """Apply a draft; refused where later work says otherwise. `changes show ID --draft` shows what it would change."""
    with repository(ctx) as opened:
        applied = opened.draft(draft).apply()
    Output(as_json).one(
        {"changeset": applied.number, **applied.difference.to_json()},
        [f"draft {draft} is applied as changeset {applied.number}:"],
    )
    if not as_json:
        print_difference(applied.difference)


@app.command()
def reject(ctx: typer.Context, draft: Draft, as_json: AsJson = False) -> None:
    """Close a draft without applying it; it stays readable."""
    with repository(ctx) as opened:
        rejected = opened.draft(draft).reject()
    Output(as_json).one(_row(rejected), [f"draft {draft} is rejected"])


def print_difference(difference: "Difference") -> None:
    """The records that differ, field by field, for people."""
    differing = [change for change in difference.changes if change.action != "unchanged"]
    if not differing:
        say("nothing differs")
    else:
        print_changes(differing)
    for finding in difference.findings:
        say(f"{finding.severity}: {text_of(finding.message)}")


def print_changes(differing: Sequence["Change"]) -> None:
    """Records that differ, a line for each field; of very many the first."""
    print_table([row for each in differing[:_MOST_CHANGES] for row in _change_rows(each)],
                ("action", "uid", "type", "field", "before", "after"))  # fmt: skip
    if len(differing) > _MOST_CHANGES:
        say(f"and {len(differing) - _MOST_CHANGES} more records; --json shows all")


def _change_rows(change: "Change") -> list[dict[str, Any]]:
    first = {"action": change.action, "uid": change.uid, "type": change.type or change.record}
    if change.action != "changed" and change.record != "profile":  # which has no name, but types and attributes
        return [{**first, "after" if change.action == "created" else "before": change.name}]
    fields = sorted({*change.before, *change.after})
    rows = [{"field": name, **_both(name, change.before.get(name), change.after.get(name))} for name in fields]
    return [{**first, **rows[0]}, *rows[1:]] if rows else [first]


def _both(name: str, before: Any, after: Any) -> dict[str, Any]:
    """A field before and after, as a line has room for it; `--json` has all of it."""
    from ea_repo.exchange.difference_page import view_texts

    if name == "content":
        before, after = view_texts(before, after)
    return {"before": _short(before), "after": _short(after)}


def _short(value: Any) -> Any:
    text = text_of(value)
    return value if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _row(found: "Changeset") -> dict[str, Any]:
    totals: dict[str, int] = {}
    for counts in found.counts.values():
        for action, number in counts.items():
            totals[action] = totals.get(action, 0) + number
    return {**totals, **fields_of(found)}
