"""The quota windows: what headers teach, and how long a request is held back."""

from __future__ import annotations

import asyncio

import pytest

from hubaudit.hub.faults import Stop
from hubaudit.hub.quota import API, MAX_PAUSE, RESOLVERS, Quota
from hubaudit.model import Outcome
from tests.hub.helpers import Time

DATE = "Fri, 15 Jan 2027 08:00:42 GMT"  # 42 seconds after the test clock's start


def quota_at(time: Time) -> Quota:
    return Quota(time.wait, time.clock)


def policy(name: str, size: int) -> str:
    return f'"fixed window";"{name}";q={size};w=300'


def test_a_route_nobody_spoke_of_is_open() -> None:
    time = Time()
    asyncio.run(quota_at(time).wait(API))
    assert time.sleeps == []


def test_the_last_requests_of_a_window_are_left_and_its_end_is_waited_for() -> None:
    time = Time()
    quota = quota_at(time)
    quota.heard(API, 200, {"RateLimit": '"api";r=11;t=293', "RateLimit-Policy": policy("api", 500)})
    assert quota.pause(API) == 0
    quota.heard(API, 200, {"RateLimit": '"api";r=10;t=293'})
    assert quota.pause(API) == 293
    asyncio.run(quota.wait(API))
    assert len(time.sleeps) == 1
    assert 293.5 <= time.sleeps[0] <= 294
    assert quota.waited == time.sleeps[0]
    assert quota.pause(API) == 0


@pytest.mark.parametrize("seconds", [1, 5, 40, 300])
def test_the_jitter_is_a_small_share_of_the_window(seconds: int) -> None:
    time = Time()
    quota = quota_at(time)
    told = {
        "RateLimit": f'"api";r=1;t={seconds}',
        "RateLimit-Policy": f'"fixed window";"api";q=100;w={seconds}',
    }
    quota.heard(API, 200, told)
    asyncio.run(quota.wait(API))
    assert 0 < time.sleeps[0] - seconds <= min(1, seconds / 50)


def test_who_finds_a_window_not_yet_over_comes_a_second_later_from_then_on() -> None:
    time = Time()
    quota = quota_at(time)
    quota.heard(API, 200, {"RateLimit": '"api";r=1;t=10', "RateLimit-Policy": policy("api", 40)})
    asyncio.run(quota.wait(API))
    assert 10 < time.sleeps.pop() < 11
    quota.heard(API, 200, {"RateLimit": '"api";r=0;t=0'})  # rounded down: nearly a second was left
    asyncio.run(quota.wait(API))
    assert 2 < time.sleeps.pop() < 3
    quota.heard(API, 200, {"RateLimit": '"api";r=1;t=10'})
    asyncio.run(quota.wait(API))
    assert 11 < time.sleeps.pop() < 12


def test_a_window_without_room_is_not_tried_too_early() -> None:
    time = Time()
    quota = quota_at(time)
    quota.heard(API, 200, {"RateLimit": '"api";r=0;t=10', "RateLimit-Policy": policy("api", 40)})
    asyncio.run(quota.wait(API))
    assert 11 < time.sleeps[0] < 12


def test_many_waiting_requests_do_not_wake_in_the_same_moment() -> None:
    sleeps = set()

    async def wait(seconds: float) -> None:
        sleeps.add(seconds)
        await asyncio.sleep(0)

    async def scenario() -> None:
        quota = Quota(wait, lambda: 0.0)
        quota.heard(API, 200, {"RateLimit": '"api";r=0;t=100'})
        await asyncio.gather(*(quota.wait(API) for _ in range(8)))

    asyncio.run(scenario())
    assert len(sleeps) == 8


def test_a_missing_file_costs_quota_too() -> None:
    time = Time()
    quota = quota_at(time)
    quota.heard(RESOLVERS, 404, {"RateLimit": '"resolvers";r=0;t=166'})
    assert quota.pause(RESOLVERS) == 166
    assert quota.pause(API) == 0


def test_every_item_of_a_list_is_read() -> None:
    quota = quota_at(Time())
    quota.heard(API, 200, {"RateLimit": '"pages";r=0;t=3, "api";r=0;t=12'})
    assert quota.pause(API) == 12
    assert quota.pause("pages") == 3


def test_the_bucket_of_a_route_is_learned() -> None:
    quota = quota_at(Time())
    quota.heard(RESOLVERS, 200, {"RateLimit": '"downloads, all";r=90;t=50'})
    assert quota.pause(RESOLVERS) == 0
    quota.heard(API, 200, {"RateLimit": '"downloads, all";r=0;t=50'})
    assert quota.pause(RESOLVERS) == 50


@pytest.mark.parametrize("size", [1, 5, 20, 100, 500, 1000, 100_000])
def test_the_reserve_is_at_most_a_twentieth_of_the_quota(size: int) -> None:
    quota = quota_at(Time())
    quota.heard(
        API, 200, {"RateLimit": f'"api";r={size // 20 + 1};t=60', "RateLimit-Policy": policy("api", size)}
    )
    assert quota.pause(API) == 0
    quota.heard(API, 200, {"RateLimit": '"api";r=0;t=60'})
    assert quota.pause(API) == 60


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("7", 7), (" 7 ", 7), (DATE, 42), ("soon", 90), ("-5", 90), ("0", 90), ("", 90)],
)
def test_a_429_closes_its_bucket_for_as_long_as_it_says(retry_after: str, seconds: float) -> None:
    quota = quota_at(Time())
    quota.heard(API, 429, {"RateLimit": '"api";r=400;t=90', "Retry-After": retry_after})
    assert quota.pause(API) == seconds


