"""A text as the words that make its license: without copyright lines, addresses, markup and numbering."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Every repetition is bounded and stays on its line, so that no text takes more than linear time.
_EDGE = r"^(?:[^\w\n]|_){0,60}"
# The first full stop before a capital ends a copyright line, unless it belongs to an initial.
_TO_STOP = r"(?:[^.\n]|\.(?!\s+[A-Z])|(?<=\b[A-Z])\.){0,160}"
_COPYRIGHT = re.compile(
    rf"{_EDGE}(?:(?i:copyright)|©|\([cC]\))[ :]*(?:\([cC]\)|©|&copy;|by\b|[\[<{{]|\d{{4}}){_TO_STOP}\.?[ \t]*"
    rf"(?i:all rights reserved\.?)?|{_EDGE}(?i:all rights reserved)[^\w\n]{{0,60}}$",
    re.MULTILINE,
)
# A collector's remark on where the text was copied from.
_ORIGIN = re.compile(
    rf"{_EDGE}(?:for|see|source|the original|original)\b[^\n]{{0,60}}"
    r"\b(?:original|official|copy|source|text)\b[^\n]{0,60}https?://[^\s\])]{1,300}[\])]{0,2}[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(
    r"(?:https?:/{1,2}|www\.)[^\s<>\"')\]]+"
    r"|(?<![\w.-])(?:[a-z0-9-]{1,63}\.){1,4}(?:com|org|net|edu|gov|ai|io|ae)\b(?:/[^\s<>\"')\]]*)?",
    re.IGNORECASE,
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}")
_MARKUP = re.compile(
    r"<!--(?:[^<]|<(?!!--)){0,4000}?-->|</?[a-zA-Z][^<>]{0,400}>|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|\w{2,8});",
    re.DOTALL,
)
_NUMBERING = re.compile(
    r"(?:^[^\S\n]{0,60}[>*#+•-]{0,6}[^\S\n]{0,10}|(?<=[.;:,]\s))[*_]{0,3}"
    r"\(?(?:[a-zA-Z]|[ivxIVX]{1,4}|\d{1,2}(?:\.\d{1,2}){0,3})[.)]{1,2}[*_]{0,3}(?=\s)"
    r"|\((?:[a-zA-Z]|[ivxIVX]{1,4}|\d{1,2})\)",
    re.MULTILINE,
)
# Chinese, Japanese and Korean write without blanks: each character counts as a word.
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\W_{_IDEOGRAPHS}]+")
_SPEAKING = frozenset(
    """are be been can cannot do does except forbidden grant granted have is limited may must no not only
    permitted prohibited restricted shall should unless use used using was were will without you your
    """.split()  # noqa: SIM905 - a word list reads as words
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, folded, each with its place: `text[starts[n]:ends[n]]` is word n as written."""

    text: str
    folded: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.folded)

    def run(self, start: int, end: int) -> str:
        """Return words `start` to `end` as written, on one line."""
        return " ".join(self.text[self.starts[start] : self.ends[end - 1]].split())


def words(text: str) -> Words:
    """Return the words of a text that count when licenses are compared."""
    found = list(_WORD.finditer(_blanked(text)))
    folded = map(fold, [match[0] for match in found])
    return Words(text, tuple(folded), tuple(m.start() for m in found), tuple(m.end() for m in found))


def addresses(text: str) -> list[str]:
    """Return the web addresses in a text, as written."""
    return [match[0].rstrip(".,;:") for match in _ADDRESS.finditer(text)]


def fold(word: str) -> str:
    """Make one word comparable: letter case and typographic forms do not count."""
    return word.lower() if word.isascii() else normalize("NFKC", word).casefold()


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Join ascending numbers to stretches (start, end) without a gap."""
    joined: list[tuple[int, int]] = []
    for number in numbers:
        if joined and joined[-1][1] == number:
            joined[-1] = (joined[-1][0], number + 1)
        else:
            joined.append((number, number + 1))
    return joined


def says_something(folded: Iterable[str]) -> bool:
    """Whether words make a sentence, not only a title or a name."""
    return not _SPEAKING.isdisjoint(folded)


def _blanked(text: str) -> str:
    """Put blanks where something does not count, so that places stay as they are."""
    text = _COPYRIGHT.sub(_blanks_for_names, _ORIGIN.sub(_blanks, text))
    for pattern in (_MARKUP, _ADDRESS, _NUMBERING):
        text = pattern.sub(_blanks, text)
    return _MAIL.sub(_blanks, text) if "@" in text else text


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _blanks_for_names(match: re.Match[str]) -> str:
    """Leave a copyright line as it is that says more than who holds it: a restriction may stand there."""
    line = match[0].lower() if match[0].isupper() else match[0]  # Will and Grant are names
    return match[0] if says_something(_WORD.findall(line)) else " " * len(match[0])
