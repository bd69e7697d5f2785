"""Scores of an index as classes: the bands of its framework, from little to much, or round bounds where it has none."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from diagrams.colouring import ranged
from diagrams.drawing import Swatch
from diagrams.notation import phrase
from diagrams.round_numbers import number_in_words
from ea_repo.planning.index.framework import Framework

_RAMP = ("s1", "s2", "s3", "s4", "s5")
Key = TypeVar("Key", bound=Hashable)


def banded(framework: Framework, scores: Mapping[Key, float]) -> tuple[Sequence[Swatch], dict[Key, Swatch]]:
    """The classes, and that of each score. Frameworks with more bands than there are colours get round bounds, too."""
    if not framework.bands or len(framework.bands) > len(_RAMP):
        if not scores:
            return (), {}
        keys = {str(at): key for at, key in enumerate(scores)}
        swatches, by_text, _ = ranged({text: scores[key] for text, key in keys.items()}, number_in_words)
        return swatches, {keys[text]: swatch for text, swatch in by_text.items()}
    skipped = len(_RAMP) - len(framework.bands)  # the lightest are left out where there are few
    swatches = [
        Swatch(
            _RAMP[at + skipped], phrase("band_from", name=dict(band.name), lowest=number_in_words(float(band.lowest)))
        )
        for at, band in enumerate(framework.bands)
    ]
    below = Swatch("none", phrase("below_all_bands"))
    found = {}
    for key, score in scores.items():
        band = framework.band(score)
        found[key] = below if band is None else swatches[framework.bands.index(band)]
    return (below, *swatches), found
