"""Pictures to files: one module a format, entered by its decorator. None of them decides what is drawn or where."""

from typing import ClassVar, Protocol

from diagrams.chart import Picture
from diagrams.drawing import Drawing
from diagrams.options import Options
from ea_repo.catalogue import entries
from ea_repo.errors import UnknownFormat


class PictureFormat(Protocol):
    """A format of pictures. Its first suffix is the one that files are given."""

    media_type: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    graphs_only: ClassVar[bool]  # charts cannot be written as this

    def write(self, picture: Picture, options: Options) -> bytes:
        """The drawing or chart as a file. What is for graphs only takes it through `graph_of`."""
        ...


def graph_of(picture: Picture, format: str) -> Drawing:
    """The drawing, for a format that only graphs can be written as; `UnknownFormat` for a chart names the others."""
    if isinstance(picture, Drawing):
        return picture
    others = [name for name, each in entries("picture").items() if not each.subject.graphs_only]
    raise UnknownFormat(
        f'"{format}" is for graphs only, and this is a chart; use one of {", ".join(others)}', formats=others
    )
