"""Drawings to files: one module a format, entered by its decorator. None of them decides what is drawn or where."""

from typing import ClassVar, Protocol

from diagrams.drawing import Drawing
from diagrams.options import Options


class PictureFormat(Protocol):
    """A format of pictures. Its first suffix is the one that files are given."""

    media_type: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]

    def write(self, drawing: Drawing, options: Options) -> bytes:
        """The drawing as a file."""
        ...
