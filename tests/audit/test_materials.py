"""What a model is made of, as the tables have it, and what becomes of it in a bill of materials."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.audit.materials import read_materials
from tests.audit.command import run
from tests.world import world

if TYPE_CHECKING:
    from hubaudit.model import Material
    from tests.fakehub import FakeHub

REPOS: list[dict[str, Any]] = [
    {"id": "acme/top", "license": "mit", "base_model": "acme/mid", "datasets": ["acme/data"], "card": "Top."},
    {"id": "acme/mid", "license": "other", "license_name": "acme-terms", "card": "Mid.",
     "base_model": ["acme/low", "gone/base"]},
    {"id": "acme/low", "license": "apache-2.0", "datasets": "acme/more", "base_model": "acme/top"},
    {"id": "acme/data", "kind": "dataset", "license": "cc-by-nc-4.0", "card": "Data."},
    {"id": "gone/base", "outcome": "missing-or-private"},
    {"id": "acme/apart", "license": "mit", "datasets": ["acme/other"], "card": "Apart."},
]  # fmt: skip


@pytest.fixture(scope="module")
def materials() -> tuple[Material, ...]:
    return read_materials(world(REPOS).con, "acme/top")


def test_every_edge_below_a_model_is_there_and_no_other(materials: tuple[Material, ...]) -> None:
    assert [(each.of, each.use, each.id) for each in materials if each.kind == "model"] == [
        ("acme/top", "finetune", "acme/mid"),
        ("acme/mid", "merge", "acme/low"),
        ("acme/mid", "merge", "gone/base"),
    ], "a circle ends where it began"
    assert {(each.of, each.id) for each in materials if each.kind == "dataset"} == {
        ("acme/top", "acme/data"), ("acme/low", "acme/more")
    }  # fmt: skip


def test_each_has_its_license_and_how_the_look_at_it_ended(materials: tuple[Material, ...]) -> None:
    found = {each.id: each for each in materials}
    low, mid, gone, data = (found[each] for each in ("acme/low", "acme/mid", "gone/base", "acme/data"))
    assert (low.license, low.spdx, low.level, low.is_on_hub) == ("apache-2.0", "Apache-2.0", 4, True)
    assert (mid.license, mid.spdx) == ("acme-terms", None)
    assert (gone.license, gone.is_on_hub, gone.basis) == (None, False, "missing-or-private")
    assert (data.spdx, data.level, data.basis) == ("CC-BY-NC-4.0", 2, "license cc-by-nc-4.0")
    assert all(each.url for each in (low, mid, data))


@pytest.mark.parametrize("form", ["cyclonedx", "spdx"])
def test_an_answer_from_the_store_makes_the_same_document(hub: FakeHub, form: str) -> None:
    first = run("score", "acme/top", "--format", form)
    hub.requests.clear()
    assert run("score", "acme/top", "--format", form).out == first.out
    assert hub.requests == []
    assert all(name in json.dumps(json.loads(first.out)) for name in ("left", "right", "root", "acme/data"))


def test_without_the_extra_spdx_says_what_to_install(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spdx_python_model", None)
    done = run("score", "bare", "--format", "spdx")
    assert (done.code, done.out) == (2, "")
    assert "pip install 'hubaudit[spdx]'" in done.err
    assert hub.requests
