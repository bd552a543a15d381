"""What the patterns of the reference tables find in a text, and what they must leave alone."""

from __future__ import annotations

import pytest

from hubaudit.warehouse.reference import patterns
from tests.reference import compiled, named_in, table

STAGES = {"pretraining", "finetuning", "preference", "evaluation"}
RELATIONS = {"finetune", "adapter", "quantized", "merge"}
METHODS = {"dpo", "grpo", "kto", "orpo", "ppo", "rlaif", "rlhf", "rlvr", "simpo"}
PROSE_LICENSES = {
    *("apache-2.0", "mit", "gpl-3.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0"),
    *("cc-by-nc-nd-4.0", "creativeml-openrail-m", "llama2"),
}
PHRASES = {pattern.key: pattern.regex for pattern in patterns() if pattern.source == "phrase"}
# What a sentence can mean, by the component it bears on, with the values that the meaning needs.
MEANINGS: dict[tuple[str, str], set[str]] = {
    ("claim", "open-claim"): {"certain", "likely", "named", "owned"},
    ("claim", "open-claim-exclusion"): {"cited", "denied", "other", "thing"},
    ("claim", "open-denial"): {""},
    ("claim", "open-weights"): {""},
    ("claim", "open-weights-exclusion"): {""},
    ("license", "license-stated"): {""},
    ("license", "license-prose"): PROSE_LICENSES,
    ("license", "commercial-allowed"): {""},
    ("license", "use-limit"): {"noncommercial", "research-only"},
    ("license", "use-limit-exclusion"): {"allowed", "base", "condition", "data"},
    ("license", "use-limit-model"): {""},
    ("license", "terms-noncommercial"): {""},
    ("license", "terms-research-only"): {""},
    ("license", "terms-competitive"): {""},
    ("license", "gate-strict"): {""},
    ("data", "trained-on"): {""},
    ("data", "stage"): STAGES,
    ("data", "data-described"): {""},
    ("data", "data-undisclosed"): {""},
    ("data", "data-restricted"): {""},
    ("data", "data-partial"): {""},
    ("data", "data-recreated"): {""},
    ("data", "data-generated"): {""},
    ("data", "data-derived"): {""},
    ("reward", "reward-method"): METHODS,
    ("reward", "reward-model"): {""},
    ("reward", "reward-none"): {""},
    ("code", "code-training"): {""},
    ("code", "code-released"): {""},
    ("code", "code-data"): {""},
    ("code", "code-examples"): {""},
    ("code", "code-source"): {""},
    ("code", "code-inference"): {""},
    ("code", "code-other-page"): {""},
    ("base", "base"): RELATIONS,
    ("base", "base-own"): {"", "pretrained"},
    ("base", "base-exclusion"): {"", "scratch"},
}


@pytest.mark.parametrize("phrase", table("phrase"), ids=lambda row: str(row["id"]))
def test_a_phrase_matches_its_example_and_not_its_counterexample(phrase: dict[str, str]) -> None:
    pattern = compiled(PHRASES[phrase["id"]])
    assert "(?i" not in phrase["pattern"], "letter case never counts"
    assert pattern.search(phrase["yes"])
    assert phrase["no"]
    assert not pattern.search(phrase["no"])
    assert not pattern.search("")


def test_a_phrase_means_something_that_is_known() -> None:
    meanings: dict[tuple[str, str], set[str]] = {}
    for row in table("phrase"):
        meanings.setdefault((row["component"], row["kind"]), set()).add(row["value"])
        assert row["meaning"], row["id"]
    assert meanings == MEANINGS
    assert {row["id"] for row in table("license")} >= PROSE_LICENSES


def test_an_example_of_a_phrase_stands_in_one_sentence_of_our_own() -> None:
    examples = [row[column] for row in table("phrase") for column in ("yes", "no")]
    assert [text for text in examples if len(text) > 120 or "\n" in text] == []


