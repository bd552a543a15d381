"""A gate's own words: what a visitor must read, fill in and agree to before the files open."""

from __future__ import annotations

from typing import Any

GATE_PATH = "(gate)"  # the gate stands in the record, not in a file; this name cannot be a path of the Hub
_KEYS = ("extra_gated_heading", "extra_gated_description", "extra_gated_prompt", "extra_gated_fields")


def gate_text(record: Any) -> str | None:  # noqa: ANN401 - a stranger's JSON is anything
    """Join the gate's heading, description, prompt and form fields; None where the record has none."""
    card = record.get("cardData") if isinstance(record, dict) else None
    if not isinstance(card, dict):
        return None
    said = [words for key in _KEYS for words in _words(card.get(key))]
    return "\n\n".join(said) or None


def _words(value: Any) -> list[str]:  # noqa: ANN401 - the same
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):  # a form: the field's label is the text
        return [str(label) for label in value]
    return []
