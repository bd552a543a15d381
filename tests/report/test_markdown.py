from dataclasses import replace

import pytest

from hubaudit.model import Claim
from hubaudit.report.markdown import to_markdown
from tests.report.hostile import PAYLOADS, poisoned
from tests.report.rendering import RENDERER, shape
from tests.report.samples import EMPTY, TUNED


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_report_renders_like_a_harmless_one(payload: str) -> None:
    assert shape(to_markdown([poisoned(TUNED, payload)])) == shape(to_markdown([poisoned(TUNED, "x")]))


def test_links_lead_to_the_sources_only() -> None:
    html = RENDERER.render(to_markdown([TUNED]))
    sources = {claim.url for claim in TUNED.claims}
    sources |= {seen.url for cell in TUNED.grid for seen in cell.evidence}
    sources |= {finding.url for finding in TUNED.findings}
    assert html.count("<a ") == 7
    assert all(f'href="{source}"' in html for source in sources if source)


def test_an_address_is_linked_to_the_letter() -> None:
    claim = Claim("card-text", "open", "https://example.org/a?b=1&lt;=2&copy=3")
    html = RENDERER.render(to_markdown([replace(EMPTY, claims=(claim,))]))
    assert 'href="https://example.org/a?b=1&amp;lt;=2&amp;copy=3"' in html


def test_the_page_has_every_part() -> None:
    html = RENDERER.render(to_markdown([TUNED]))
    assert "<h2>acorn-lab/oak-7b-chat · 3/0/2/-/?</h2>" in html
    assert html.count("<tr>") == 6
    assert html.count("<h4>") == 2
    assert html.index("high: upstream") < html.index("low: missing")
    assert "gated-open-claim: base not read" in html


def test_several_reports_are_separated_by_a_rule() -> None:
    html = RENDERER.render(to_markdown([EMPTY, EMPTY]))
    assert html.count("<hr") == 1
    assert html.count("No finding: 13 of 13 rules passed.") == 2
    assert "No base model named." in html
