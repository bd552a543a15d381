from __future__ import annotations

from dataclasses import replace

from hubaudit.report.discussion import to_discussion
from tests.report.rendering import RENDERER
from tests.report.samples import EMPTY, TUNED

HTML = RENDERER.render(to_discussion([TUNED]))


def test_a_post_sets_what_is_stated_against_what_contradicts_it_and_proposes_a_fix() -> None:
    stated, points = HTML.split("<h3>1. License tag is more permissive than an upstream model's license</h3>")
    assert "license mit, in effect grove-community (level 3)" in stated
    assert "“Oak is a fully open model that anybody may use.”" in stated
    assert "<blockquote>" in points
    assert "tag mit, but grove/seed-7b says" in points
    assert f'href="{TUNED.findings[1].url}"' in points
    assert "acorn-lab/oak-7b-chat ← grove/seed-7b-dpo ← grove/seed-7b" in points
    assert "A way to settle it: Carry the license of grove/seed-7b" in points
    assert "<h3>2. No license is given for a data set</h3>" in points


def test_a_post_says_when_the_page_was_read_and_what_was_not() -> None:
    assert "at commit 892b3d7a7b1c on 2026-11-23" in HTML
    assert "gated-open-claim: base not read" in HTML


def test_a_post_gives_no_verdict() -> None:
    words = to_discussion([TUNED]).lower()
    assert "this is no legal advice" in words
    assert not any(word in words for word in ("violat", "illegal", "infring", "breach"))


def test_without_a_finding_there_is_nothing_to_post() -> None:
    assert to_discussion([EMPTY]).endswith("so there is nothing to post.")
    one = replace(TUNED, findings=TUNED.findings[:1])
    assert "we came to one point where" in to_discussion([one])
