"""One repository: what the Hub derives, its commits, its names."""

from __future__ import annotations

import hashlib

import httpx
import pytest

from tests.fakehub import FakeHub, model
from tests.fakehub.samples import FILE


def test_the_hub_derives_tags_and_parents_from_the_card(hub: FakeHub, client: httpx.Client) -> None:
    hub.catalogue.put(
        model(
            "acme/child",
            license="mit",
            base_model=["acme/plain", "old/name", "gone/away"],
            datasets=["acme/data"],
            head={"tags": ["chat"], "language": ["no"], "library_name": "transformers"},
            card="See arxiv.org/abs/2401.01234.",
        )
    )

    body = client.get("/api/models/acme/child?expand=tags&expand=baseModels&expand=cardData").json()

    assert set(body["tags"]) >= {
        "region:us", "license:mit", "dataset:acme/data", "chat", "no", "transformers", "arxiv:2401.01234",
        "base_model:gone/away", "base_model:merge:acme/plain",
    }  # fmt: skip
    assert body["baseModels"]["relation"] == "merge"
    assert [parent["id"] for parent in body["baseModels"]["models"]] == ["acme/plain", "new/name"]
    assert body["cardData"]["language"] == ["no"]


@pytest.mark.parametrize(
    ("readme", "card_data"),
    [
        ("---\nlicense: mit\n---\nText", {"license": "mit"}),
        ("\ufeff\n---\r\nlicense: mit\r\n---\r\nText", {"license": "mit"}),
        ("---\nvalue: .nan\n1: one\n---\n", {"value": None, "1": "one"}),
        ("---\nlicense: [a\n---\n", None),
        ("---\na: 1\na: 2\n---\n", None),
        ("---\n- a\n---\n", None),
        ("---\nlicense: mit\n", None),
        ("No head", None),
        (b"---\nlicense: mit\n---\n\xff\xfe", {"license": "mit"}),
    ],
)
def test_a_head_is_read_or_null(
    client: httpx.Client, hub: FakeHub, readme: str | bytes, card_data: object
) -> None:
    hub.catalogue.put(model("acme/head", readme=readme))

    assert client.get("/api/models/acme/head").json()["cardData"] == card_data


def test_blobs_give_sizes_and_digests(client: httpx.Client) -> None:
    rows = client.get("/api/models/acme/heavy?blobs=true").json()["siblings"]

    heavy = next(row for row in rows if row["rfilename"] == "model.bin")
    assert heavy["size"] == 1200
    assert heavy["lfs"]["sha256"] == hashlib.sha256(b"\x00\xff" * 600).hexdigest()
    assert client.get("/api/models/acme/heavy").json()["siblings"][-1] == {"rfilename": "model.bin"}


@pytest.mark.parametrize(
    "path", ["/api/models/gpt2", "/api/datasets/oscar", "/api/models/gpt2/revision/main"]
)
def test_ids_without_owner(client: httpx.Client, path: str) -> None:
    assert client.get(path).json()["id"] in {"gpt2", "oscar"}


def test_old_commits_stay_readable_after_a_push(hub: FakeHub, client: httpx.Client) -> None:
    old = client.get("/api/models/acme/plain").json()
    hub.catalogue.push(model("acme/plain", license="apache-2.0", card="# Changed\n"))
    new = client.get("/api/models/acme/plain").json()

    assert new["_id"] == old["_id"]
    assert new["lastModified"] > old["lastModified"]
    assert new["cardData"]["license"] == "apache-2.0"
    for revision in (old["sha"], old["sha"][:8]):
        assert client.get(f"/api/models/acme/plain/revision/{revision}").json()["sha"] == old["sha"]
    cached = f"/api/resolve-cache/models/acme/plain/{old['sha']}/README.md"
    assert client.get(cached).text == "---\nlicense: mit\n---\n# Plain\n"
    assert client.get("/api/models?sort=lastModified&limit=1").json()[0]["id"] == "acme/plain"
    assert [row["id"] for row in client.get("/api/models/acme/plain/commits/main").json()] == [
        new["sha"],
        old["sha"],
    ]


def test_tree_and_refs(client: httpx.Client) -> None:
    top = client.get("/api/models/acme/plain/tree/main").json()
    deep = client.get("/api/models/acme/plain/tree/main?recursive=true").json()
    heavy = client.get("/api/models/acme/heavy/tree/main").json()

    assert {row["path"]: row["type"] for row in top} == {
        ".gitattributes": "file", "LICENSE": "file", "README.md": "file", "a": "directory",
    }  # fmt: skip
    assert {row["path"] for row in deep} - {row["path"] for row in top} == {"a/b", "a/b/c.txt"}
    assert client.get("/api/models/acme/plain/tree/main/a/b").json()[0]["path"] == "a/b/c.txt"
    assert heavy[-1]["lfs"]["oid"] == hashlib.sha256(b"\x00\xff" * 600).hexdigest()
    sha = client.get("/api/models/acme/plain").json()["sha"]
    assert client.get("/api/models/acme/plain/refs").json()["branches"][0]["targetCommit"] == sha


@pytest.mark.parametrize("asked", ["old/name", "OLD/Name", "New/NAME"])
def test_old_names_and_other_cases_redirect(client: httpx.Client, asked: str) -> None:
    answer = client.get(f"/api/models/{asked}/revision/main?expand=sha")

    assert answer.status_code == 307
    assert answer.headers["location"] == "/api/models/new/name/revision/main"
    assert answer.text == "Temporary Redirect. Redirecting to /api/models/new/name/revision/main"
    assert client.get(f"/{asked}/{FILE}").headers["location"] == f"/new/name/{FILE}"


def test_a_rename_moves_the_repository_and_keeps_its_identity(hub: FakeHub, client: httpx.Client) -> None:
    key = client.get("/api/models/new/name").json()["_id"]
    hub.catalogue.rename("new/name", "newer/name")

    assert client.get("/api/models/old/name", follow_redirects=True).json()["_id"] == key
    assert client.get("/api/models/new/name").headers["location"] == "/api/models/newer/name"


def test_a_reused_name_is_another_repository(hub: FakeHub, client: httpx.Client) -> None:
    hub.catalogue.put(model("old/name", license="other"))

    reused, moved = client.get("/api/models/old/name"), client.get("/api/models/new/name")
    assert reused.status_code == 200
    assert reused.json()["_id"] != moved.json()["_id"]


def test_redirects_may_chain_loop_and_lead_away(hub: FakeHub, client: httpx.Client) -> None:
    hub.catalogue.redirect("oldest/name", "old/name")
    hub.catalogue.redirect("loop/a", "loop/b")
    hub.catalogue.redirect("loop/b", "loop/a")
    hub.catalogue.redirect("away/x", "http://example.invalid/api/models/away/x")

    chained = client.get("/api/models/oldest/name", follow_redirects=True)
    assert [hop.headers["location"] for hop in chained.history] == [
        "/api/models/old/name",
        "/api/models/new/name",
    ]
    with pytest.raises(httpx.TooManyRedirects):
        client.get("/api/models/loop/a", follow_redirects=True)
    assert client.get("/api/models/away/x").headers["location"].startswith("http://example.invalid/")


def test_a_removed_repository_leaves_nothing(hub: FakeHub, client: httpx.Client) -> None:
    hub.catalogue.remove("acme/plain")

    assert client.get("/api/models/acme/plain").status_code == 401
    assert client.get("/api/models?search=plain").json() == []
