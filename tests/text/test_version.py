from __future__ import annotations

from typing import TYPE_CHECKING

from hubaudit.model import Pattern
from hubaudit.text import version
from hubaudit.text.version import reading_version

if TYPE_CHECKING:
    import pytest

OPEN, BASE = Pattern("phrase", "open", "open"), Pattern("system", "base", "base")


def test_the_version_follows_the_patterns_and_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    named = reading_version([OPEN, BASE])
    assert named == reading_version([BASE, OPEN, BASE])
    assert named != reading_version([OPEN])
    assert named != reading_version([OPEN, Pattern("system", "base", "base  model")])
    monkeypatch.setattr(version, "READER_VERSION", version.READER_VERSION + 1)
    assert named != reading_version([OPEN, BASE])
