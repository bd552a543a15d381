"""What strangers may write into a card, an id or an error text."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

from hubaudit.model import Report

PAYLOADS = (
    "\x1b[2J\x1b[31mcleared\x1b[0m",
    "\x9b31mred \x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]0;title\x07 \x1bPq\x1b\\ \x1b]52;c;never closed",
    "\u202eesrever\u202c \u2066isolated\u2069 \u200bzero\u200d\ufeff\u00adwidth",
    "line\nbreak\r\rreturn\x0bvertical\u2028separator\u2029paragraph\x85next",
    "half \ud83d pair, private \ue000, unassigned \U000e0fff, filler \u3164",
    "[bold red]markup[/] [link=https://evil.example]x[/link]",
    "<script>alert(1)</script><img src=x onerror=alert(1)><!-- <br>",
    "[click](https://evil.example) ![image](https://evil.example/x.png) [ref]: <x>",
    "https://evil.example www.evil.example evil.example //localhost mail me@evil.example mailto:me@x.io",
    "@everyone fixes #1 and owner/repo#2 GH-3 &lt;b&gt; &#64; $x$ `code` ``",
    "a | b | c\\| d \\",
    "| a |\n|---|\n| b |",
    "# heading",
    "- item",
    "1. item",
    "```\nfence",
    "~~~ fence",
    "> quote",
    "---",
    "===",
    "***bold*** __under__ ~~strike~~",
    "    indented",
    "javascript:alert(1)",
    "https://user@evil.example/",
    "data:text/html,<b>x</b>",
    "\u65e5\u672c\u8a9e" * 60,
    "x" * 500,
    "\N{COMBINING ACUTE ACCENT}" * 5,
)


def poisoned_report(report: Report, payload: str) -> Report:
    """Copy a report with the payload wherever a stranger can write: rules, severities and kinds are ours."""
    bad: Report = poisoned(report, payload)
    findings = (
        replace(each, rule=was.rule, severity=was.severity, state=was.state)
        for each, was in zip(bad.findings, report.findings, strict=True)
    )
    materials = (
        replace(each, kind=was.kind) for each, was in zip(bad.materials, report.materials, strict=True)
    )
    return replace(bad, findings=tuple(findings), materials=tuple(materials))


def poisoned(part: Any, payload: str) -> Any:
    """Copy a report, or a part of one, with the payload as every text in it."""
    if isinstance(part, str):
        return payload
    if isinstance(part, tuple):
        return tuple(poisoned(item, payload) for item in part)
    if is_dataclass(part) and not isinstance(part, type):
        return type(part)(**{spec.name: poisoned(getattr(part, spec.name), payload) for spec in fields(part)})
    return part
