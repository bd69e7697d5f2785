"""Assess agencies by an e-government index, and load frameworks of one's own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast, get_args

import typer

from ea_repo.cli.options import Author, Reason, by_name, new_app, repository, settings
from ea_repo.cli.output import note

if TYPE_CHECKING:
    from ea_repo.store.changesets import Applied

app = new_app()
Agency = Annotated[str, typer.Argument(metavar="AGENCY", help="Its uid.")]
Framework = Annotated[str, typer.Argument(metavar="FRAMEWORK", help="The framework's code, such as spbe-2020.")]
Year = Annotated[int, typer.Argument(metavar="YEAR", min=1990, max=2200, help="The round.")]
OtherModel = Annotated[
    str | None, typer.Option("--model", metavar="KEY", help="Where new ones go, if not into the agency's model.")
]


@app.callback()
def index() -> None:
    """Assess agencies by an e-government index, and load frameworks of one's own.

    Scores, ranking and trend are reports: ea-repo report index-score.
    """


@app.command()
def load(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The framework, as TOML.")],
    model: Annotated[str, typer.Option("--model", metavar="KEY", help="The model it becomes an element of.")],
    author: Author = None,
    reason: Reason = None,
) -> None:
    """Load a framework, or its new version; every weight that does not add up is told."""
    from ea_repo.errors import NotFound
    from ea_repo.planning.index.rounds import load_framework

    if not file.is_file():
        raise NotFound(f'there is no file "{file}"')
    with repository(ctx) as opened:
        applied = load_framework(
            opened, file.read_text("utf-8"), model=model, author=author or settings().author, reason=reason or ""
        )
    _tell(applied)


@app.command()
def assess(
    ctx: typer.Context,
    agency: Agency,
    framework: Framework,
    year: Year,
    levels: Annotated[list[str], typer.Argument(metavar="INDICATOR=LEVEL ...", help="Such as 11=3 12=4.")],
    stage: Annotated[Literal["self", "review", "final"], typer.Option(help="Who says so.")] = "self",
    model: OtherModel = None,
    evidence: Annotated[
        list[str] | None,
        typer.Option("--evidence", metavar="INDICATOR=UID", help="A document or concept that shows it; repeatable."),
    ] = None,
    author: Author = None,
    reason: Reason = None,
) -> None:
    """Record an agency's levels in a round; those of other indicators and stages stay."""
    from ea_repo.planning.index import rounds

    shown: dict[str, list[str]] = {}
    for each in evidence or ():
        indicator, _, uid = each.partition("=")
        shown.setdefault(indicator, []).append(uid)
    if unassessed := [each for each in shown if each not in by_name(levels, "an indicator and its level")]:
        raise typer.BadParameter(f'there is evidence for "{unassessed[0]}" but no level')
    given = {name: _number(text) for name, text in by_name(levels, "an indicator and its level").items()}
    with repository(ctx) as opened:
        applied = rounds.assess(
            opened, agency, framework, year, given, author=author or settings().author, stage=stage, model=model,
            evidence=shown, reason=reason or "",
        )  # fmt: skip
    _tell(applied)


@app.command()
def evidence(
    ctx: typer.Context,
    agency: Agency,
    framework: Framework,
    year: Year,
    states: Annotated[list[str], typer.Argument(metavar="INDICATOR=STATE ...", help="Such as 11=accepted 12=revise.")],
    author: Author = None,
    reason: Reason = None,
) -> None:
    """Say of the evidence for indicators whether it is accepted, is to be revised, or is still draft or submitted."""
    from ea_repo.planning.index import rounds

    said = by_name(states, "an indicator and the state of its evidence")
    known = get_args(rounds.EvidenceState)
    if wrong := [each for each in said.values() if each not in known]:
        raise typer.BadParameter(f'"{wrong[0]}" is no state of evidence; use {", ".join(known)}')
    with repository(ctx) as opened:
        applied = rounds.judge_evidence(
            opened, agency, framework, year, cast("dict[str, rounds.EvidenceState]", said),
            author=author or settings().author, reason=reason or "",
        )  # fmt: skip
    _tell(applied)


@app.command()
def take(
    ctx: typer.Context,
    agency: Agency,
    framework: Framework,
    year: Year,
    indicators: Annotated[list[str], typer.Argument(metavar="INDICATOR ...", help="Those whose proposal is taken.")],
    model: OtherModel = None,
    author: Author = None,
    reason: Reason = None,
) -> None:
    """Take the levels that the repository proposes as the agency's self-assessment, with what shows them as evidence.

    What is proposed: ea-repo report index-proposals.
    """
    from ea_repo.planning.index.taking import take as take_proposals

    with repository(ctx) as opened:
        applied = take_proposals(
            opened, agency, framework, year, indicators, author=author or settings().author, model=model,
            reason=reason or "",
        )  # fmt: skip
    _tell(applied)


def _tell(applied: "Applied") -> None:
    note(f"written as changeset {applied.number}" if applied.changed else "nothing has changed")


def _number(text: str) -> float | int:
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        raise typer.BadParameter(f'"{text}" is not a level; use a number such as 3') from None
