"""A small Hub for the tests of the fake itself."""

from __future__ import annotations

from tests.fakehub.build import dataset, model

LICENSE = "Do what you like, says this text.\n"
FILE = "resolve/main/README.md"
REPOS = (
    model("acme/plain", license="mit", card="# Plain\n", files={"LICENSE": LICENSE, "a/b/c.txt": "deep"}),
    model("acme/heavy", files={"model.bin": b"\x00\xff" * 600}, lfs=["model.bin"]),
    model("acme/gated", license="llama3.1", gated="manual", card="# Gated\n"),
    model("acme/off", license="mit", disabled=True, card="# Off\n"),
    model("acme/secret", license="mit", private=True, card="# Secret\n"),
    model("new/name", license="mit", card="# Moved\n", renamed_from=["old/name"]),
    model("gpt2", license="mit", card="# No owner\n"),
    dataset("acme/data", license="cc-by-4.0", card="# Data\n"),
    dataset("oscar", card="# No owner\n"),
)


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {token}"}
