"""Recorded repositories: each shape of line, and how several lines become one repository."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import zstandard

from tests.fakehub import FakeHub
from tests.fakehub.conftest import TRUSTS_NOBODY
from tests.fakehub.records import load

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakehub import Repo

ANSWERED: dict[str, Any] = {
    "_id": "0123456789abcdef01234567",
    "id": "a/answered",
    "sha": "c" * 40,
    "gated": False,
    "tags": ["license:mit"],
    "siblings": [{"rfilename": "README.md"}, {"rfilename": "LICENSE"}],
}
ANSWER = {"path": "/api/models/a/answered", "body": ANSWERED}
EXPANDED = {
    "path": "/api/models/a/answered.v2",
    "body": {"_id": "0123456789abcdef01234567", "id": "a/answered", "downloads": 3},
}
OLD = {
    "record": {"modelId": "a/old", "sha": "d" * 40, "tags": [], "siblings": []},
    "readme": "---\nlicense: mit\n---\nOld",
}
OLD_BARE = {
    "record": {"modelId": "a/bare", "tags": []},
    "readme": "Error: the path 'README.md' does not exist",
}
ROW = {"_id": "1123456789abcdef01234567", "id": "a/row", "tags": ["region:us"], "gated": True}
CARD = {"id": "a/card", "front_matter_raw": "license: mit\nextra_gated_prompt: Ask", "body": "\n# Card\n"}
CARD_OF_DATA = {"id": "a/data", "kind": "dataset", "front_matter": {"license": "odc-by"}, "body": "Data\n"}
PAGE = {"id": "a/page", "kind": "model", "origin": "github-readme", "front_matter": {}, "body": "A page\n"}
OWN = {"kind": "dataset", "id": "a/own", "license": "cc0-1.0", "card": "Own\n", "gated": "auto"}


def write(path: Path, *lines: dict[str, Any]) -> Path:
    text = "".join(json.dumps(line) + "\n" for line in lines).encode()
    packed = {".gz": gzip.compress, ".zst": zstandard.ZstdCompressor().compress}
    path.write_bytes(packed[path.suffix](text) if path.suffix in packed else text)
    return path


def loaded(folder: Path, *lines: dict[str, Any]) -> dict[str, Repo]:
    return {repo.id: repo for repo in load([write(folder / "some.jsonl", *lines)])}


@pytest.mark.parametrize("name", ["lines.jsonl", "lines.jsonl.gz", "lines.jsonl.zst"])
def test_every_shape_in_every_packing(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, ANSWER, EXPANDED, OLD, OLD_BARE, ROW, CARD, CARD_OF_DATA, PAGE, OWN)

    found = {repo.id: (repo.kind, repo.files.get("README.md")) for repo in load([path])}

    assert found == {
        "a/answered": ("model", None),
        "a/old": ("model", b"---\nlicense: mit\n---\nOld"),
        "a/bare": ("model", None),
        "a/row": ("model", None),
        "a/card": ("model", b"---\nlicense: mit\nextra_gated_prompt: Ask\n---\n\n# Card\n"),
        "a/data": ("dataset", b"---\nlicense: odc-by\n---\nData\n"),
        "a/page": ("model", b"A page\n"),
        "a/own": ("dataset", b"---\nlicense: cc0-1.0\n---\nOwn\n"),
    }


def test_the_fullest_answer_is_served_as_recorded(tmp_path: Path) -> None:
    for lines in ((ANSWER, EXPANDED), (EXPANDED, ANSWER)):
        assert loaded(tmp_path, *lines)["a/answered"].record == ANSWERED


def test_a_card_alone_gets_no_file_list_and_the_gate_its_head_asks_for(tmp_path: Path) -> None:
    found = loaded(tmp_path, CARD, PAGE)

    assert "siblings" not in found["a/card"].record
    assert found["a/card"].record["gated"] == "manual"
    assert found["a/card"].record["cardData"] == {"license": "mit", "extra_gated_prompt": "Ask"}
    assert "license:mit" in found["a/card"].record["tags"]
    assert found["a/page"].record["gated"] is False
    assert found["a/page"].record["cardData"] is None


def test_an_answer_wins_over_a_card_and_keeps_its_readme(tmp_path: Path) -> None:
    card = {**CARD, "id": "a/answered"}

    for lines in ((ANSWER, card), (card, ANSWER)):
        repo = loaded(tmp_path, *lines)["a/answered"]
        assert repo.record["gated"] is False
        assert repo.record["sha"] == "c" * 40
        assert repo.record["cardData"]["license"] == "mit"
        assert repo.files["README.md"].endswith(b"# Card\n")


def test_two_names_of_one_repository_are_a_rename(tmp_path: Path) -> None:
    moved = {"path": "/api/models/b/moved", "body": {**ANSWERED, "id": "b/moved"}}

    found = loaded(tmp_path, ANSWER, {**CARD, "id": "a/answered"}, moved)

    assert list(found) == ["b/moved"]
    assert found["b/moved"].renamed_from == ("a/answered",)
    assert found["b/moved"].files["README.md"].endswith(b"# Card\n")


def test_an_unknown_shape_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"some\.jsonl:2: .*'what'"):
        loaded(tmp_path, OWN, {"what": 1})


def test_a_file_whose_bytes_were_not_recorded_is_refused_not_absent(tmp_path: Path) -> None:
    repos = load([write(tmp_path / "some.jsonl", ANSWER, {**CARD, "front_matter_raw": "license: mit"})])

    with FakeHub(repos) as hub, httpx.Client(base_url=hub.url, verify=TRUSTS_NOBODY) as client:
        paths = [
            "a/answered/resolve/main/LICENSE",
            "a/answered/resolve/main/NONE",
            "a/card/resolve/main/LICENSE",
        ]
        assert [client.get(path).status_code for path in paths] == [403, 404, 403]


def test_the_real_records(shared: Path) -> None:
    names = ["api_bodies.jsonl.zst", "labelled_cards.jsonl.zst", "cards_2024-05.jsonl.zst"]
    radar = sorted((shared / "real" / "radar").glob("*.jsonl.zst"))[:1]

    found = {
        (repo.kind, repo.id): repo for repo in load([*(shared / "real" / name for name in names), *radar])
    }

    assert len(found) > 10_000
    llama = found["model", "meta-llama/Llama-3.1-8B-Instruct"].record
    assert (llama["gated"], llama["cardData"]["license"]) == ("manual", "llama3.1")
    assert found["model", "openai-community/gpt2"].renamed_from == ("gpt2",)
    assert found["model", "01-ai/Yi-34B-Chat"].files["README.md"].startswith(b"---\nlicense: other\n")


def test_the_whole_hub_of_2022_can_be_listed(shared: Path) -> None:
    repos = load([shared / "real" / "hub_2022-02-21.jsonl.zst"])

    with FakeHub(repos) as hub, httpx.Client(base_url=hub.url, verify=TRUSTS_NOBODY) as client:
        seen, url = [], "/api/models?sort=createdAt&limit=1000&expand=tags"
        while url:
            page = client.get(url)
            seen += [row["id"] for row in page.json()]
            url = page.links.get("next", {}).get("url", "")

    assert len(seen) == len(set(seen)) == 29_432
