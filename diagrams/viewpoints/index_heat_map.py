"""Index heat map: agencies by the parts of a framework, each score in the colour of its band."""

from collections.abc import Sequence
from typing import Annotated

from diagrams.chart import Chart
from diagrams.charts.matrix import Cell, Heading, Matrix
from diagrams.concepts import joined, moment_of, name_of, tooltip
from diagrams.drawing import Words
from diagrams.index_bands import banded
from diagrams.notation import phrase
from diagrams.round_numbers import number_in_words, score_in_words
from diagrams.subjects import choice_label
from ea_repo.catalogue import viewpoint
from ea_repo.planning.index.framework import Framework, Node
from ea_repo.planning.index.parameters import OfStage, Year
from ea_repo.planning.index.parts import parts_at, usual_depth
from ea_repo.planning.index.rounds import framework as framework_of
from ea_repo.planning.index.rounds import latest_framework, levels
from ea_repo.planning.index.standing import Standing, standings
from ea_repo.store.state import State

MOST_SHOWN = 60


@viewpoint(example={"framework": "pemdi-2026"})
def index_heat_map(
    state: State,
    *,
    framework: Annotated[str | None, "The framework, such as spbe-2020; left out, that of the latest round."] = None,
    year: Year = None,
    depth: Annotated[
        int | None,
        "Down to which level of the tree: 1 the uppermost parts; left out, as deep as can be read.",
        range(1, 13),
    ] = None,
    stage: OfStage = "latest",
    peers: Annotated[str | None, "Only agencies of this kind, such as ministry."] = None,
    limit: Annotated[int, "The most agencies; of more, the best.", range(1, 301)] = MOST_SHOWN,
) -> Chart:
    """Every agency's score in every part of an index, the best first, in the colours of the bands."""
    code = framework or latest_framework(state)
    if code is None:
        return _nothing(state, phrase("nobody_assessed"))
    wanted = framework_of(state, code)
    rounds = levels(state, wanted, year, stage=stage)
    if not rounds:
        return _nothing(state, phrase("nobody_assessed_by", name=dict(wanted.name)))
    shown_year = max(rounds)
    found = [each for each in standings(state, wanted, rounds[shown_year]) if peers is None or each.peers == peers]
    chosen = found[:limit]
    parts = [wanted.root, *parts_at(wanted, depth or usual_depth(wanted))]
    notes = (
        [phrase("best_shown", shown=len(chosen), count=len(found) - len(chosen))] if len(found) > len(chosen) else []
    )
    return Chart(
        title=phrase("heat_map_title", name=dict(wanted.name), year=shown_year),
        figure=_matrix(state, wanted, chosen, parts),
        subtitle=joined([
            phrase("agencies_count", count=len(found)), phrase(f"stage_{stage}"),
            *([choice_label(state, "Agency", "agency_kind", peers)] if peers else []), *moment_of(state),
        ]),
        notes=tuple(notes if found else [phrase("nothing_found")]),
        viewpoint="index-heat-map",
        swatches_name=phrase("bands"),
    )  # fmt: skip


def _matrix(state: State, wanted: Framework, found: Sequence[Standing], parts: Sequence[Node]) -> Matrix:
    scores = {
        (each.agency.uid, part.code): each.scores[part.code]
        for each in found
        for part in parts
        if part.code in each.scores
    }
    swatches, by_key = banded(wanted, {key: float(score) for key, score in scores.items()})
    rows = tuple(
        Heading(
            each.agency.uid, name_of(each.agency), each.agency.uid, each.agency.type,
            joined([tooltip(state.metamodel, each.agency), phrase("rank", rank=each.rank)], "\n"),
        )
        for each in found
    )  # fmt: skip
    columns = tuple(
        Heading(part.code, phrase("index_whole") if part is wanted.root else dict(part.name), tooltip=_told(part))
        for part in parts
    )
    names = {part.code: dict(part.name) for part in parts}
    cells = tuple(
        Cell(
            uid, code, by_key[uid, code], score_in_words(float(score)),
            joined([names[code], number_in_words(round(float(score), 4)), by_key[uid, code].label], "\n"),
        )
        for (uid, code), score in scores.items()
    )  # fmt: skip
    return Matrix(rows, columns, cells, phrase("agencies_by_score"), phrase("parts_of_index"), tuple(swatches))


def _told(part: Node) -> Words:
    return joined([part.code, dict(part.name)], "  ")


def _nothing(state: State, note: Words) -> Chart:
    return Chart(
        title=phrase("heat_map_plain"), figure=Matrix((), (), ()), subtitle=joined(moment_of(state)), notes=(note,),
        viewpoint="index-heat-map",
    )  # fmt: skip
