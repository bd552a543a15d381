"""Python, by its syntax tree: calls that load a model or data set, and addresses in its strings.

A name stands for the text that it was given: at the module's level, in the function, or as a parameter's
default; a choice stands for each text that it may be. What is put together when the program runs (f-strings,
sums of texts) is nobody's id.
"""

from __future__ import annotations

import ast
import warnings
from collections import ChainMap
from typing import TYPE_CHECKING

from hubaudit.text.code.address import addresses, has_address
from hubaudit.text.code.spot import Lines, Spot, inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hubaudit.text.code.wanted import Row, Wanted

Names = ChainMap[str, list[ast.expr]]
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_REPO_TYPE = "repo_type"
NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What the parser raises for a text that is no program."""


def parsed(text: str) -> ast.Module:
    """Parse source code. Raises one of `NOT_PYTHON` for what is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the program's style: it is not ours
        return ast.parse(text)


def python(text: str, wanted: Wanted) -> Iterator[Spot]:
    """Yield the repositories that source code names. Raises one of `NOT_PYTHON`.

    What has none of the words that are looked for is not parsed: walking its tree is what takes the time.
    """
    if not wanted.may_call(text) and not has_address(text):
        return
    tree = parsed(text)
    yield from _Reader(text, tree, wanted).spots(tree)


class _Reader:
    """Reads one module."""

    def __init__(self, text: str, tree: ast.Module, wanted: Wanted) -> None:
        self._text = text
        self._wanted = wanted
        self._imported = _imported(tree)
        self._modules = {path[0] for path in self._imported.values()}
        self._lines = Lines(text)

    def spots(self, tree: ast.Module) -> Iterator[Spot]:
        waiting: list[tuple[ast.AST, Names]] = [(tree, ChainMap(_given(tree)))]
        while waiting:
            node, names = waiting.pop()
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from self._addresses(node, node.value)
            elif isinstance(node, ast.Call):
                yield from self._call(node, names)
            if isinstance(node, _Function):
                names = names.new_child(_parameters(node.args) | _given(node))
            if not isinstance(node, ast.JoinedStr):
                waiting += [(child, names) for child in ast.iter_child_nodes(node) if not _is_prose(child)]

    def _addresses(self, node: ast.Constant, text: str) -> Iterator[Spot]:
        for found in addresses(text, self._wanted):
            yield Spot(self._offset(node, found.id), found.id, found.kind)

    def _call(self, call: ast.Call, names: Names) -> Iterator[Spot]:
        path = _path(call.func)
        if not path:
            return
        known = self._imported.get(path[0])
        name = [*(known or path[:1]), *path[1:]]
        for row in self._wanted.calls_of(name):
            if row.modules and not row.modules & ({name[0]} if known else self._modules):
                continue
            kind = _kind(row, call, names)
            for node in _arguments(row, call, names):
                if repo_id := self._wanted.id_in(str(node.value), row):
                    yield Spot(self._offset(node, str(node.value)), repo_id, kind)

    def _offset(self, node: ast.Constant, word: str) -> int:
        """Return where a word stands in the source of a text."""
        start, end = (
            self._at(line, column) for line, column in
            ((node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or 0))
        )  # fmt: skip
        return inside(self._text, word, start, end)

    def _at(self, line: int, column: int) -> int:
        """Turn a line and a column in bytes into an offset."""
        start = self._lines.starts[line - 1]
        return start + len(self._text[start : start + column].encode()[:column].decode(errors="ignore"))


def _imported(tree: ast.Module) -> dict[str, list[str]]:
    """Return what each imported name is, as a path from its top module."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                path = alias.name.split(".")
                found[alias.asname or path[0]] = path if alias.asname else path[:1]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = [*node.module.split("."), alias.name]
    return found


def _given(block: ast.AST) -> dict[str, list[ast.expr]]:
    """Return what names are given in a module or function, functions and classes inside left out."""
    found: dict[str, list[ast.expr]] = {}
    waiting = list(ast.iter_child_nodes(block))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
        if not isinstance(node, (_Function, ast.ClassDef, ast.expr)):
            waiting += ast.iter_child_nodes(node)
    return found


def _parameters(arguments: ast.arguments) -> dict[str, list[ast.expr]]:
    """Return the defaults of parameters; one without a default hides the name outside."""
    plain = [*arguments.posonlyargs, *arguments.args]
    given = [*[None] * (len(plain) - len(arguments.defaults)), *arguments.defaults, *arguments.kw_defaults]
    pairs = zip([*plain, *arguments.kwonlyargs], given, strict=True)
    return {name.arg: [value] if value else [] for name, value in pairs}


def _path(node: ast.expr) -> list[str]:
    """Return the dotted name of what is called; what is no name before its last dot counts as `?`."""
    path: list[str] = []
    while isinstance(node, ast.Attribute):
        path.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        return [node.id, *path]
    return ["?", *path] if path else []


def _arguments(row: Row, call: ast.Call, names: Names) -> Iterator[ast.Constant]:
    """Yield the texts that may be given for what the row asks for."""
    given = [keyword.value for keyword in call.keywords if keyword.arg in row.keywords]
    if row.position is not None and len(call.args) > row.position:
        before = call.args[: row.position + 1]
        given += [] if any(isinstance(each, ast.Starred) for each in before) else before[-1:]
    for node in given:
        yield from _texts(node, names)


def _texts(node: ast.expr, names: Mapping[str, list[ast.expr]]) -> Iterator[ast.Constant]:
    """Yield each text that an expression may be."""
    match node:
        case ast.Constant(value=str()):
            yield node
        case ast.JoinedStr(values=[ast.Constant() as text]):  # an f without anything to put in
            yield text
        case ast.Name(id=name):
            for value in names.get(name, []):
                yield from _texts(value, {})  # one step: names may go round in a circle
        case ast.BoolOp(values=values):
            for value in values:
                yield from _texts(value, names)
        case ast.IfExp(body=first, orelse=second):
            yield from _texts(first, names)
            yield from _texts(second, names)
        case ast.Call(func=ast.Attribute(attr="get" | "getenv"), args=[_, default]):
            yield from _texts(default, names)


def _kind(row: Row, call: ast.Call, names: Names) -> str:
    """Return what is loaded: the row knows, or another argument says it."""
    if row.kind != _REPO_TYPE:
        return row.kind
    given = [keyword.value for keyword in call.keywords if keyword.arg == _REPO_TYPE]
    said = [str(text.value) for node in given for text in _texts(node, names)]
    return said[0] if said else "model"


def _is_prose(node: ast.AST) -> bool:
    """Whether this is a text by itself: a docstring, which says something to readers alone."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
