"""What the Hub reads in a README: the head, and the facts it derives from it."""

from __future__ import annotations

import json
import re
from typing import Any

import ryaml

# The pattern that huggingface_hub states to be "same as Hub server"; \ufeff because JavaScript's \s has it.
_HEAD = re.compile(r"^([\s\ufeff]*---(?:\r\n|\r|\n))([\S\s]*?)((?:\r\n|\r|\n)---[ \t]*(\r\n|\n|$))")
_ARXIV = re.compile(r"(?:arxiv:|arxiv\.org/(?:abs|pdf)/)(\d{4}\.\d{4,5})", re.IGNORECASE)
_PLAIN_WORD = re.compile(r"(?!(?:yes|no|on|off|true|false|null|y|n)$)[a-z][\w./-]*", re.IGNORECASE)
_RELATIONS = ("adapter", "merge", "quantized", "finetune")
_GATE_FIELDS = ("extra_gated_prompt", "extra_gated_fields", "extra_gated_heading")


def head_of(readme: bytes | None) -> dict[str, Any] | None:
    """Return the card's YAML head as JSON would carry it; None without a head, or with a broken one."""
    found = _HEAD.match((readme or b"").decode("utf-8", "replace"))
    if not found:
        return None
    try:
        head = ryaml.loads(found.group(2))  # type: ignore[attr-defined]  # re-exported silently
        # The way over JSON is the wire's: keys become text, `.nan` becomes null.
        wire = json.loads(json.dumps(head), parse_constant=lambda _: None)
    except (ValueError, TypeError, RecursionError):
        return None
    return wire if isinstance(wire, dict) else None


def with_head(head: dict[str, Any], body: str) -> bytes:
    """Write a README with a head. Plain words stand bare, as people write them; the rest is JSON."""
    lines = [f"{_yaml(key)}: {_yaml(value)}" for key, value in head.items()]
    return "\n".join(["---", *lines, "---", body]).encode()


def _yaml(value: Any) -> str:
    bare = isinstance(value, str) and _PLAIN_WORD.fullmatch(value)
    return str(value) if bare else json.dumps(value, ensure_ascii=False)


def texts(value: Any) -> list[str]:
    """Return the strings of a field that is a string or a list; other shapes hold none."""
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str) and item]


def relation(head: dict[str, Any], paths: list[str]) -> str:
    """Return how a model derives from its bases: as stated, else as the Hub guesses."""
    if head.get("base_model_relation") in _RELATIONS:
        return str(head["base_model_relation"])
    if len(texts(head.get("base_model"))) > 1:
        return "merge"
    if "adapter_config.json" in paths:
        return "adapter"
    return "quantized" if any(path.lower().endswith(".gguf") for path in paths) else "finetune"


def tags(kind: str, head: dict[str, Any], readme: bytes | None, paths: list[str]) -> list[str]:
    """Return the tags the Hub computes; only `region:us` is on every repository."""
    text = (readme or b"").decode("utf-8", "replace")
    found = [*texts(head.get("library_name")), *texts(head.get("tags")), *texts(head.get("language"))]
    if kind == "model":
        found += [f"dataset:{name}" for name in texts(head.get("datasets"))]
        bases = texts(head.get("base_model"))
        found += [f"base_model:{base}" for base in bases]
        found += [f"base_model:{relation(head, paths)}:{base}" for base in bases]
    found += [f"arxiv:{number}" for number in _ARXIV.findall(text)]
    found += [f"license:{name.lower()}" for name in texts(head.get("license"))]
    return list(dict.fromkeys([*found, "region:us"]))


def gate_of(head: dict[str, Any]) -> bool | str:
    """Guess the gate of a repository of which only the card is known."""
    return "manual" if any(name in head for name in _GATE_FIELDS) else False
