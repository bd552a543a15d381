import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubaudit.model import Kind
from hubaudit.text.hub_links import code_repo_of, repo_of

HUB = "https://huggingface.co"


@pytest.mark.parametrize(
    ("url", "repo_id"),
    [
        (f"{HUB}/org/name", "org/name"),
        (f"{HUB}/org/name/", "org/name"),
        (f"{HUB}/org/name/tree/main", "org/name"),
        (f"{HUB}/org/name/blob/main/LICENSE.txt?x=1#L3", "org/name"),
        ("http://www.huggingface.co/Org/Na.me_7-b", "Org/Na.me_7-b"),
        ("https://hf.co/org/name.", "org/name"),
        (f"{HUB}//org//name", "org/name"),
        (f"{HUB}/org%2Dx/name", "org-x/name"),
        (f"{HUB}/gpt2", "gpt2"),
        (f"{HUB}/bert-base-uncased/tree/main", "bert-base-uncased"),
        (f"{HUB}/distilroberta-base", "distilroberta-base"),
        (f"{HUB}/xlm-mlm-en-2048?library=x", "xlm-mlm-en-2048"),
    ],
)
def test_links_to_models(url: str, repo_id: str) -> None:
    assert repo_of(url) == (Kind.MODEL, repo_id)


@pytest.mark.parametrize(
    ("url", "repo_id"),
    [
        (f"{HUB}/datasets/org/name", "org/name"),
        (f"{HUB}/datasets/org/name/viewer/default/train", "org/name"),
        (f"{HUB}/datasets/wikipedia", "wikipedia"),
        (f"{HUB}/datasets/wikipedia/blob/main/README.md", "wikipedia"),
        ("https://hf.co/datasets/c4/", "c4"),
    ],
)
def test_links_to_datasets(url: str, repo_id: str) -> None:
    assert repo_of(url) == (Kind.DATASET, repo_id)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/datasets",
        "/datasets?search=x",
        "/models?filter=x",
        "/spaces/org/name",
        "/docs/hub/index",
        "/papers/2307.00001",
        "/blog/name",
        "/collections/org/name-123",
        "/pricing",
        "/spaces",
        "/some-owner",
        "/org/na..me",
        "/gpt2-owner",
        "/org/..",
        "/org/" + "n" * 300,
        "/transformers/model_doc/bert.html",
        "/api/models/org/name",
    ],
)
def test_pages_that_are_no_repositories(path: str) -> None:
    assert repo_of(HUB + path) is None


@pytest.mark.parametrize(
    "url", ["", "gpt2", "org/name", "https://e.example/org/name", "https://huggingface.co.e.example/a/b"]
)
def test_other_places_are_not_the_hub(url: str) -> None:
    assert repo_of(url) is None


def test_a_label_can_name_a_model_of_the_owner_linked() -> None:
    assert repo_of(f"{HUB}/org", "org/name") == (Kind.MODEL, "org/name")
    assert repo_of(f"{HUB}/org", "other/name") is None
    assert repo_of(f"{HUB}/org", "the team") is None
    assert repo_of(f"{HUB}/docs", "docs/name") is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/Owner/Name", "github.com/owner/name"),
        ("https://www.github.com/o/n.git", "github.com/o/n"),
        ("https://github.com/o/n/tree/main/train#x", "github.com/o/n"),
        ("https://github.com/o/n/blob/main/a.py?raw=1", "github.com/o/n"),
        ("https://bitbucket.org/o/n/src/main/", "bitbucket.org/o/n"),
        ("https://gitlab.com/group/sub/name/-/tree/main", "gitlab.com/group/sub/name"),
        ("https://gitlab.com/o/n.git", "gitlab.com/o/n"),
    ],
)
def test_links_to_source_code(url: str, expected: str) -> None:
    assert code_repo_of(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com",
        "https://github.com/owner",
        "https://github.com/features/copilot",
        "https://github.com/orgs/o/repositories",
        "https://gist.github.com/o/123",
        "https://github.com/o/..",
        "https://github.com/o/a b",
        "https://github.com.e.example/o/n",
        "http://[/o/n",
    ],
)
def test_links_to_no_source_code(url: str) -> None:
    assert code_repo_of(url) is None


@given(st.text(alphabet="abA0-._/?#%:[]@ \n\u00e9", max_size=30))
@settings(max_examples=100)
def test_no_address_is_too_strange(tail: str) -> None:
    for start in ("", "https://huggingface.co/", "https://github.com/", "//"):
        repo = repo_of(start + tail, tail)
        assert repo is None or repo[1].count("/") <= 1
        code = code_repo_of(start + tail)
        assert code is None or code == code.lower()