def test_a_429_that_says_nothing_closes_nothing() -> None:
    quota = quota_at(Time())
    quota.heard(API, 429, {"Retry-After": "Mon, 01 Jan 2001 00:00:00 GMT"})
    assert quota.pause(API) == 0


def test_a_wait_beyond_the_cap_is_the_end_of_the_request() -> None:
    time = Time()
    quota = quota_at(time)
    quota.heard(API, 429, {"Retry-After": str(MAX_PAUSE + 1).removesuffix(".0")})
    with pytest.raises(Stop, match="asks to wait 601 s") as stop:
        asyncio.run(quota.wait(API))
    assert stop.value.outcome is Outcome.UNREACHABLE
    assert time.sleeps == []


def test_a_clock_that_was_set_back_does_not_lengthen_a_wait() -> None:
    time = Time()
    quota = quota_at(time)
    quota.heard(API, 200, {"RateLimit": '"api";r=0;t=100'})
    time.now -= 3600
    assert quota.pause(API) == 0


@pytest.mark.parametrize("jump", [-3600, -20, 20, 3600])
def test_a_clock_that_jumps_is_put_right_by_the_next_answer(jump: float) -> None:
    time = Time()
    quota = quota_at(time)
    quota.heard(API, 200, {"RateLimit": '"api";r=0;t=100', "RateLimit-Policy": policy("api", 100)})
    time.now += jump
    for _ in range(2):  # an answer that arrives after the end that the old clock told begins a new window
        quota.heard(API, 200, {"RateLimit": '"api";r=0;t=90'})
        time.now += max(0, quota.pause(API) - 90)
        assert 0 <= quota.pause(API) <= 90
    assert quota.pause(API) >= 80


def test_waiting_ends_also_with_a_clock_that_stands_still() -> None:
    calls = []

    async def wait(seconds: float) -> None:
        calls.append(seconds)

    quota = Quota(wait, lambda: 0.0)
    quota.heard(API, 200, {"RateLimit": '"api";r=0;t=100'})
    asyncio.run(quota.wait(API))
    assert len(calls) == 1


@pytest.mark.parametrize(
    "header",
    [
        "",
        '"api"',
        '"api";r=;t=',
        '"api";r=-1;t=-1',
        "api;r=0;t=5",
        '"api;r=0;t=5',
        '"api";r=0',
        f'"api";r=0;t={"9" * 400}',
        '"' * 5000,
        ";,=" * 3000,
        "\x00\xff\u0660",
    ],
)
def test_a_header_that_makes_no_sense_teaches_nothing(header: str) -> None:
    quota = quota_at(Time())
    quota.heard(API, 200, {"RateLimit": header, "RateLimit-Policy": header, "Retry-After": header})
    assert quota.pause(API) == 0


def plain(left: object, ends: object, **more: str) -> dict[str, str]:
    return {"X-RateLimit-Remaining": str(left), "X-RateLimit-Reset": str(ends), **more}


def test_plain_numbers_tell_of_a_window_too() -> None:
    time = Time()
    quota = quota_at(time)
    quota.heard(API, 200, plain(7, int(time.now) + 1800, **{"X-RateLimit-Limit": "60"}))
    window = quota.window(API)
    assert window
    assert (window.left, window.size, window.rest(time.now)) == (7, 60, 1800)
    assert quota.pause(API) == 0
    quota.heard(API, 403, plain(0, int(time.now) + 1800))
    assert quota.pause(API) == 1800


def test_the_end_of_a_window_is_told_by_the_answer_s_own_clock() -> None:
    time = Time()
    quota = quota_at(time)
    quota.heard(API, 200, plain(0, int(time.now) + 100, Date=DATE))
    assert quota.pause(API) == 58


@pytest.mark.parametrize(
    ("left", "ends"), [("", 99), ("x", 99), (-1, 99), (0, ""), (0, "soon"), (0, "9" * 40)]
)
def test_plain_numbers_that_are_none_say_nothing(left: object, ends: object) -> None:
    quota = quota_at(Time())
    quota.heard(API, 200, plain(left, ends))
    assert quota.window(API) is None


def test_a_refusal_that_says_when_to_come_back_closes_the_window() -> None:
    quota = quota_at(Time())
    quota.heard(API, 403, {"Retry-After": "61"})
    assert quota.pause(API) == 61


def test_a_refusal_alone_closes_nothing() -> None:
    quota = quota_at(Time())
    quota.heard(API, 403, {})
    assert quota.pause(API) == 0


def test_without_patience_nothing_is_waited_for() -> None:
    time = Time()
    quota = Quota(time.wait, time.clock, patience=0)
    quota.heard(API, 429, {"Retry-After": "5"})
    with pytest.raises(Stop, match="more than the 0 s"):
        asyncio.run(quota.wait(API))
    assert time.sleeps == []
