"""A matrix: headings at the left and above, and what joins them in coloured cells with a sign or a number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from diagrams import text
from diagrams.charts.rows import Rows
from diagrams.drawing import LegendEntry, MarkStyle, Swatch, Words, said
from diagrams.fitting import Run
from diagrams.geometry import Rect
from diagrams.marks import GRID, NAME_SIZE, RIMS, Mark, Shape, high, label, line, lines_of, samples, set_in, wide

_COLUMN_ROOMS = (168.0, 220.0, 280.0)
_CELL_TEXT, _HEADING_SIZE = 10.0, 10.5
_CELL_WIDTH, _CELL_HEIGHT, _MOST_CELL = 30.0, 30.0, 84.0
_GAP, _CELL_INSET = 8.0, 1.5
_FLAG, _LONGEST_SIGN = 20.0, 2
_CELL_LINE = 0.7  # pale classes do not melt into the page


@dataclass(frozen=True, slots=True)
class Heading:
    """A row or a column. `group` stands above the rows that have the same; `flag` marks it at its end."""

    key: str
    name: Words
    uid: str | None = None
    type: str = ""
    tooltip: Words = ""
    group: Words = ""
    flag: Swatch | None = None
    sign: str = ""  # of the flag


@dataclass(frozen=True, slots=True)
class Cell:
    row: str
    column: str
    swatch: Swatch
    text: Words = ""
    tooltip: Words = ""
    uid: str | None = None
    type: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """`row_title` and `column_title` say what the two kinds of headings are. Cells of other keys are not drawn."""

    rows: tuple[Heading, ...]
    columns: tuple[Heading, ...]
    cells: tuple[Cell, ...]
    row_title: Words = ""
    column_title: Words = ""
    swatches: tuple[Swatch, ...] = ()  # in the order of the legend

    @property
    def legend(self) -> tuple[LegendEntry, ...]:
        signs = self._signs()
        flagged = [head for head in (*self.rows, *self.columns) if head.flag is not None]
        for head in flagged:
            signs.setdefault(head.flag, set()).add(head.sign)  # type: ignore[arg-type]
        order = [
            *(each for each in self.swatches if each in signs),
            *(each for each in signs if each not in self.swatches),
        ]
        return samples(order, signs.keys(), lambda each: replace(self.style(each), sign=_only(signs[each])))

    def _signs(self) -> dict[Swatch, set[str]]:
        """What is written in the cells of each class."""
        found: dict[Swatch, set[str]] = {}
        for cell in self.cells:
            found.setdefault(cell.swatch, set()).add(said(cell.text, "en"))
        return found

    def style(self, swatch: Swatch) -> MarkStyle:
        """How the cells of a class look. Kinds of which no sign tells have each a rim of their own, for grey and the colour-blind."""
        signs = self._signs()
        order = [*self.swatches, *(each for each in signs if each not in self.swatches)]
        unsaid = [each for each in order if each.colour.startswith("c") and each in signs and not _only(signs[each])]
        if swatch not in unsaid or len(unsaid) == 1:
            return MarkStyle("box", swatch, width=_CELL_LINE)
        width, dashes = RIMS[unsaid.index(swatch) % len(RIMS)]
        return MarkStyle("box", swatch, width=width, dashes=dashes)

    def marks(self, lang: str) -> Sequence[Mark]:
        return list(_Laid(self, lang).marks()) if self.rows else []


class _Laid:
    """The matrix with the sizes that its texts need in one language."""

    def __init__(self, matrix: Matrix, lang: str) -> None:
        self.matrix, self.lang = matrix, lang
        widest = wide((said(cell.text, lang) for cell in matrix.cells), _CELL_TEXT, True)
        self.wide = min(max(_CELL_WIDTH, widest + 10), _MOST_CELL)
        self.rows = Rows(matrix.rows, lang)
        self.column_lines = self._columns_in_full()
        self.flags = any(head.flag for head in matrix.rows)
        self.column_flags = any(head.flag for head in matrix.columns)
        self.left = self._left()
        self.columns = {head.key: self.left + index * self.wide for index, head in enumerate(matrix.columns)}
        self.right = self.left + len(matrix.columns) * self.wide

    def _columns_in_full(self) -> dict[str, list[str]]:
        """The headings of the columns in the least height in which none of them is cut, if there is one."""
        most = max(int(self.wide // (_HEADING_SIZE * text.LINE_HEIGHT)), 1)
        names = {head.key: said(head.name, self.lang) for head in self.matrix.columns}
        found: dict[str, list[str]] = {}
        for room in _COLUMN_ROOMS:
            found = {key: lines_of(name, room, _HEADING_SIZE, most=most) for key, name in names.items()}
            if not any(lines and lines[-1].endswith(text.ELLIPSIS) for lines in found.values()):
                break
        return found

    def _left(self) -> float:
        return max(self.rows.width, 60.0) + _GAP + (_CELL_HEIGHT if self.flags else 0)

    def marks(self) -> Iterator[Mark]:
        yield from self._grid()
        yield from self._titles()
        yield from self.rows.headings(max(self.right, 240.0))
        yield from self.rows.names()
        yield from self._flags()
        yield from self._column_heads()
        yield from self._cells()

    def _grid(self) -> Iterator[Mark]:
        heights = [(top, self.rows.heights[key]) for key, top in self.rows.tops.items()]
        ends = sorted({*(top for top, _ in heights), *(top + height for top, height in heights)})
        for y in ends:
            yield line([(0, y), (self.right, y)], GRID)
        for x in [*self.columns.values(), self.right] if self.columns else []:
            yield from self._verticals(x, heights)

    def _verticals(self, x: float, heights: Sequence[tuple[float, float]]) -> Iterator[Mark]:
        """A line for each run of rows that touch; names of groups stay free of lines."""
        begin = end = None
        for top, height in heights:
            if begin is None or end is None or abs(top - end) > 0.01:
                if begin is not None and end is not None:
                    yield line([(x, begin), (x, end)], GRID)
                begin = top
            end = top + height
        if begin is not None and end is not None:
            yield line([(x, begin), (x, end)], GRID)

    def _titles(self) -> Iterator[Mark]:
        head = (
            -(_FLAG + 4 if self.column_flags else 0)
            - max((wide(each, _HEADING_SIZE) for each in self.column_lines.values()), default=0.0)
            - 2 * _GAP
        )
        column = said(self.matrix.column_title, self.lang)
        if column:
            lines = lines_of(column, max(self.right - self.left, 220.0), NAME_SIZE, most=2, bold=True)
            yield label(lines, (self.left, head - high(lines, NAME_SIZE)), bold=True, tone="quiet", middle=False)
        row = lines_of(said(self.matrix.row_title, self.lang), self.left - _GAP, NAME_SIZE, most=3, bold=True)
        if row:
            yield label(row, (0, -_GAP - high(row, NAME_SIZE)), bold=True, tone="quiet", middle=False)

    def _flags(self) -> Iterator[Mark]:
        for head in self.matrix.rows:
            if head.flag is not None:
                top = self.rows.middle(head.key) - _FLAG / 2
                yield _flag(Rect(self.left - _CELL_HEIGHT + 4, top, _FLAG, _FLAG), head)

    def _column_heads(self) -> Iterator[Mark]:
        for head in self.matrix.columns:
            lines, x = self.column_lines[head.key], self.columns[head.key] + self.wide / 2
            if lines:
                tooltip = head.tooltip or head.name
                foot = -_GAP - (_FLAG + 4 if self.column_flags else 0)
                yield label(
                    lines, (x, foot), size=_HEADING_SIZE, upward=True, uid=head.uid, type=head.type, tooltip=tooltip
                )
            if head.flag is not None:
                yield _flag(Rect(x - _FLAG / 2, -_GAP / 2 - _FLAG, _FLAG, _FLAG), head)

    def _cells(self) -> Iterator[Mark]:
        styles = {swatch: self.matrix.style(swatch) for swatch in {cell.swatch for cell in self.matrix.cells}}
        for cell in self.matrix.cells:
            if cell.row not in self.rows.tops or cell.column not in self.columns:
                continue
            top, height = self.rows.tops[cell.row], self.rows.heights[cell.row]
            rect = Rect(self.columns[cell.column], top, self.wide, height).grow(-_CELL_INSET)
            texts = set_in(rect.grow(-1), [Run(said(cell.text, self.lang), _CELL_TEXT, bold=True)])
            yield Shape(rect, styles[cell.swatch], tuple(texts), "node", cell.uid, cell.type, tooltip=cell.tooltip)


def _flag(rect: Rect, head: Heading) -> Shape:
    texts = set_in(rect, [Run(head.sign, _CELL_TEXT, bold=True)])
    label = head.flag.label if head.flag is not None else ""
    return Shape(rect, MarkStyle("rounded", head.flag), tuple(texts), tooltip=label)


def _only(signs: set[str]) -> str:
    """What the sample shows: the sign that all of the class have, or the letter with which all begin."""
    begins = {sign[:1] for sign in signs}
    sign = next(iter(signs)) if len(signs) == 1 else begins.pop() if len(begins) == 1 else ""
    return sign if len(sign) <= _LONGEST_SIGN and not any(each.isdigit() for each in sign) else ""
