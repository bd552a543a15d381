"""How long the rest of a crawl takes, by its rate and by its quota."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hubaudit.crawl.pace import Done, Pace, pace
from hubaudit.hub.window import Window

NOW = 1_800_000_000.0
# 500 requests in 300 s: 10 of them are the reserve. 200 s and 300 requests are left.
OPEN = Window(left=300, size=500, ends=NOW + 200, length=290, first=499, answers=199, span=300)
FAST, SLOW = Done(100, 10), Done(100, 1000)  # 10 requests a second, and one in ten seconds


def test_nothing_is_left_to_do() -> None:
    assert pace(OPEN, NOW, FAST, 0) == Pace(10, 290, 0, 0)


def test_the_rest_fits_in_this_window() -> None:
    assert pace(OPEN, NOW, FAST, 290) == Pace(10, 290, 0, 29)


def test_one_request_more_needs_another_window() -> None:
    assert pace(OPEN, NOW, FAST, 291) == Pace(10, 290, 1, 200 + 0.1)


def test_a_long_list_is_bound_by_the_quota() -> None:
    """290 here, 490 in each of the next two, and the last 20 in the third."""
    assert pace(OPEN, NOW, FAST, 290 + 490 * 2 + 20) == Pace(10, 290, 3, 200 + 300 * 2 + 2)


def test_a_slow_hub_is_the_bound_itself() -> None:
    """20 requests in the 200 s of this window, 30 in each of the next."""
    assert pace(OPEN, NOW, SLOW, 20) == Pace(0.1, 290, 0, 200)
    assert pace(OPEN, NOW, SLOW, 65) == Pace(0.1, 290, 2, 200 + 300 + 150)


def test_a_spent_window_is_waited_for() -> None:
    assert pace(replace(OPEN, left=10), NOW, FAST, 49) == Pace(10, 0, 1, 200 + 4.9)


def test_a_window_that_is_over_counts_as_a_new_one() -> None:
    assert pace(OPEN, NOW + 201, FAST, 490) == Pace(10, 490, 0, 49)
    assert pace(OPEN, NOW + 201, FAST, 500) == Pace(10, 490, 1, 300 + 1)


def test_a_hub_without_a_quota_has_no_windows() -> None:
    assert pace(None, NOW, FAST, 50) == Pace(10, None, None, 5)


@pytest.mark.parametrize("done", [Done(0, 0), Done(0, 9), Done(5, 0), Done(5, -1)])
def test_before_the_rate_is_known_only_the_windows_are(done: Done) -> None:
    assert pace(None, NOW, done, 50) == Pace(None, None, None, None)
    assert pace(OPEN, NOW, done, 50) == Pace(None, 290, 0, None)
    assert pace(OPEN, NOW, done, 1000) == Pace(None, 290, 2, None)


def test_what_the_policy_does_not_tell_is_taken_from_the_first_answer() -> None:
    untold = replace(OPEN, size=0, span=0)
    assert pace(untold, NOW, FAST, 290 + 490) == Pace(10, 291, 1, 200 + 48.9)


def test_a_quota_that_lets_nothing_through_never_ends() -> None:
    nothing = Window(left=0, size=0, ends=NOW + 9, length=9, first=0)
    assert pace(nothing, NOW, FAST, 5) == Pace(10, 0, None, None)


def test_a_request_may_take_longer_than_a_window() -> None:
    assert pace(OPEN, NOW, Done(1, 400), 5) == Pace(1 / 400, 290, None, 2000)
