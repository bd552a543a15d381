"""SPDX expressions that people write where one license is meant to stand: `MIT OR Apache-2.0`."""

from __future__ import annotations

from functools import cache

from license_expression import (
    LicenseSymbol,
    LicenseWithExceptionSymbol,
    Licensing,
    get_spdx_licensing,
)

LONGEST = 200  # characters
_MOST_NAMES = 8  # alternatives multiply with them


def alternatives(text: str) -> tuple[tuple[str, ...], ...]:
    """Return what may be chosen: licenses that hold together, in lower case. Empty: no expression."""
    if len(text) > LONGEST:
        return ()
    licensing = Licensing()
    try:
        parsed = licensing.parse(text)
    except Exception:  # noqa: BLE001 - beside its own errors the parser fails in others on "()" and "(a and +"
        return ()
    if parsed is None or (parsed.isliteral and not isinstance(parsed, LicenseWithExceptionSymbol)):
        return ()
    if len(parsed.symbols) > _MOST_NAMES:
        return ()
    choice = licensing.dnf(parsed)
    options = choice.args if isinstance(choice, licensing.OR) else (choice,)
    return tuple(sorted({tuple(sorted({_name(each) for each in option.symbols})) for option in options}))


def _name(symbol: LicenseSymbol) -> str:
    """Name a license. SPDX's exceptions only permit more; any other addition makes a license of its own."""
    if (
        isinstance(symbol, LicenseWithExceptionSymbol)
        and symbol.exception_symbol.key.lower() in _exceptions()
    ):
        return str(symbol.license_symbol.key).lower()
    return str(symbol).lower()


@cache
def _exceptions() -> frozenset[str]:
    return frozenset(
        key.lower() for key, symbol in get_spdx_licensing().known_symbols.items() if symbol.is_exception
    )
