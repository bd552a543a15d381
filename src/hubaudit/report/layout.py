"""Lines for a terminal: widths in cells, folding between words, colour and hyperlinks only where wanted."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size

from hubaudit.report.escape import plain, url

BOLD, DIM = "1", "2"
"""SGR numbers, as `Span.style` takes them."""

_LONGEST_TEXT = 2000  # characters of one field: a card must not flood the screen
_ROOM = 20  # cells: text folded into less does not read


class Span(NamedTuple):
    """A piece of a line in one style. `style` holds SGR numbers; empty is the terminal's own."""

    text: str
    style: str = ""


def column(text: str, width: int) -> str:
    """Make text exactly `width` cells wide. For names of our own, which fit; anything longer is cut."""
    return set_cell_size(plain(text), width)


def fold(text: str, width: int) -> list[str]:
    """Break text into lines of at most `width` cells: between words, inside a word only if it is longer."""
    lines, line = [], ""
    for word in text.split():
        for piece in chop_cells(word, width) or [word]:  # nothing to chop where all is of zero width
            longer = f"{line} {piece}" if line else piece
            if cell_len(longer) > width:
                lines.append(line)
                longer = piece
            line = longer
    return [*lines, line]


def _cells(spans: Sequence[Span]) -> int:
    return sum(cell_len(span.text) for span in spans)


class Screen:
    """Collects lines. All text given to `put` is made plain here, so no caller can forget it."""

    def __init__(self, width: int, *, color: bool, links: bool) -> None:
        """`width` in cells; `color` allows SGR codes, `links` OSC 8 hyperlinks; without both, no escapes."""
        self.width = width
        self._color = color
        self._links = links
        self._lines: list[str] = []

    def put(
        self,
        text: str,
        *,
        lead: Sequence[Span] = (),
        follow: str | None = None,
        style: str = "",
        source: str | None = None,
    ) -> None:
        """Add text, folded after `lead` (words of our own); `follow`, else spaces, starts its next lines.

        `source` is where the text is from: the text links to it, or, without links, the address follows on
        a line of its own, whole.
        """
        start = _cells(lead)
        indent = " " * start if follow is None else follow
        address = url(source)
        first = self._painted(lead)
        for line in fold(plain(text, _LONGEST_TEXT), max(self.width - start, _ROOM)):
            self._lines.append((first + self._linked(self._paint(Span(line, style)), address)).rstrip())
            first = indent
        if address and not self._links:
            self._lines.append(indent + self._paint(Span(address, DIM)))

    def put_row(self, text: str, note: str, *, edge: int, lead: Sequence[Span] = (), style: str = "") -> None:
        """Add text as `put` does, with a short note in its first line that ends at the cell `edge`."""
        start, note = _cells(lead), plain(note)
        room = edge - start - cell_len(note) - 1
        if room < _ROOM:  # not a note of ours
            self.put(text, lead=lead, style=style)
            self.put(note, style=BOLD)
            return
        line, *rest = fold(plain(text, _LONGEST_TEXT), room)
        gap = " " * (edge - start - cell_len(line) - cell_len(note))
        painted = self._paint(Span(line, style)) + gap + self._paint(Span(note, BOLD))
        self._lines.append((self._painted(lead) + painted).rstrip())
        self._lines += [" " * start + self._paint(Span(line, style)) for line in rest]

    def blank(self) -> None:
        """Add an empty line."""
        self._lines.append("")

    def rule(self) -> None:
        """Add a line across the screen."""
        self._lines.append(self._paint(Span("─" * self.width, DIM)))

    def text(self) -> str:
        """Join the lines; no line end after the last."""
        return "\n".join(self._lines)

    def _painted(self, spans: Sequence[Span]) -> str:
        return "".join(map(self._paint, spans))

    def _paint(self, span: Span) -> str:
        return (
            f"\x1b[{span.style}m{span.text}\x1b[0m" if self._color and span.style and span.text else span.text
        )

    def _linked(self, text: str, address: str | None) -> str:
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if self._links and address else text
