"""The reference tables are typed by hand: these tests hold their links and their words."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from benchmarks.spdx_licenses import table as table_of_spdx
from tests.reference import FOLDER, items, table

COLUMNS = {
    "license": "id name spdx_id scancode_key scancode_category osi_approved fsf_free open_definition"
    " restrictions evidence level reason source text_read family read_on",
    "license_alias": "alias license_id kind source",
    "license_address": "address license_id source",
    "license_family": "id member note",
    "license_demand": "license_id demand relations begins_with clause carried_by disputed source note",
    "license_hard_case": "license_id why",
    "restriction": "restriction level note",
    "spdx_license": "id name osi_approved fsf_free deprecated",
    "dataset": "id name hub_ids pattern homepages license level restrictions terms obtainable generated_by"
    " stage source_url read_on more_specific_than note",
    "system": "id name vendor pattern hub_id output_terms output_terms_quote weights paper_url data_described"
    " code foundation license own_license source_url read_on more_specific_than note",
    "code_repo": "host repo license level purpose source_url read_on text_read",
    "code_mention": "id syntax names position keywords modules kind bare excepted pattern meaning yes no",
    "model_name": "id kind pattern system_id",
    "phrase": "id component kind value language meaning pattern yes no",
    "clause": "id restriction meaning pattern yes no",
    "license_text": "id license_id kind changes source read_on words digest",
    "talk_grid": "system slide hub_ids system_ids weights pretraining_dataset finetuning_dataset reward_model"
    " data_processing_code note",
}
KEYS = dict.fromkeys(COLUMNS, "id") | {
    "license_alias": "alias",
    "license_address": "address",
    "license_demand": "license_id demand",
    "license_hard_case": "license_id why",
    "restriction": "restriction",
    "code_repo": "repo",
    "talk_grid": "system",
}
YES_NO = {"yes", "no"}
PURPOSES = {"training", "training-framework", "data", "inference", "library", "evaluation", "examples"}
FLAGS = YES_NO | {"family", "unknown"}
RELATIONS = {"finetune", "merge", "adapter", "quantized"}
DEMANDS = {
    "pass_terms_on", "pass_limits_on", "same_terms", "no_derivatives", "name_begins", "notice_file",
    "display",
}  # fmt: skip
WORDS = {
    ("model_name", "kind"): {"family", "form", "architecture"},
    ("license", "osi_approved"): FLAGS,
    ("license", "fsf_free"): FLAGS,
    ("license", "text_read"): YES_NO,
    ("license", "level"): {"2", "3", "4", ""},
    ("license_alias", "kind"): {"hub-name", "full-name", "unreliable-name"},
    ("license_demand", "demand"): DEMANDS,
    ("license_demand", "disputed"): YES_NO,
    ("restriction", "level"): {"2", "3", "4"},
    ("spdx_license", "osi_approved"): YES_NO,
    ("spdx_license", "fsf_free"): YES_NO,
    ("dataset", "level"): {"1", "2", "3", "4"},
    ("dataset", "obtainable"): {"yes", "no", "partly"},
    ("dataset", "stage"): {"pretraining", "finetuning", "preference", "mixed", "evaluation"},
    ("system", "output_terms"): {"competitive", "none", "unknown"},
    ("system", "weights"): {"none", "restricted", "open-with-limits", "open"},
    ("system", "data_described"): YES_NO,
    ("system", "code"): {"none", "inference", "training"},
    ("system", "foundation"): YES_NO,
    ("system", "own_license"): YES_NO,
    ("code_repo", "host"): {"github.com"},
    ("code_repo", "level"): {"3", "4"},
    ("code_repo", "text_read"): YES_NO,
    ("code_repo", "purpose"): PURPOSES,
    ("phrase", "language"): {"de", "en", "es", "fr", "ja", "zh"},
    ("code_mention", "syntax"): {"call", "key", "command", "decoy"},
    ("code_mention", "kind"): {"model", "dataset", "space", "repo_type", ""},
    ("code_mention", "bare"): {"", "any", "canonical", "sentence-transformers"},
}
LINKS = [
    ("license", "family", "system"),
    ("license_alias", "license_id", "license"),
    ("license_address", "license_id", "license"),
    ("license_family", "id", "license"),
    ("license_demand", "license_id", "license"),
    ("license_demand", "carried_by", "license"),
    ("license_hard_case", "license_id", "license"),
    ("dataset", "license", "license"),
    ("dataset", "generated_by", "system"),
    ("dataset", "more_specific_than", "dataset"),
    ("system", "license", "license"),
    ("system", "more_specific_than", "system"),
    ("model_name", "system_id", "system"),
    ("talk_grid", "system_ids", "system"),
]


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_has_its_columns_unique_keys_and_unix_lines(name: str) -> None:
    rows = table(name)
    assert list(rows[0]) == COLUMNS[name].split()
    assert not [row for row in rows if None in row or None in row.values()]
    keys = Counter(tuple(row[column] for column in KEYS[name].split()) for row in rows)
    assert [key for key, times in keys.items() if times > 1] == []
    raw = (FOLDER / f"{name}.csv").read_bytes()
    assert b"\r" not in raw
    assert b"\n\n" not in raw


@pytest.mark.parametrize(("name", "column"), WORDS)
def test_a_column_of_fixed_words_holds_no_other(name: str, column: str) -> None:
    assert {row[column] for row in table(name)} <= WORDS[name, column]


@pytest.mark.parametrize(("name", "column", "target"), LINKS)
def test_every_link_leads_to_a_row(name: str, column: str, target: str) -> None:
    ids = {row["id"] for row in table(target)}
    linked = {item for row in table(name) for item in items(row[column])}
    assert linked
    assert linked - ids == set()


@pytest.mark.parametrize("name", ["dataset", "system", "code_repo"])
def test_every_row_has_a_source_and_a_date(name: str) -> None:
    for row in table(name):
        assert row["source_url"].startswith(("https://", "http://")), row
        assert date.fromisoformat(row["read_on"]), row


def test_the_license_table_is_complete() -> None:
    rows = table("license")
    assert Counter(row["id"].startswith("other:") for row in rows) == {False: 83, True: 75}
    assert Counter(row["level"] for row in rows) == {"4": 54, "3": 58, "2": 38, "": 8}
    assert {row["level"] for row in rows if row["osi_approved"] == "yes"} == {"4"}
    assert {row["level"] for row in rows if "non_commercial" in row["restrictions"]} == {"2"}
    assert all(date.fromisoformat(row["read_on"]) for row in rows)


def _restrictions(row: dict[str, str]) -> set[str]:
    """Split as licenses are written: details stand in brackets, and may hold commas."""
    return {item.split("(")[0] for item in items(row["restrictions"])} - {"none", "none_known", "unknown"}


def test_a_license_is_as_open_as_its_strictest_restriction() -> None:
    levels = {row["restriction"]: row["level"] for row in table("restriction")}
    for row in table("license"):
        found = {levels[name] for name in _restrictions(row)}
        assert row["level"] == min(found, default=row["level"]) or row["id"] == "other:modified-mit", row[
            "id"
        ]


def test_every_condition_on_what_is_made_from_a_model_is_a_demand() -> None:
    conditions = {"copyleft", "passthrough", "derivatives_same_terms", "naming", "no_derivatives"}
    same = {row["id"]: row["spdx_id"] or row["name"] for row in table("license")}
    demanding = {same[row["license_id"]] for row in table("license_demand")}
    asking = {same[row["id"]] for row in table("license") if _restrictions(row) & conditions}
    assert asking - demanding == set()


def test_a_demand_quotes_its_clause_or_says_why_it_cannot() -> None:
    for row in table("license_demand"):
        assert len(row["clause"].split()) <= 15, row
        assert row["source"] if row["clause"] else row["note"], row
        assert set(items(row["relations"])) <= RELATIONS, row
        assert bool(row["begins_with"]) == (row["demand"] == "name_begins"), row
        assert row["disputed"] == "no" or row["note"], row


def test_the_spdx_list_is_the_packages() -> None:
    assert (FOLDER / "spdx_license.csv").read_text(encoding="utf-8") == table_of_spdx()
    flags = {row["id"]: row["osi_approved"] for row in table("spdx_license")}
    own = {row["spdx_id"]: row["osi_approved"] for row in table("license") if row["spdx_id"]}
    assert own.keys() <= flags.keys()
    assert {name for name, flag in own.items() if flag != flags[name]} == set()


def test_an_alias_is_trimmed_lower_case_and_hides_no_hub_id() -> None:
    hub_ids = {row["id"] for row in table("license") if not row["id"].startswith("other:")}
    for row in table("license_alias"):
        assert row["alias"] == row["alias"].strip().lower()
        assert row["alias"] not in hub_ids or row["alias"] == row["license_id"], row


def test_a_written_name_leads_to_its_license() -> None:
    written = {"apache 2.0": "apache-2.0", "mit license": "mit", "gplv3": "gpl-3.0", "cc by 4.0": "cc-by-4.0"}
    written |= {"llama-3": "llama3", "gemma-terms-of-use": "gemma", "sdxl-license": "openrail++"}
    written |= {"mnpl": "other:mnpl", "cc by-nc 4.0": "cc-by-nc-4.0"}
    aliases = {row["alias"]: row["license_id"] for row in table("license_alias")}
    assert {alias: aliases.get(alias) for alias in written} == written


def test_a_license_of_one_family_names_that_family() -> None:
    families = {row["id"]: row["family"] for row in table("license")}
    assert families["llama3.1"] == "llama-3.1"
    assert families["gemma"] == "gemma"
    assert families["apache-2.0"] == ""


def test_a_hub_id_belongs_to_one_dataset() -> None:
    ids = Counter(hub_id.lower() for row in table("dataset") for hub_id in items(row["hub_ids"]))
    assert [hub_id for hub_id, times in ids.items() if times > 1] == []


def test_a_dataset_that_cannot_be_had_is_at_most_described() -> None:
    for row in table("dataset"):
        assert (row["obtainable"] == "no") == (row["level"] == "1"), row["id"]


def test_a_limit_on_use_is_never_totally_open() -> None:
    limits = ("non_commercial", "research_only", "competitive", "aup")
    for row in table("dataset"):
        limited = any(word.startswith(limits) for word in items(row["restrictions"]))
        assert not (limited and row["level"] == "4"), row["id"]


def test_the_published_precedents_stand() -> None:
    precedents = "bookcorpus 2 the-pile 3 refinedweb 4 redpajama-1t 4 roots 3 dolma 3 tulu-v2-sft-mixture 3"
    precedents += " ultrafeedback 4 alpaca 2 sharegpt 2 ultrachat 2 amber-data 4 dolly-15k 4 books3 1"
    words = precedents.split()
    levels = {row["id"]: row["level"] for row in table("dataset")}
    assert {name: levels[name] for name in words[::2]} == dict(zip(words[::2], words[1::2], strict=True))


def test_a_system_that_was_never_released_has_no_repository() -> None:
    for row in table("system"):
        assert row["weights"] != "none" or not row["hub_id"], row["id"]
        assert len(row["output_terms_quote"].split()) <= 15, row["id"]
        assert row["output_terms"] == "competitive" or not row["output_terms_quote"], row["id"]


def test_a_code_repository_is_open_only_under_a_license() -> None:
    for row in table("code_repo"):
        assert row["repo"] == row["repo"].lower()
        assert row["repo"].count("/") == 1
        assert (row["level"] == "4") == bool(row["license"]), row["repo"]
