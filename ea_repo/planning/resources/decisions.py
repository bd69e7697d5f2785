"""What becomes of a running system. By itself, so that the command knows the words without loading what keeps reviews."""

from typing import Literal

#: How an operating-performance review can end.
Decision = Literal["keep", "enhance", "redevelop", "retire"]
#: What the scores of a system say: one of these, or why they say nothing.
ByScores = Literal["keep", "enhance", "redevelop", "retire", "too_young", "not_scored"]
