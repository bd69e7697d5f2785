"""How an investment review can end. By itself, so that the command knows the words without loading what keeps reviews."""

from typing import Literal

Decision = Literal["proceed", "link", "merge", "reuse", "stop"]
