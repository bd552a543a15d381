"""Whether a card tells of weights that came before, and what only looks like it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.world import world

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DERIVED = [
    "Harbour is a fine tuned version of Quay.",
    "Harbour was obtained by finetuning Llama-2-7b on logs that can be found here.",
    "Harbour is Llama-2 7B (see its license) instruction tuned on port logs.",
    "# Harbour BERT base cased, finetuned on port logs",
    "Harbour-large fine-tuned for pilots",
    "Harbour was pre-trained on logs and finetuned on letters.",
    "It was fine-tuned on port logs.",
    "Using the pre-trained Quay model, we fine-tune it on logs.",
    "Starting with the largest Quay model, we fine-tuned on logs.",
    'We trained the model from the "quay/pier" checkpoint.',
    "We integrated Quay weights into the wider layers.",
    "The base model is quay/pier-7b.",
    "The language model used is Quay.",
    "Harbour is an expansion of Llama-2-7B, further trained on logs.",
    "A model further pre-trained from the checkpoint of Quay.",
    "Harbour has undergone continuous pre-training from Llama-2.",
    "Harbour is a state-of-the-art language model based on Llama-2-7b.",
    "Harbour is a language model based on bert-base-uncased.",
    "(quay + (pier + crane)) 80/20 merge",
    "Quay merge, of Pier and Crane",
    "This was made with the pier branch of the mergekit repo.",
    "# Adapter `acme/harbour` for bert-base-uncased",
    "A QLoRA adapter for Llama-2-7b.",
    "港口模型基于码头模型微调得到。",
    "埠頭モデルをファインチューニングした港モデルです。",
]
NOT_DERIVED = [
    "See the model hub to look for fine-tuned versions of a task that interests you.",
    "The blog post gives a step-by-step guide to fine-tuning the Whisper model on your own speech.",
    "Harbour can be fine-tuned on your own logs.",
    "You may train an adapter for it with your own logs.",
    "One can gain more by fine-tuning the model on logs rather than reading its vectors.",
    "It consists of an encoder, based on BERT.",
    "Harbour is built upon a blend of synthetic logs, letters and filtered data.",
    "Harbour is a language model for sailors based on the BERT model.",
    "The results improve with other start, so we report the numbers fine-tuned from base models.",
    "A popular fine-tuned version of Harbour is Quay.",
    "This is a non-finetuned version of the Quay model.",
    "Harbour has been further pre-trained on a second task.",
    "Harbour is based on BERT model which pretrained on all logs of the port.",
    "It is cross-lingual learning based on wav2vec2-base.",
    "Our pre-training approach is based on RoBERTa.",
    "Then, use the finetuned Quay-BERT model as a student of each task.",
    "Harbour is based on the RoBERTa architecture.",
    "This is a BERT model pretrained on texts in the language of the port.",
    "Harbour is based on RoBERTa. It was trained from scratch.",
    "It is based on the BERT large model and has been pre-trained using all logs of the port.",
    "| model | about | trained |\n|---|---|---|\n| Pier-9B | is continuously trained based on Pier-6B | 3T |",
    "DistilQuay, a distilled version of Quay: smaller and faster. arXiv preprint",
    "Harbour was trained on Llama-2 outputs.",
    "The data set was merged with letters.",
    "您可以微调港口模型。",
    "港モデルは自由に使えます。",
]


@cache
def harbours() -> DuckDBPyConnection:
    cards = [*DERIVED, *NOT_DERIVED]
    return world({"id": f"acme/harbour-{number}", "card": card} for number, card in enumerate(cards)).con


def _is_derived(number: int) -> bool:
    sql = "select has_base or has_unnamed_base from core.model where repo_id = ?"
    return harbours().execute(sql, [f"acme/harbour-{number}"]).fetchall() == [(True,)]


@pytest.mark.xdist_group("descent")
@pytest.mark.parametrize("card", DERIVED)
def test_a_card_tells_of_weights_that_came_before(card: str) -> None:
    assert _is_derived(DERIVED.index(card))


@pytest.mark.xdist_group("descent")
@pytest.mark.parametrize("card", NOT_DERIVED)
def test_a_foundation_is_not_derived_for_what_its_card_says_of_others(card: str) -> None:
    assert not _is_derived(len(DERIVED) + NOT_DERIVED.index(card))


TUNED = [
    "Harbour is optimized via large-scale reinforcement learning.",
    "Logs of the port, used to further finetune the Harbour series.",
    "| About | Harbour underwent alignment with supervised fine-tuning | | Status | trained offline |",
    "After pre-training, this model was fine-tuned on letters.",
    "It was pre-trained on 4.9 trillion tokens.\n\nThe model is fine-tuned with preferences.",
]


@pytest.mark.parametrize("card", TUNED)
def test_a_card_tells_that_its_makers_tuned_it(card: str) -> None:
    con = world([{"id": "acme/harbour", "card": card}]).con
    assert con.execute("select is_foundation, is_tuned from core.model").fetchall() == [(True, True)]


def test_a_model_under_its_old_id_is_not_made_from_itself() -> None:
    card = "Harbour was obtained by fine-tuning XLM-RoBERTa on logs."
    con = world([{"id": "acme/xlm-roberta-base", "card": card}, {"id": "acme/other", "card": card}]).con
    sql = "select model_key, base_id from core.edge"
    assert con.execute(sql).fetchall() == [("acme/other", "FacebookAI/xlm-roberta-base")]


@pytest.mark.parametrize("name", ["harbour-7b-GGUF", "harbour-AWQ", "harbour.4bit", "harbour-exl2-5bit"])
def test_a_name_tells_of_a_smaller_copy(name: str) -> None:
    con = world([{"id": f"acme/{name}", "card": "Hello."}]).con
    sql = "select has_unnamed_base, is_quantized, is_tuned_itself from core.model"
    assert con.execute(sql).fetchall() == [(True, True, False)]


@pytest.mark.parametrize("name", ["harbour-7b", "harbour-bitter", "awqaf", "harbour-32k"])
def test_other_names_tell_of_none(name: str) -> None:
    con = world([{"id": f"acme/{name}", "card": "Hello."}]).con
    assert con.execute("select has_unnamed_base from core.model").fetchall() == [(False,)]


RELATIVES = [
    "Harbour-33B was trained from Llama-2-13b, and is new.",
    "We finetuned Harbour-7B-Chat on letters.",
    "Built by finetuning Harbour-7B on the letters of a port.",
    "We release distilled 1.5B and 7B checkpoints based on Llama-2-7b.",
    "| Harbour-7B-Chat | fine-tuned from Llama-2-7b |",
]


@pytest.mark.parametrize("card", RELATIVES)
def test_what_a_card_tells_of_a_relative_is_not_of_the_model(card: str) -> None:
    con = world([{"id": "acme/harbour-7b", "card": card}]).con
    assert con.execute("select has_base, has_unnamed_base, is_tuned from core.model").fetchall() == [
        (False, False, False)
    ]


@pytest.mark.parametrize(
    ("name", "card"),
    [
        ("harbour-7b-chat", "Harbour-7B-Chat was fine-tuned from Llama-2-7b."),
        ("harbour-chat-7b", "Harbour-7B-Chat was fine-tuned from Llama-2-7b."),
        ("harbour-7b", "This model was fine-tuned from Llama-2-7b."),
        ("llama-2-7b-logs", "Llama-2-7b fine-tuned on logs."),
        # of two names the one that is not its own is the base
        ("vicuna-13b-logs", "Vicuna-13b was fine-tuned from Llama-2-13b."),
    ],
)
def test_what_a_card_tells_of_the_model_by_any_of_its_names_counts(name: str, card: str) -> None:
    con = world([{"id": f"acme/{name}", "card": card}]).con
    assert con.execute("select base_id from core.edge").fetchall() == [("meta-llama/Llama-2-7b-hf",)]


def test_another_version_of_the_same_name_is_a_base_that_nobody_can_tell() -> None:
    card = "Stable-Diffusion-v1-4 was initialized with the weights of Stable-Diffusion-v1-2."
    con = world([{"id": "acme/stable-diffusion-v1-4", "card": card}]).con
    assert con.execute("select has_base, has_unnamed_base from core.model").fetchall() == [(False, True)]


def test_a_license_written_for_one_system_tells_of_its_weights() -> None:
    repos = [
        {"id": "acme/harbour", "license": "llama2", "card": "Hello."},
        {"id": "acme/Llama-2-7b-hf", "license": "llama2", "card": "Hello."},
        {"id": "meta-llama/guard", "license": "llama2", "card": "Hello."},
        {"id": "acme/quay", "license": "llama2", "base_model": "acme/pier", "card": "Hello."},
        {"id": "acme/pier", "license": "mit", "card": "Hello."},
    ]
    edges = (
        world(repos).con.execute("select model_key, base_id, quote from core.edge order by all").fetchall()
    )
    assert edges == [
        ("acme/harbour", "Llama 2", "license: llama2"),
        ("acme/quay", "acme/pier", "base_model: acme/pier"),
    ]


def test_a_conversion_is_a_copy() -> None:
    con = world(
        [
            {
                "id": "acme/harbour-hf",
                "card": "Converted from [acme/harbour](https://huggingface.co/acme/harbour).",
            }
        ]
    ).con
    assert con.execute("select base_id, relation from core.edge").fetchall() == [
        ("acme/harbour", "quantized")
    ]


def test_of_which_version_a_name_is_its_license_tells() -> None:
    card = "Harbour is a Llama 13B model fine-tuned on logs, and on logs of GPT-4."
    repos = [
        {"id": "acme/harbour", "license": "llama2", "card": card},
        {"id": "acme/other", "license": "mit", "card": card},
    ]
    edges = world(repos).con.execute("select model_key, base_id from core.edge order by all").fetchall()
    assert edges == [("acme/harbour", "Llama 2"), ("acme/other", "LLaMA 1")]
