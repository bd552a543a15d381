"""YAML with places: every text in it, and under which keys. Read event by event: no alias is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from hubaudit.text.code.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where the wheel has it
_DEEPEST = 200  # lists and tables inside each other; libyaml's time grows with the square of them


class _Open:
    """A list, a table or a document that is being read. `key` is the one whose value comes next."""

    def __init__(self, event: yaml.Event, owner: int) -> None:
        self.is_table = isinstance(event, yaml.MappingStartEvent)
        self.owner = event.start_mark.index if self.is_table else owner
        self.key: str | None = None

    def take(self, word: str) -> bool:
        """Take what comes as the next key, if one is due; tell whether it was."""
        is_key = self.is_table and self.key is None
        self.key = word if is_key else None
        return is_key


def yaml_values(text: str) -> Iterator[Value]:
    """Yield the texts in all documents. Raises ValueError for what is no YAML."""
    try:
        yield from _values(text)
    except yaml.YAMLError as error:
        raise ValueError("not YAML") from error


def _values(text: str) -> Iterator[Value]:
    opened: list[_Open] = []
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            if len(opened) >= _DEEPEST:
                raise ValueError("nested too deep")
            opened.append(_Open(event, opened[-1].owner if opened else 0))
        elif isinstance(event, yaml.CollectionEndEvent):
            opened.pop()
            if opened:
                opened[-1].take("")
        elif isinstance(event, yaml.AliasEvent) and opened:
            opened[-1].take("")
        elif isinstance(event, yaml.ScalarEvent):
            path = tuple(each.key for each in opened if each.key is not None)
            if not opened or not opened[-1].take(event.value):
                owner = opened[-1].owner if opened else 0
                yield Value(path, event.value, event.start_mark.index, event.end_mark.index, owner)
