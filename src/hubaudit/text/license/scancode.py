"""ScanCode, for texts that we do not know: only where the extra `hubaudit[scancode]` is installed.

Its index takes ten seconds and a gigabyte, so it is loaded by the first text that needs it.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any

LEAST_SCORE = 99.9  # of 100; sibling licenses come to 99.4


@cache
def is_installed() -> bool:
    """Whether the extra is there."""
    return find_spec("licensedcode") is not None


def identify(text: str) -> str | None:
    """Return ScanCode's key of the license that all of a text is; None: it does not know, or is not there."""
    if not is_installed():
        return None
    matches = _index().match(query_string=text)
    keys = {str(match.rule.license_expression) for match in matches}
    certain = all(match.score() >= LEAST_SCORE and match.coverage() >= LEAST_SCORE for match in matches)
    if len(keys) != 1 or not certain or not any(match.rule.is_from_license for match in matches):
        return None
    return keys.pop()


@cache
def _index() -> Any:  # noqa: ANN401 - ScanCode ships no types
    from licensedcode.cache import get_index  # noqa: PLC0415 - see above

    return get_index()
