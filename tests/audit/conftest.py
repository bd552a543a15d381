"""A fake Hub that the environment names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakehub import FakeHub, dataset, model

if TYPE_CHECKING:
    from collections.abc import Iterator

WEIGHTS = {"model.safetensors": "weights, as it were\n"}
REPOS = (
    model("acme/top", license="mit", base_model=["acme/left", "acme/right"], datasets=["acme/data"],
          card="# Top\n\nA merge.\n", files=WEIGHTS),
    model("acme/left", license="mit", base_model="acme/root", datasets=["acme/data"], card="# Left\n",
          files=WEIGHTS),
    model("acme/right", license="mit", base_model="acme/root", card="# Right\n",
          files={**WEIGHTS, "LICENSE": "Mine.\n"}),
    model("acme/root", license="mit", card="# Root\n", files=WEIGHTS),
    dataset("acme/data", license="cc-by-nc-4.0", card="# Data\n\nNot for commercial use.\n"),
    model("acme/alone", license="apache-2.0", card="# Alone\n\nAn open-source model.\n", files=WEIGHTS),
    model("acme/off", license="mit", disabled=True, card="# Off\n"),
    model("acme/secret", license="mit", private=True, card="# Secret\n", files=WEIGHTS),
    model("acme/gated", license="apache-2.0", gated="manual", card="# Gated\n\nAn open-source model.\n",
          files=WEIGHTS),
    model("New-Owner/Renamed", license="mit", card="# Renamed\n", renamed_from=["old/name"], files=WEIGHTS),
    model("bare", license="mit", card="# Bare\n", files=WEIGHTS),
)  # fmt: skip


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with FakeHub(REPOS) as running:
        running.accounts.grant("hf_mayRead", "acme/gated", "acme/secret")
        running.accounts.grant("hf_mayNotRead")
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running
