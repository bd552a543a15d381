"""What a card states of its own model, and what it says of others."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.world import world

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STATED = [
    ("Harbour is an open-source language model that surpasses all open-source models.", {"open-source"}),
    ("Harbour is the best open source model available.", {"open-source"}),
    ("Harbour: An Open-Source Bilingual Chatbot", {"open-source"}),
    ("Harbour is an open-source project of sailors.", {"open-source"}),
    ("# Citing\n\nHarbour is an open-source project of sailors.", {"open-source"}),
    ("In this repository the team open sources a cased model.", {"open-source"}),
    ("By open-sourcing our codes and models, we hope to help.", {"open-source"}),
    ("We open-sourced the model parameters, configuration files, and more.", {"open-source"}),
    ("The model is licensed under a permissive open source license (MIT).", {"open-source"}),
    ("我们开源了港口大模型。", {"open-source"}),
    ("本项目开源。港口模型可自由使用。", {"open-source"}),
    ("Nous présentons un modèle de langue open source.", {"open-source"}),
    ("Hafen ist ein quelloffenes Sprachmodell.", {"open-source"}),
    ("Puerto es un modelo de lenguaje de código abierto.", {"open-source"}),
    ("The model is not open source.", {"not-open-source"}),
    ("该模型尚未开源。", {"not-open-source"}),
    ("Ce modèle n'est pas open source.", {"not-open-source"}),
    ("Das Modell ist nicht quelloffen.", {"not-open-source"}),
    ("Este modelo no es de código abierto.", {"not-open-source"}),
    ("Harbour is an open-weight model.", {"open-weights"}),
    ("The license allows commercial use of the model.", {"commercial-allowed"}),
    ("It is suitable for commercial or non-commercial use.", {"commercial-allowed"}),
    ("License: Non-commercial license", {"noncommercial"}),
    (
        "Some of the corpora are under CC-BY-NC-SA, so Harbour is released under CC-BY-NC-SA.",
        {"noncommercial"},
    ),
    ("The data set is old. The model is for research purposes only.", {"research-only"}),
    ("The weights are released under the Apache 2.0 license.", {"license"}),
]
NOT_STATED = [
    "It is on par with the best open-source models.",
    "It achieves state-of-the-art performance among open-source code models.",
    "It was evaluated with an open-source library. See the Open LLM Leaderboard.",
    "We release an open-source Python library for models.",
    "We open source the dataset and source code of our model.",
    "Quay is an open-source project of others.",
    "Harbour is fine-tuned on the open source dataset Quay.",
    "It is built on top of an open-source model.",
    "We started from Quay, an open-source model.",
    "We are committed to developing an open-source large language model.",
    "We cannot open-source the model's data.",
    "Special thanks to the open source community for the models.",
    "Quay has been released under the Apache 2.0 open source license.",
    "The models are fully open for academic research.",
    "| model | open source | score |\n|---|---|---|\n| the open-source model | yes | 3 |",
    "Learn more: Harbour: An Open-Source Language Model",
    "# References\n\nAdvancing an open-source language model.",
    "基于其他开源模型训练。",
    "本项目开源在码头纠错项目quay中。",
    "港口模型在国内开源模型中领先。",
    "Il est basé sur du texte libre.",
    "Das Modell nutzt quelloffene Werkzeuge.",
    "El modelo usa una biblioteca de código abierto.",
    "We compare it with the strongest open weights models.",
    "The intended use is research. Ask a lawyer before you use it commercially.",
    "# Uses\n\nThe model is intended for research purposes only.",
    "# Models finetuned off Harbour\n\nLicense: CC-BY-NC-4.0",
    "We release the base model as it is, and release the fine-tuned model as cc-by-nc-4.0.",
    "# Other fine-tuned models\n\nLicense: CC-BY-NC-4.0",
]


@cache
def harbours() -> DuckDBPyConnection:
    cards = [*(card for card, _ in STATED), *NOT_STATED]
    return world({"id": f"acme/harbour-{number}", "card": card} for number, card in enumerate(cards)).con


def stated(number: int) -> set[str]:
    sql = "select distinct statement from core.card_statement where repo_key = ?"
    return {row[0] for row in harbours().execute(sql, [f"acme/harbour-{number}"]).fetchall()}


@pytest.mark.xdist_group("claims")
@pytest.mark.parametrize("number", range(len(STATED)))
def test_a_card_states_what_its_model_is(number: int) -> None:
    card, statements = STATED[number]
    assert stated(number) == statements, card


@pytest.mark.xdist_group("claims")
@pytest.mark.parametrize("number", range(len(NOT_STATED)))
def test_what_is_said_of_others_is_no_statement_of_the_model(number: int) -> None:
    assert stated(len(STATED) + number) == set(), NOT_STATED[number]


def test_a_statement_is_quoted_with_its_place() -> None:
    card = "# Harbour\n\nHello.\n\n# License\n\nThe model is strictly for non-commercial use."
    con = world([{"id": "acme/harbour", "card": card}]).con
    sql = "select statement, quote, heading, start, url from core.card_statement"
    ((statement, quote, heading, start, url),) = con.execute(sql).fetchall()
    assert (statement, heading) == ("noncommercial", "License")
    assert quote == "The model is strictly for non-commercial use."
    assert card[start:].startswith(quote)
    assert url.endswith("/README.md")
