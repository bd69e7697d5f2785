"""Index radar: an agency's scores part by part, against its peers and the target."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

from diagrams.chart import Chart
from diagrams.charts.radar import Outline, Radar, Ring, Spoke
from diagrams.concepts import joined, moment_of, name_of
from diagrams.drawing import Swatch, Words
from diagrams.notation import phrase
from diagrams.round_numbers import number_in_words, score_in_words
from diagrams.subjects import choice_label
from ea_repo.catalogue import viewpoint
from ea_repo.planning.index.framework import Framework, Node
from ea_repo.planning.index.parameters import OfStage, Year
from ea_repo.planning.index.parts import parts_at, score_to_reach, usual_depth
from ea_repo.planning.index.rounds import framework as framework_of
from ea_repo.planning.index.rounds import latest_framework, levels
from ea_repo.planning.index.scoring import Number
from ea_repo.planning.index.standing import Standing, mean, standings
from ea_repo.store.records import Concept
from ea_repo.store.state import State

_MOST_RINGS = 6


@viewpoint(example={"agency": "finance:MOF", "framework": "spbe-2020"})
def index_radar(
    state: State,
    agency: Annotated[str, "The agency."],
    *,
    framework: Annotated[str | None, "The framework, such as spbe-2020; left out, that of the latest round."] = None,
    year: Year = None,
    depth: Annotated[
        int | None,
        "Down to which level of the tree: 1 the uppermost parts; left out, as deep as can be read.",
        range(1, 13),
    ] = None,
    target: Annotated[
        str | None, "The score to reach, such as 3.5, or the name of a band; left out, the band above the agency's."
    ] = None,
    stage: OfStage = "latest",
) -> Chart:
    """An agency's scores part by part, against the mean of its peers and the target."""
    about = state.get(agency)
    code = framework or latest_framework(state)
    if code is None:
        return _nothing(state, about, phrase("nobody_assessed"))
    wanted = framework_of(state, code)
    reach = None if target is None else score_to_reach(wanted, target)
    rounds = levels(state, wanted, year, stage=stage)
    years = [each for each, said in rounds.items() if agency in said]
    if not years:
        return _nothing(state, about, phrase("not_assessed_by", name=dict(wanted.name)))
    found = standings(state, wanted, rounds[max(years)])
    own = next((each for each in found if each.agency.uid == agency), None)
    if own is None:
        return _nothing(state, about, phrase("not_assessed_by", name=dict(wanted.name)))
    reach = _next_band(wanted, own.total) if reach is None else reach
    band = wanted.band(own.total)
    told = [score_in_words(float(own.total)), *([dict(band.name)] if band else [])]
    return Chart(
        title=phrase("radar_title", agency=name_of(about), name=dict(wanted.name), year=max(years)),
        figure=_radar(state, wanted, own, found, parts_at(wanted, depth or usual_depth(wanted)), reach),
        subtitle=joined([
            joined([phrase("index_whole"), joined(told, ", ")], ": "), phrase("rank_of", rank=own.rank, count=len(found)),
            phrase(f"stage_{stage}"), *moment_of(state),
        ]),
        viewpoint="index-radar",
    )  # fmt: skip


def _radar(
    state: State,
    wanted: Framework,
    own: Standing,
    found: Sequence[Standing],
    parts: Sequence[Node],
    reach: Fraction | None,
) -> Radar:
    peers = [each for each in found if each.peers == own.peers and each is not own]
    means = {
        part.code: value
        for part in parts
        if (value := mean(each.scores[part.code] for each in peers if part.code in each.scores)) is not None
    }
    marks = _scale(wanted, parts, [each.scores for each in (own, *peers)])
    least, most = marks[0], marks[-1]

    def share(score: Number) -> float:
        return (float(score) - least) / ((most - least) or 1.0)

    spokes, tooltips = [], {}
    for part in parts:
        facts: list[Words] = []
        if part.code in own.scores:
            facts.append(score_in_words(float(own.scores[part.code])))
        if part.code in means:
            facts.append(phrase("peers_have", score=score_in_words(means[part.code])))
        spokes.append(Spoke(part.code, dict(part.name), joined(facts)))
        tooltips[part.code] = joined([name_of(own.agency), dict(part.name), *facts], "\n")
    outlines = []
    if reach is not None and least <= float(reach) <= most:
        name = phrase("target_is", score=number_in_words(round(float(reach), 2)))
        outlines.append(Outline(name, {part.code: share(reach) for part in parts}, Swatch("c4", name), (2, 4), 2.0))
    if means:
        kind = choice_label(state, "Agency", "agency_kind" if _has_kind(own.agency) else "level", own.peers or "")
        name = phrase("peers_mean", count=len(peers), kind=kind)
        outlines.append(Outline(name, {code: share(each) for code, each in means.items()}, None, (6, 4), 1.8))
    outlines.append(
        Outline(
            name_of(own.agency), {part.code: share(own.scores[part.code]) for part in parts if part.code in own.scores},
            Swatch("c1", name_of(own.agency)), (), 2.6, True, own.agency.uid, own.agency.type, tooltips,
        )
    )  # fmt: skip
    rings = tuple(Ring(share(each), number_in_words(each)) for each in marks)
    return Radar(tuple(spokes), rings, tuple(outlines))


def _has_kind(agency: Concept) -> bool:
    return bool(agency.attributes.get("agency_kind"))


def _scale(wanted: Framework, parts: Sequence[Node], scored: Sequence[dict[str, Number]]) -> list[float]:
    """What the rings stand for: the levels of the scales, quarters of composites, or even steps between what there is."""
    numbers = sorted({level.number for part in parts for _, node in part.walk() for level in node.scale})
    if numbers and len(numbers) <= _MOST_RINGS * 2:
        step = -(-len(numbers) // _MOST_RINGS)
        return [float(each) for each in numbers[:-1:step]] + [float(numbers[-1])]
    if all(part.normalisation == "min-max" for part in parts):
        return [0.0, 0.25, 0.5, 0.75, 1.0]
    found = [float(scores[part.code]) for scores in scored for part in parts if part.code in scores] or [0.0, 1.0]
    least, most = min(found), max(found)
    return [least + (most - least) * at / 4 for at in range(5)] if most > least else [least, least + 1]


def _next_band(wanted: Framework, total: Number) -> Fraction | None:
    return next((band.lowest for band in wanted.bands if band.lowest > total), None)


def _nothing(state: State, about: Concept, note: Words) -> Chart:
    return Chart(
        title=phrase("radar_of", agency=name_of(about)), figure=Radar((), (), ()), subtitle=joined(moment_of(state)),
        notes=(note,), viewpoint="index-radar",
    )  # fmt: skip
