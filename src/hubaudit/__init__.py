"""hubaudit: it says it is open source, is it? Importing this package loads nothing heavy.

`hubaudit.score` and `hubaudit.open_store` are those of hubaudit.api, which is loaded when one is used.
"""

from typing import TYPE_CHECKING

__all__ = ["__version__", "open_store", "score"]
__version__ = "0.1.0"

if TYPE_CHECKING:
    from hubaudit.api import open_store, score
else:

    def __getattr__(name: str) -> object:
        if name not in {"open_store", "score"}:
            raise AttributeError(f"module 'hubaudit' has no attribute {name!r}")
        from hubaudit import api  # noqa: PLC0415 - every part of hubaudit loads this package first

        return getattr(api, name)
