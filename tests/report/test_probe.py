"""A probe's answers, one a line, with the Hub's words made harmless."""

from __future__ import annotations

import json

from hubaudit.probed import Probed, Verdict
from hubaudit.report.probe import render_probe

PROBED = [
    Probed("limit=1001 is cut to 1000 records", Verdict.HOLDS, "1000 records"),
    Probed("both hops of /resolve are counted", Verdict.UNTOLD, "403 \x1b[2J\u202egone\tfor good"),
]


def test_a_line_for_an_answer() -> None:
    assert render_probe(PROBED, "table").splitlines() == [
        "verdict\tquestion\tseen",
        "holds\tlimit=1001 is cut to 1000 records\t1000 records",
        "could not tell\tboth hops of /resolve are counted\t403 gone for good",
    ]


def test_programs_read_the_same() -> None:
    told = json.loads(render_probe(PROBED, "json"))
    assert told["rows"][0] == {
        "verdict": "holds",
        "question": "limit=1001 is cut to 1000 records",
        "seen": "1000 records",
    }
