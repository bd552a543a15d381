from __future__ import annotations

import pytest

from hubaudit.crawl.progress import Progress, words
from hubaudit.hub.window import Window

NOW = 1_800_000_000.0
OPEN = Window(left=300, size=500, ends=NOW + 200, length=290, first=499, answers=199, span=300)


def seen(done: int, needed: int | None, window: Window | None = OPEN) -> Progress:
    return Progress("files", done, needed, 10.0, 100, window)


@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (seen(100, None), "files: 10/s, 100 requests, 300 left in this window"),
        (seen(100, None, None), "files: 10/s, 100 requests"),
        (seen(0, 100), "files: 0/s, 100 requests, 300 left in this window"),
        (seen(100, 100), "files: 10/s, 100 requests, 300 left in this window"),
        (seen(100, 130), "files: 10/s, 100 requests, 300 left in this window, 1 min to go"),
        # 290 requests here, 490 in each of the windows after it
        (
            seen(100, 1_000),
            "files: 10/s, 100 requests, 300 left in this window, 2 more windows, 9 min to go",
        ),
        # a page has a thousand records
        (
            seen(100_000, 3_000_000),
            "files: 10,000/s, 100 requests, 300 left in this window, 6 more windows, 29 min to go",
        ),
        (
            seen(100, 10_000),
            "files: 10/s, 100 requests, 300 left in this window, 20 more windows, 1 h 39 min to go",
        ),
    ],
)
def test_a_bar_says_how_it_goes(progress: Progress, said: str) -> None:
    assert words(progress, NOW) == said
