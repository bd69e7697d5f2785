"""Pictures to draw.io's XML (mxGraph), to be edited there: every box, bar, line and text a cell at its own place."""

from diagrams import layout
from diagrams.chart import Chart, Picture
from diagrams.marks import bounds
from diagrams.options import Options
from diagrams.page import compose, content_bounds, heads
from diagrams.renderers.drawio_drawing import DrawingCells
from diagrams.renderers.drawio_marks import MarkCells
from diagrams.renderers.drawio_sheet import Sheet
from ea_repo.catalogue import picture_format


@picture_format(name="drawio")
class DrawIo:
    """A file for diagrams.net: ArchiMate shapes, charts, places, frames and lines kept, all of it editable."""

    media_type = "application/vnd.jgraph.mxfile"
    suffixes = ("drawio",)
    graphs_only = False

    def write(self, picture: Picture, options: Options) -> bytes:
        lang = options.lang
        if isinstance(picture, Chart):
            marks = picture.figure.marks(lang)
            around = bounds(marks).grow(1)
            page = compose(picture, around, lang, header=options.header, legend=options.legend)
            sheet = Sheet(picture, page, options)
            MarkCells(sheet, marks).write()
            return sheet.file()
        placed = layout.place(picture, lang, engine=options.engine, seconds=options.seconds)
        page = compose(
            picture, content_bounds(placed), lang, heads=heads(picture, placed, lang), notes=placed.notes,
            header=options.header, legend=options.legend,
        )  # fmt: skip
        sheet = Sheet(picture, page, options)
        DrawingCells(sheet, picture, placed).write()
        return sheet.file()
