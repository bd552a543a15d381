"""What is looked for in code: the rows of queries/0_reference/code_mention.csv, by their syntax.

`call`: a Python call whose name ends in one of `names`, of one of `modules` if any is given; the id is the
argument at `position` or a keyword of `keywords`. `key`: a configuration's key path that ends in one of
`names`. `command`: a pattern over command lines, in which {id} stands for an id and a space for any blanks.
`decoy`: a pattern of what looks like an id and is none. `bare` says what a name without an owner is: nothing,
`any` id, a `canonical` one, or the owner that the library puts before it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import re2

from hubaudit.text.hub_links import is_canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

# One group, and then what no longer belongs to a word; how long an id may be is not the pattern's to say.
_ID_IN_COMMAND = r"([A-Za-z0-9_][\w.-]*/[A-Za-z0-9_](?:[\w.-]*\w)?)(?:[^\w./${}*%<-]|$)"
_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,298}[A-Za-z0-9_])?"
_HUMP = re.compile("(?<=[a-z0-9])(?=[A-Z])")  # where camelCase has its words
ANY = "*"
"""The name of a row that is about the keywords of any call."""

_BARE, _ID = re.compile(_NAME), re.compile(f"{_NAME}/{_NAME}")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to look for. `kind`: model, dataset, or repo_type: another argument says it."""

    names: tuple[tuple[str, ...], ...]
    position: int | None
    keywords: frozenset[str]
    modules: frozenset[str]
    kind: str
    bare: str
    excepted: frozenset[str]


class Wanted:
    """All that is looked for. `rows` are those of the table."""

    def __init__(self, rows: Sequence[Mapping[str, str]]) -> None:
        self._calls: dict[str, list[tuple[tuple[str, ...], Row]]] = defaultdict(list)  # by the last name
        for row in map(_row, (row for row in rows if row["syntax"] == "call")):
            for name in row.names:
                self._calls[name[-1]].append((name, row))
        self.keys = [_row(row) for row in rows if row["syntax"] == "key"]
        self.commands = [
            (_command(row["pattern"]), row["kind"]) for row in rows if row["syntax"] == "command"
        ]
        decoys = "|".join(f"(?:{row['pattern']})" for row in rows if row["syntax"] == "decoy")
        self._decoy = re2.compile(decoys) if decoys else None

    def id_in(self, text: str, row: Row | None = None) -> str | None:
        """Return the id that a whole text is, where this row looks for one."""
        if text in (row.excepted if row else ()):
            return None
        if _ID.fullmatch(text):
            return None if self.is_decoy(text) else text
        if row is None or not row.bare or not _BARE.fullmatch(text):
            return None
        if row.bare == "any" or is_canonical(text):
            return text
        return None if row.bare == "canonical" else f"{row.bare}/{text}"

    def is_decoy(self, repo_id: str) -> bool:
        """Whether this looks like an id and is none: a folder, a file, a placeholder."""
        return self._decoy is not None and self._decoy.fullmatch(repo_id) is not None

    def key_row(self, path: Sequence[str]) -> Row | None:
        """Return what a configuration's key asks for: the longest name that the key path ends in decides."""
        words = tuple(map(_snake, path))
        found = [(len(name), row) for row in self.keys for name in row.names if _ends(words, name)]
        return max(found, key=_length)[1] if found else None

    def calls_of(self, name: Sequence[str]) -> Iterator[Row]:
        """Yield what a call of this dotted name takes."""
        for wanted, row in (*self._calls.get(name[-1], ()), *self._calls.get(ANY, ())):
            if wanted == (ANY,) or _ends(name, wanted):
                yield row

    def may_call(self, text: str) -> bool:
        """Whether a program may call any of it, told by its words alone: most files do not."""
        return any(
            _has(text, any, row.modules or ("",))
            and (_has(text, any, row.keywords) if name == (ANY,) else _has(text, all, name))
            for found in self._calls.values()
            for name, row in found
        )


def _has(text: str, how: Callable[[Iterable[bool]], bool], words: Iterable[str]) -> bool:
    return how(word in text for word in words)


def _snake(key: str) -> str:
    return _HUMP.sub("_", key).lower().replace("-", "_").replace(".", "_")


def _length(found: tuple[int, Row]) -> int:
    return found[0]


def _ends(path: Sequence[str], name: tuple[str, ...]) -> bool:
    return tuple(path[-len(name) :]) == name


def _row(row: Mapping[str, str]) -> Row:
    names = tuple(tuple(name.split(".")) for name in row["names"].split(";"))
    position = int(row["position"]) if row["position"] else None
    keywords, modules, excepted = (
        frozenset(filter(None, row[each].split(";"))) for each in ("keywords", "modules", "excepted")
    )
    return Row(names, position, keywords, modules, row["kind"], row["bare"], excepted)


def _command(pattern: str) -> re2._Regexp:
    return re2.compile("(?m)" + pattern.replace(" ", r"[ \t]+").replace("{id}", _ID_IN_COMMAND))
