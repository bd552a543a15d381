"""The list of upstream models, walked as the tree a reader expects."""

from collections.abc import Iterator
from typing import NamedTuple

from hubaudit.model import Ancestor, Report


class Step(NamedTuple):
    """One model in the tree; `trail` says of each branch from the root down whether it is its last one."""

    ancestor: Ancestor
    trail: tuple[bool, ...]
    repeated: bool  # shown before: its own bases are listed there


def walk(report: Report) -> Iterator[Step]:
    """Yield every upstream model below the one it was named by; each is expanded once, so cycles end.

    A model whose way down does not lead to the audited one is still shown, at the root: nothing is dropped.
    """
    bases: dict[str, list[Ancestor]] = {}
    for ancestor in report.lineage:
        bases.setdefault(ancestor.via, []).append(ancestor)
    seen = {report.id}
    for start in [report.id, *bases]:
        yield from _branch(start, bases, seen)


def _branch(start: str, bases: dict[str, list[Ancestor]], seen: set[str]) -> Iterator[Step]:
    # A stack instead of recursion: a chain on the Hub may be longer than Python's call stack.
    pending = _expand(start, (), bases)
    while pending:
        ancestor, trail = pending.pop()
        yield Step(ancestor, trail, repeated=ancestor.id in seen)
        seen.add(ancestor.id)
        pending += _expand(ancestor.id, trail, bases)


def _expand(
    model_id: str, trail: tuple[bool, ...], bases: dict[str, list[Ancestor]]
) -> list[tuple[Ancestor, tuple[bool, ...]]]:
    """Take a model's bases out of `bases`, the last one first."""
    found = bases.pop(model_id, [])
    return [(base, (*trail, base is found[-1])) for base in reversed(found)]
