"""Turns: how many requests may be under way at once, so that the Hub refuses none."""

from __future__ import annotations

import asyncio

import pytest

from hubaudit.hub.quota import API, RESOLVERS, Quota, Turn
from tests.hub.helpers import Time

POLICY = '"fixed window";"api";q=100;w=300'


def told(quota: Quota, left: int, seconds: int = 200, status: int = 200, **more: str) -> None:
    headers = {"RateLimit": f'"api";r={left};t={seconds}', "RateLimit-Policy": POLICY}
    quota.heard(API, status, headers | {name.replace("_", "-"): value for name, value in more.items()})


def opened(left: int, time: Time | None = None) -> Quota:
    """Return a quota that one answer told of; 2 of its 100 requests are the reserve."""
    moment = time or Time()
    quota = Quota(moment.wait, moment.clock)
    turn = begun(quota)
    told(quota, left)
    quota.answered(turn)
    return quota


def begun(quota: Quota, route: str = API) -> Turn:
    turn = quota.begin(route)
    assert turn is not None
    return turn


def all_begun(quota: Quota) -> list[Turn]:
    turns = []
    while turn := quota.begin(API):
        turns.append(turn)
    return turns


def test_the_first_request_goes_ahead_alone() -> None:
    time = Time()
    quota = Quota(time.wait, time.clock)
    first = begun(quota)
    assert quota.begin(API) is None
    assert quota.pause(API) == 0
    begun(quota, RESOLVERS)
    told(quota, 99)
    quota.answered(first)
    assert quota.begin(API) is not None


def test_who_waits_for_the_first_answer_is_woken_by_it() -> None:
    time = Time()
    quota = Quota(time.wait, time.clock)

    async def scenario() -> bool:
        first = begun(quota)
        waiting = asyncio.ensure_future(quota.wait(API))
        await asyncio.sleep(0)
        assert not waiting.done()
        told(quota, 50)
        quota.answered(first)
        await asyncio.wait_for(waiting, 5)
        return quota.begin(API) is not None

    assert asyncio.run(scenario())
    assert time.sleeps == []


@pytest.mark.parametrize("answered", [True, False])
def test_a_hub_that_tells_of_no_quota_is_asked_without_limit(*, answered: bool) -> None:
    time = Time()
    quota = Quota(time.wait, time.clock)
    first = begun(quota)
    (quota.answered if answered else quota.ended)(first)
    assert [quota.begin(API) is not None for _ in range(50)] == [True] * 50


def test_what_is_under_way_counts_as_not_yet_counted() -> None:
    quota = opened(left=12)
    turns = all_begun(quota)
    assert len(turns) == 10
    told(quota, 2)  # the Hub had seen them all when it answered one of them
    quota.answered(turns[0])
    assert quota.begin(API) is None


def test_answers_may_come_in_any_order() -> None:
    quota = opened(left=12)
    turns = all_begun(quota)
    for turn, left in zip(turns, (2, 11, 5, 10, 3, 9, 4, 8, 6, 7), strict=True):
        told(quota, left)
        quota.answered(turn)
    window = quota.window(API)
    assert window is not None
    assert (window.left, window.size, quota.begin(API), quota.pause(API)) == (2, 100, None, 200)


def test_a_request_without_an_answer_counts_until_a_later_one_has_it() -> None:
    quota = opened(left=4)
    lost = begun(quota)
    quota.ended(lost)
    later = begun(quota)
    assert quota.begin(API) is None
    told(quota, 3)  # the Hub never saw the first
    quota.answered(later)
    assert quota.begin(API) is not None


def test_a_lost_last_request_does_not_block_for_ever() -> None:
    time = Time()
    quota = opened(3, time)
    quota.ended(begun(quota))
    asyncio.run(quota.wait(API))
    assert len(time.sleeps) == 1
    assert quota.begin(API) is not None


def test_ending_an_answered_turn_changes_nothing() -> None:
    quota = opened(left=3)
    turn = begun(quota)
    quota.answered(turn)
    quota.ended(turn)
    assert quota.begin(API) is not None


def test_a_new_window_is_tried_by_one_request() -> None:
    time = Time()
    quota = opened(50, time)
    slow = begun(quota)
    time.now += 201
    probe = begun(quota)
    assert quota.begin(API) is None
    told(quota, 98, 299)
    quota.answered(probe)
    assert len(all_begun(quota)) == 98 - 2 - 1  # the slow one may be counted in either window
    quota.ended(slow)


def test_a_late_answer_of_the_window_before_is_not_believed() -> None:
    time = Time()
    quota = opened(50, time)
    time.now += 201
    told(quota, 90, 299)
    told(quota, 0, 1)
    assert quota.pause(API) == 0


def test_the_hub_may_begin_a_new_window_before_our_clock_does() -> None:
    quota = opened(left=2)
    assert quota.pause(API) == 200
    told(quota, 97, 500)
    assert quota.pause(API) == 0


def test_a_503_closes_a_window_only_when_it_says_for_how_long() -> None:
    quota = opened(left=50)
    told(quota, 49, status=503)
    assert quota.pause(API) == 0
    told(quota, 48, status=503, Retry_After="9")
    assert quota.pause(API) == 9


def test_what_strangers_take_is_left_to_them() -> None:
    quota = opened(left=90)
    for left in range(87, 11, -3):  # two strangers to each answer of ours
        turn = begun(quota)
        told(quota, left)
        quota.answered(turn)
    window = quota.window(API)
    assert window is not None
    assert (window.strangers, window.reserve) == (2, 4)
    assert len(all_begun(quota)) == 3  # they may bring 6 of strangers: 12 were left, and 4 are the reserve


def test_a_window_is_not_over_while_its_last_requests_are_under_way() -> None:
    quota = opened(left=90)
    turn = begun(quota)
    told(quota, 80)
    quota.answered(turn)
    turn = begun(quota)
    told(quota, 9)
    assert (quota.begin(API), quota.pause(API)) == (None, 0)
    quota.answered(turn)
    begun(quota)