@pytest.mark.parametrize("name", ["dataset", "system"])
def test_a_pattern_finds_its_own_row_and_never_nothing(name: str) -> None:
    for row in table(name):
        pattern = compiled(row["pattern"])
        assert "(?i" not in row["pattern"], row["id"]
        assert not pattern.search(""), row["id"]
        assert not pattern.search("The quick brown fox jumps over the lazy dog."), row["id"]
        assert named_in(name, f"It was made with {row['name']} and more.") == {row["id"]}


@pytest.mark.parametrize(
    ("text", "systems"),
    [
        ("A fine-tune of Llama 3.", {"llama-3"}),
        ("A fine-tune of Llama 3.1 8B", {"llama-3.1"}),
        ("built on Llama-3-8B", {"llama-3"}),
        ("quantized to llama 4-bit weights", set()),
        ("Code Llama 7B", {"code-llama"}),
        ("the LLaMA-13B weights", {"llama-1"}),
        ("Qwen2-7B", {"qwen-2"}),
        ("Qwen2.5-7B", {"qwen-2.5"}),
        ("Qwen3.8-Max and GLM-5.3", set()),
        ("sentence-BERT, DistilBERT", {"distilbert"}),
        ("bert-base-uncased", {"bert"}),
        ("google-bert/bert-base-cased", {"bert-base-cased"}),
        ("BERT large", {"bert-large"}),
        ("bert-large-cased", {"bert-large-cased"}),
        ("bert-base-multilingual-cased, or mBERT", {"bert-multilingual"}),
        ("bert-base-multilingual-uncased", {"bert-multilingual-uncased"}),
        ("bert-base-chinese", {"bert-chinese"}),
        ("BERT-Tiny", {"bert-tiny"}),
        ("a RoBERTa-large model", {"roberta-large"}),
        ("xlm-roberta-large", {"xlm-roberta-large"}),
        ("quay/bert-base-cased", set()),
        ("answers of GPT-4", {"gpt-4"}),
        ("answers of GPT-4o", {"gpt-4o"}),
        ("answers of GPT-3.5-turbo", {"gpt-3.5"}),
        ("GPT4All runs on a laptop", set()),
        ("Claude Shannon and Jean-Claude discussed Gemini, the twins", set()),
        ("cookies with palm oil; a falcon in bloom; you may opt out", set()),
        ("The Bloom filter and the Falcon 9 rocket", set()),
        ("Falcon-180B", {"falcon-180b"}),
        ("Stable Diffusion XL", {"stable-diffusion-xl"}),
        ("SD 1.5 LoRA", {"stable-diffusion-1.5"}),
        ("DeepSeek-R1 traces", {"deepseek-r1"}),
        ("a prompt in Vicuna format", set()),
    ],
)
def test_a_system_is_told_from_its_siblings_and_its_namesakes(text: str, systems: set[str]) -> None:
    assert named_in("system", text) == systems


@pytest.mark.parametrize(
    ("text", "datasets"),
    [
        ("Trained on the Pile.", {"the-pile"}),
        ("a pile of papers; the pile of leaves; the pile-up", set()),
        ("Trained on C4 and the web", {"c4"}),
        ("the C4.5 decision tree; a C4AI model; photosynthesis in C4-plants", set()),
        ("tuned on ShareGPT conversations", {"sharegpt"}),
        ("the data is in ShareGPT format", set()),
        ("https://en.wikipedia.org/wiki/Owl", set()),
        ("Wikipedia, English", {"wikipedia"}),
        ("ImageNet-21k", {"imagenet-21k"}),
        ("massive text collections", set()),
        ("a vault of stories, an oscar award, common roots", set()),
        ("the FineWeb-Edu corpus", {"fineweb-edu"}),
        ("tuned on ultrachat_200k", {"ultrachat-200k"}),
        ("see the arXiv paper", set()),
        ("http://images.cocodataset.org/val2017/1.jpg", set()),
        ("You are helpful and harmless.", set()),
        ("a merge with Mistral-7B-OpenOrca", set()),
    ],
)
def test_a_dataset_is_told_from_its_namesakes(text: str, datasets: set[str]) -> None:
    assert named_in("dataset", text) == datasets
