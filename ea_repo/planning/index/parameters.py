"""What the reports of the index ask for alike."""

from typing import Annotated

from ea_repo.planning.index.rounds import WantedStage

FrameworkCode = Annotated[str, "The framework, such as spbe-2020."]
Agency = Annotated[str, "The agency that was assessed."]
Year = Annotated[int | None, "The round; left out, the latest.", range(1990, 2201)]
OfStage = Annotated[WantedStage, "Which levels count: self, review or final; latest takes the last of each indicator."]
Language = Annotated[str, "Language of names: en, id or ko."]
Indicator = Annotated[str, "The indicator's code in the framework, such as 11."]
