"""What a text is called: genuine, modified, near, several, or no license at all."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.audit.licenses import identifier_version, identify, knowledge
from hubaudit.text.license import scancode
from hubaudit.text.license.container import LARGEST
from hubaudit.text.license.facts import TextOutcome
from hubaudit.text.license.fingerprint import Fingerprint, digest, packed, shingles, sketch
from hubaudit.text.license.identifier import Identifier, Knowledge
from hubaudit.text.license.words import words
from hubaudit.warehouse.reference import license_fingerprints, rows
from tests.license.texts import APACHE, MIT, NO_WEAPONS, carried

if TYPE_CHECKING:
    from pathlib import Path

_GRANT = MIT.index("Permission is hereby")
_OWN = """"HARBOUR MODEL LICENSE

Version 1.0, 4 March 2025

1. Grant. The Harbour Laboratory grants you the right to run the Harbour weights on ships and on
land, to change them, and to hand copies to anybody who asks for one, provided that this text
goes along with every copy.

2. Names. You shall prominently display "Built with Harbour" on the site of a product that
contains the weights.

3. Warranty. The weights come as they are, and the Laboratory answers for nothing that they do
or fail to do, at sea, in port or anywhere else, to the extent that the law of the port of
registry allows it to say so.
"""


@pytest.mark.parametrize(
    ("package", "license_id", "spdx"),
    [
        ("rich", "mit", "MIT"),
        ("duckdb", "mit", "MIT"),
        ("httpx", "bsd-3-clause", "BSD-3-Clause"),
        ("google-re2", "bsd-3-clause", "BSD-3-Clause"),
        ("tenacity", "apache-2.0", "Apache-2.0"),
        ("huggingface_hub", "apache-2.0", "Apache-2.0"),
    ],
)
def test_a_package_s_own_license_is_known(package: str, license_id: str, spdx: str) -> None:
    facts = identify(carried(package))
    assert (facts.outcome, facts.license_ids, facts.spdx) == (TextOutcome.IDENTIFIED, (license_id,), spdx)
    assert facts.is_exact
    assert (facts.is_modified, facts.inserted, facts.deleted, facts.clauses) == (False, (), (), ())


@pytest.mark.parametrize(
    "changed",
    [
        APACHE.replace("[yyyy] [name of copyright owner]", "2024 Harbour Laboratory"),
        APACHE[: APACHE.index("END OF TERMS")],
        f"Copyright (c) 2024 Harbour Laboratory\n\n{APACHE}",
        " ".join(APACHE.split()),
        APACHE.replace('"', "\N{LEFT DOUBLE QUOTATION MARK}"),
        re.sub(r"(?m)^ +(\d+\.)", r"## \1", APACHE),
    ],
    ids=["filled in", "without appendix", "under a copyright line", "one line", "curly quotes", "Markdown"],
)
def test_the_genuine_apache_text_is_not_modified(changed: str) -> None:
    facts = identify(changed)
    assert (facts.outcome, facts.license_ids) == (TextOutcome.IDENTIFIED, ("apache-2.0",))
    assert not facts.is_modified


@pytest.mark.parametrize("holders", ["Copyright (c) 2024 A. B. Smith, Harbour Inc.", "(C) 2020-2024 Harbour"])
def test_copyright_lines_are_no_change(holders: str) -> None:
    facts = identify(f"{holders}\nCopyright 2023 the authors\n\n{MIT[_GRANT:]}")
    assert (facts.license_ids, facts.is_modified) == (("mit",), False)


@pytest.mark.parametrize("place", ["after", "before", "in the middle"])
def test_one_more_sentence_is_told_and_quoted(place: str) -> None:
    middle = MIT.index("\n\n", _GRANT)
    text = {
        "after": f"{MIT}\n{NO_WEAPONS}\n",
        "before": f"{MIT[:_GRANT]}{NO_WEAPONS}\n\n{MIT[_GRANT:]}",
        "in the middle": f"{MIT[:middle]}\n\n{NO_WEAPONS}{MIT[middle:]}",
    }[place]
    facts = identify(text)
    assert (facts.outcome, facts.license_ids, facts.is_modified) == (TextOutcome.MODIFIED, ("mit",), True)
    assert len(facts.inserted) == 1
    assert NO_WEAPONS.removesuffix(".") in facts.inserted[0]
    assert [(clause.restriction, clause.quote) for clause in facts.clauses] == [("aup", NO_WEAPONS)]


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        ("distribute, sublicense, and/or sell", "distribute", "sublicense and or sell"),
        ("without restriction, including", "for non-commercial purposes, including", ""),
    ],
)
def test_words_that_went_or_were_replaced_are_a_change(old: str, new: str, gone: str) -> None:
    facts = identify(MIT.replace("\n", " ").replace(old, new))
    assert (facts.license_ids, facts.is_modified) == (("mit",), True)
    assert gone in " ".join(facts.deleted)


def test_a_few_words_that_limit_count_however_few() -> None:
    assert identify(f"{MIT}\nNo commercial use.\n").is_modified
    assert not identify(f"{MIT}\nHave a nice day.\n").is_modified


def test_a_restriction_cannot_hide_in_a_copyright_line() -> None:
    assert identify(f"Copyright (c) 2024 Harbour, no commercial use\n\n{MIT[_GRANT:]}").is_modified


def test_two_licenses_in_one_file_are_two() -> None:
    facts = identify(f"{MIT}\n\n{APACHE}")
    assert (facts.outcome, facts.license_ids) == (TextOutcome.SEVERAL, ("mit", "apache-2.0"))
    assert (facts.spdx, facts.is_modified) == ("MIT AND Apache-2.0", False)
    assert identify(f"{MIT}\n\n{APACHE}\n\n{NO_WEAPONS}").is_modified


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (b"", TextOutcome.EMPTY),
        (b" \n\t\n", TextOutcome.EMPTY),
        (b"\x7fELF\x02\x01\x01" + bytes(200), TextOutcome.BINARY),
        (MIT.encode() * 10_000, TextOutcome.TOO_LARGE),
        (b"x" * (LARGEST + 1), TextOutcome.TOO_LARGE),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n", TextOutcome.POINTER),
        (b"<!DOCTYPE html><html><body>Please log in.</body></html>", TextOutcome.WEB_PAGE),
        (b"See https://license.example/terms for the license.", TextOutcome.LINK_ONLY),
        ("未经许可不得使用。".encode(), TextOutcome.UNKNOWN),
        (b"MIT", TextOutcome.UNKNOWN),
        (b"Use is limited, permitted, submitted and committed.", TextOutcome.UNKNOWN),
        (b"\xff\xfe\x00\xd8", TextOutcome.BINARY),
    ],
)
def test_what_is_no_license_has_a_name_and_no_id(content: bytes, outcome: TextOutcome) -> None:
    facts = identify(content)
    assert (facts.outcome, facts.license_ids, facts.spdx, facts.is_exact) == (outcome, (), None, False)


def test_a_link_is_told_with_the_license_it_leads_to() -> None:
    facts = identify("Licensed under https://www.apache.org/licenses/LICENSE-2.0.\n")
    assert (facts.outcome, facts.license_ids) == (TextOutcome.LINK_ONLY, ("apache-2.0",))
    assert facts.url == "https://www.apache.org/licenses/LICENSE-2.0"


def test_a_license_on_a_web_page_is_read_there() -> None:
    page = f"<html><head><title>x</title></head><body><pre>{MIT}</pre></body></html>"
    assert identify(page).license_ids == ("mit",)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_the_encoding_does_not_matter(encoding: str) -> None:
    text = MIT.replace(
        "Permission is", "\N{COPYRIGHT SIGN} 2024 Jos\N{LATIN SMALL LETTER E WITH ACUTE}\n\nPermission is"
    )
    assert identify(text.encode(encoding)).license_ids == ("mit",)


def _knowing(*texts: tuple[str, str]) -> Identifier:
    """An identifier that knows, beside open-source licenses, these (id, text)."""
    prints = [_print(license_id, words(text).folded) for license_id, text in texts]
    known = knowledge()
    return Identifier(Knowledge(prints, known.sketches, known.license_ids, known.spdx, known.clauses))


def _print(license_id: str, folded: tuple[str, ...]) -> Fingerprint:
    hashes = shingles(folded)
    return Fingerprint(license_id, license_id, "", digest(folded), frozenset(sketch(hashes)), packed(hashes))


@pytest.mark.parametrize(
    "changed",
    [
        _OWN,
        _OWN.upper(),
        " ".join(_OWN.split()),
        _OWN.replace("1. Grant", "**1.** _Grant_").replace('"', "\N{RIGHT DOUBLE QUOTATION MARK}"),
        f"Copyright (c) 2025 Harbour Laboratory. All rights reserved.\n\n{_OWN}",
        f"Copyright (c) 2025 Harbour Laboratory {_OWN}",
        _OWN.removeprefix("HARBOUR MODEL LICENSE"),
    ],
    ids=["as it is", "case", "one line", "Markdown", "copyright line", "copyright in line", "no title"],
)
def test_a_fingerprinted_text_is_told_by_its_words_alone(changed: str) -> None:
    facts = _knowing(("harbour-1.0", _OWN)).identify(changed)
    assert (facts.outcome, facts.license_ids, facts.is_exact) == (
        TextOutcome.IDENTIFIED,
        ("harbour-1.0",),
        True,
    )
    assert facts.spdx == "LicenseRef-hubaudit-harbour-1.0"


def test_a_sibling_is_near_and_never_the_same() -> None:
    sibling = _OWN.replace("Version 1.0", "Version 1.1").replace("on ships and on land", "on ships")
    facts = _knowing(("harbour-1.0", _OWN)).identify(sibling)
    assert (facts.outcome, facts.similar_to) == (TextOutcome.SIMILAR, "harbour-1.0")
    assert (facts.license_ids, facts.spdx, facts.is_exact) == ((), None, False)
    both = _knowing(("harbour-1.0", _OWN), ("harbour-1.1", sibling))
    assert (both.identify(_OWN).license_ids, both.identify(sibling).license_ids) == (
        ("harbour-1.0",),
        ("harbour-1.1",),
    )


def test_a_rider_on_a_fingerprinted_text_is_shown() -> None:
    facts = _knowing(("harbour-1.0", _OWN)).identify(_OWN.replace("\n\n3.", f"\n\n{NO_WEAPONS}\n\n3."))
    assert (facts.outcome, facts.license_ids, facts.is_exact) == (
        TextOutcome.MODIFIED,
        ("harbour-1.0",),
        False,
    )
    assert facts.inserted == (NO_WEAPONS.removesuffix("."),)


def test_a_fingerprint_holds_no_words() -> None:
    fingerprint = _print("x", words(_OWN).folded)
    assert not {word for word in words(_OWN).folded if len(word) > 5 and word in fingerprint.packed.lower()}


def test_scancode_is_asked_last_and_believed_only_when_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    def match(score: float) -> SimpleNamespace:
        rule = SimpleNamespace(license_expression="harbour-key", is_from_license=True)
        return SimpleNamespace(rule=rule, score=lambda: score, coverage=lambda: 100.0)

    score = 99.9
    index = SimpleNamespace(match=lambda query_string: [match(score)] if query_string == _OWN else [])
    monkeypatch.setitem(sys.modules, "licensedcode", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "licensedcode.cache", SimpleNamespace(get_index=lambda: index))
    monkeypatch.setattr(scancode, "is_installed", lambda: True)
    monkeypatch.setattr(scancode, "_index", scancode._index.__wrapped__)
    facts = identify(_OWN)
    assert (facts.license_ids, facts.spdx) == (("harbour-key",), "LicenseRef-scancode-harbour-key")
    score = 99.4
    assert identify(_OWN).outcome is TextOutcome.UNKNOWN


def test_nothing_asks_scancode_where_it_is_not_installed() -> None:
    if scancode.is_installed():
        pytest.skip("the extra hubaudit[scancode] is installed here")
    identify(_OWN)
    assert not any(name.startswith("licensedcode") for name in sys.modules)


def test_the_version_is_the_same_for_the_same_tables() -> None:
    version = identifier_version()
    identifier_version.cache_clear()
    assert identifier_version() == version
    assert len(version) == 12


def test_every_fingerprint_has_a_row_and_every_row_a_fingerprint() -> None:
    prints = {key: every for key, _, every in license_fingerprints() if every}
    texts = {row["id"]: row for row in rows("license_text")}
    assert prints.keys() == texts.keys()
    assert len({row["digest"] for row in texts.values()}) == len(texts)
    assert {row["kind"] for row in texts.values()} == {"license", "use-policy"}


@pytest.mark.parametrize(
    "hostile", ["<!--" * 60_000, "<script " * 60_000, "(c) " * 90_000, "\N{COPYRIGHT SIGN}\n" * 90_000]
)
def test_a_hostile_text_costs_linear_time(hostile: str) -> None:
    assert identify(f"<html>{hostile}").license_ids == ()


@pytest.fixture(scope="module")
def cases(shared: Path) -> list[dict[str, Any]]:
    path = shared / "real" / "license_testset.json"
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_modified_and_genuine_real_texts_are_told_apart(cases: list[dict[str, Any]]) -> None:
    judged = [case for case in cases if case["modified"] is not None]
    assert [case["id"] for case in judged if identify(case["text"]).is_modified != case["modified"]] == []


def test_an_unread_sibling_lends_nothing(cases: list[dict[str, Any]]) -> None:
    """Each AI license, with its own rows taken out: near another perhaps, never called by its name."""
    known = knowledge()
    for case in cases:
        own = identify(case["text"]).license_ids
        others = [each for each in known.fingerprints if each.license_id not in own]
        if case["kind"] == "ai" and len(others) < len(known.fingerprints):
            facts = Identifier(replace(known, fingerprints=others)).identify(case["text"])
            assert (facts.license_ids, facts.is_exact) == ((), False), case["id"]


def test_every_real_license_file_is_told_or_says_why_not(shared: Path) -> None:
    paths = sorted((shared / "real" / "licenses").glob("*/*"))
    outcomes = {path.name: identify(path.read_bytes()).outcome for path in paths}
    assert {name for name, outcome in outcomes.items() if outcome is TextOutcome.LINK_ONLY} == {
        path.name for path in paths if path.stat().st_size < 120
    }
    unsure = {name for name, outcome in outcomes.items() if outcome in {"unknown", "similar"}}
    assert len(unsure) <= 3, sorted(unsure)


def test_a_license_with_its_use_policy_is_both(shared: Path) -> None:
    folder = shared / "real" / "licenses" / "github"
    both = "\n\n".join(
        (folder / f"llama3_1.{name}").read_text("utf-8") for name in ("LICENSE", "USE_POLICY.md")
    )
    facts = identify(both)
    assert (facts.outcome, facts.license_ids) == (TextOutcome.SEVERAL, ("llama3.1", "llama3.1-use-policy"))
