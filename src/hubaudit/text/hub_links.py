"""Where a link leads: to a repository of the Hub, or to one of source code."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from hubaudit.model import Kind, Link

_HUB_HOSTS = frozenset({"huggingface.co", "www.huggingface.co", "hf.co", "www.hf.co"})
_CODE_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org"})

# First steps of the Hub's own pages: nobody's name.
_HUB_PAGES = frozenset(
    """api autotrain blog brand changelog chat collections competitions contact content-guidelines course
    datasets-server docs endpoints enterprise events front hardware inference inference-api
    inference-endpoints join jobs kernels languages learn login logout metrics models new notifications oauth
    organizations papers pricing privacy resources search settings spaces storage subscribe support tasks
    terms-of-service transformers""".split()  # noqa: SIM905 - a word list reads as words
)
# Steps below a repository: `/gpt2/tree/main` is the model gpt2, not a model `tree` of an owner gpt2.
_REPO_PAGES = frozenset(
    """blame blob commit commits discussions edit embed raw refs resolve settings tree
    upload viewer""".split()  # noqa: SIM905 - a word list reads as words
)
# The characters of a name. Old repositories have names longer than new ones may be, or with two dashes.
_NAME = re.compile(r"(?!.*\.\.)[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,250}[A-Za-z0-9_-])?")
# Models from before the Hub had owners; no new ones are made. Any other single name is an owner's page.
_CANONICAL_MODEL = re.compile(
    r"(?:albert|(?:distil)?(?:bert|roberta)|camembert|t5|transfo-xl|xlm|xlnet)-[a-z0-9-]+"
    r"|gpt2(?:-medium|-large|-xl)?|distilgpt2|openai-gpt|ctrl"
)

_CODE_PAGES = frozenset(
    """about apps collections contact customer-stories dashboard enterprise events explore features groups
    issues join login marketplace mobile new notifications organizations orgs partners pricing product pulls
    readme resources search security settings signup site snippets solutions sponsors stars team topics
    trending users""".split()  # noqa: SIM905 - a word list reads as words
)
_CODE_NAME = re.compile(r"[\w.-]+", re.ASCII)
_BELOW_CODE_REPO = frozenset(
    {"-", "blob", "commit", "commits", "issues", "raw", "releases", "src", "tree", "wikis"}
)
_OWNER_AND_NAME = 2  # steps


def is_canonical(name: str) -> bool:
    """Whether this is a model from before the Hub had owners."""
    return _CANONICAL_MODEL.fullmatch(name) is not None


def leads_to(link: Link) -> dict[str, str | None]:
    """Return where a link leads: repo_kind and repo_id on the Hub, code_repo at a code host, else None."""
    kind, repo_id = repo_of(link.url, link.label) or (None, None)
    return {"repo_kind": kind, "repo_id": repo_id, "code_repo": code_repo_of(link.url)}


def repo_of(url: str, label: str = "") -> tuple[Kind, str] | None:
    """Return the Hub repository that an address leads to, or None when it leads elsewhere.

    An owner's page counts as a model when the link's label spells one of that owner's.
    """
    host, steps = _host_and_steps(url)
    if host not in _HUB_HOSTS or not steps:
        return None
    if steps[0] == "datasets":
        repo_id = _repo_id(steps[1:])
        return (Kind.DATASET, repo_id) if repo_id else None
    if steps[0].lower() in _HUB_PAGES:
        return None
    repo_id = _repo_id(steps)
    if repo_id and ("/" in repo_id or is_canonical(repo_id)):
        return Kind.MODEL, repo_id
    labelled = _repo_id(label.strip().split("/"))
    return (Kind.MODEL, labelled) if labelled and labelled.startswith(f"{repo_id}/") else None


def code_repo_of(url: str) -> str | None:
    """Return "host/owner/name" in lower case for an address in a repository of source code, else None.

    On gitlab.com a group may stand inside another: everything before the pages of the repository is its path.
    """
    host, steps = _host_and_steps(url)
    host = host.removeprefix("www.")
    if host not in _CODE_HOSTS or len(steps) < _OWNER_AND_NAME or steps[0].lower() in _CODE_PAGES:
        return None
    below = [
        place for place, step in enumerate(steps) if step in _BELOW_CODE_REPO and place >= _OWNER_AND_NAME
    ]
    path = steps[: min(below, default=len(steps))] if host == "gitlab.com" else steps[:_OWNER_AND_NAME]
    path[-1] = path[-1].removesuffix(".git")
    if not all(_CODE_NAME.fullmatch(step) and step.strip(".") for step in path):
        return None
    return "/".join([host, *path]).lower()


def _host_and_steps(url: str) -> tuple[str, list[str]]:
    """Return the host and the steps of the path; nothing for what is no address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:  # brackets that are no IPv6 address
        return "", []
    steps = [unquote(step).strip() for step in parts.path.split("/")]
    return host, [step for step in steps if step]


def _repo_id(steps: list[str]) -> str | None:
    """Return "owner/name", or the single name of an old repository, from the first steps of a path."""
    if not steps:
        return None
    single = len(steps) == 1 or steps[1] in _REPO_PAGES
    names = [step.rstrip(".,;:)") for step in steps[: 1 if single else _OWNER_AND_NAME]]
    return "/".join(names) if all(_NAME.fullmatch(name) for name in names) else None
