"""The Hub's own client as a judge of the fake: what it cannot tell from the real Hub is good enough."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakehub import FakeHub, model
from tests.fakehub.samples import REPOS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from huggingface_hub import HfApi


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(REPOS, tls=True) as running:  # the client maps 401 to its error classes on https only
        running.accounts.grant("tok-good")
        yield running


@pytest.fixture
def api(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> Iterator[HfApi]:
    # Imported late: it reads the environment once, and the test's own is set by now.
    httpx2 = importlib.import_module("httpx2")
    huggingface_hub = importlib.import_module("huggingface_hub")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_TELEMETRY", True)
    with httpx2.Client(verify=hub.trust(), follow_redirects=True) as client:
        huggingface_hub.set_client_factory(lambda: client)
        yield huggingface_hub.HfApi(endpoint=hub.url, token=False)
        huggingface_hub.set_client_factory(
            importlib.import_module("huggingface_hub.utils._http").default_client_factory
        )


def error_class(name: str) -> type[Exception]:
    found: type[Exception] = getattr(importlib.import_module("huggingface_hub.errors"), name)
    return found


def test_it_lists_over_several_pages(hub: FakeHub, api: HfApi) -> None:
    hub.catalogue.put(*(model(f"many/m{n:04}") for n in range(2100)))

    found = [info.id for info in api.list_models(sort="created_at", expand=["sha", "cardData"])]

    assert sorted(found) == sorted(
        repo.id for repo in hub.catalogue.every("model") if repo.id != "acme/secret"
    )
    assert sum(seen.path == "/api/models" for seen in hub.requests) == 3


def test_it_lists_with_filters_and_full_records(api: HfApi) -> None:
    found = list(api.list_models(filter=["license:mit"], full=True, cardData=True))

    assert {info.id for info in found} == {"acme/plain", "acme/off", "new/name", "gpt2"}
    assert all(info.card_data and info.card_data.license == "mit" for info in found)
    assert {info.id for info in api.list_datasets()} == {"acme/data", "oscar"}


def test_it_reads_one_model(hub: FakeHub, api: HfApi) -> None:
    info = api.model_info("acme/plain", files_metadata=True)

    assert info.sha == hub.catalogue.get("acme/plain").sha
    assert info.last_modified
    assert info.created_at
    assert {row.rfilename: row.size for row in info.siblings or []}["LICENSE"] == 34
    assert api.model_info("old/name").id == "new/name"
    assert api.model_info("gpt2", revision="main").id == "gpt2"
    assert [row.path for row in api.list_repo_tree("acme/plain", recursive=True)][-1] == "a/b/c.txt"
    assert api.list_repo_refs("acme/plain").branches[0].target_commit == info.sha


def test_it_reads_one_dataset(api: HfApi) -> None:
    info = api.dataset_info("acme/data")

    assert info.card_data
    assert info.card_data.license == "cc-by-4.0"


@pytest.mark.parametrize(
    "file",
    [
        ("acme/plain", "README.md", "model"),
        ("acme/plain", "a/b/c.txt", "model"),
        ("old/name", "README.md", "model"),
        ("acme/data", "README.md", "dataset"),
        ("acme/heavy", "model.bin", "model"),
    ],
)
def test_it_downloads(hub: FakeHub, api: HfApi, tmp_path: Path, file: Any) -> None:
    repo_id, path, kind = file
    local = api.hf_hub_download(repo_id, path, repo_type=kind, cache_dir=tmp_path)

    current = "new/name" if repo_id == "old/name" else repo_id
    assert Path(local).read_bytes() == hub.catalogue.get(current, kind).files[path]


@pytest.mark.parametrize(
    ("call", "token", "error"),
    [
        (("model_info", "no/where"), False, "RepositoryNotFoundError"),
        (("model_info", "no/where"), "tok-good", "RepositoryNotFoundError"),
        (("model_info", "acme/secret"), False, "RepositoryNotFoundError"),
        (("model_info", "acme/plain", {"revision": "v9"}), False, "RevisionNotFoundError"),
        (("hf_hub_download", "acme/plain", "NONE"), False, "RemoteEntryNotFoundError"),
        (("hf_hub_download", "acme/gated", "README.md"), False, "GatedRepoError"),
        (("hf_hub_download", "acme/gated", "README.md"), "tok-good", "GatedRepoError"),
        (("file_exists", "acme/off", "README.md"), False, "DisabledRepoError"),
        (("model_info", "acme/plain", {"expand": ["nonsense"]}), False, "BadRequestError"),
        (("model_info", "acme/plain"), "tok-bad", "HfHubHTTPError"),
    ],
)
def test_it_raises_its_own_errors(api: HfApi, tmp_path: Path, call: Any, token: Any, error: str) -> None:
    method, *arguments = call
    options: dict[str, Any] = arguments.pop() if isinstance(arguments[-1], dict) else {}
    if method == "hf_hub_download":
        options["cache_dir"] = tmp_path

    with pytest.raises(error_class(error)) as raised:
        getattr(api, method)(*arguments, token=token, **options)

    assert type(raised.value).__name__ == error  # not a mere subclass
