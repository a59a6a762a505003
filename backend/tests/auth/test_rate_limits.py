"""Attempts counted in PostgreSQL: exactly, for all processes, and in no bucket when one refuses."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.auth.rate_limits import LONGEST_WINDOW_SECONDS, Bucket, RateLimit, RateLimiter, told_limits
from app.config import Settings
from app.db.session import SessionFactory
from app.lib import clock
from app.lib.problems import TooManyRequests
from app.models import RateLimitWindow

START = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
TEN = RateLimit("ten", attempts=10, window_seconds=60)
HUNDRED = RateLimit("hundred", attempts=100, window_seconds=60)


@pytest.fixture
def limiter(settings: Settings, sessions: SessionFactory) -> RateLimiter:
    return RateLimiter(sessions, settings.secret_key)


@pytest.fixture
def committed_limiter(settings: Settings, committed_sessions: SessionFactory) -> RateLimiter:
    return RateLimiter(committed_sessions, settings.secret_key)


async def _is_refused(limiter: RateLimiter, *buckets: Bucket) -> bool:
    try:
        await limiter.spend(*buckets)
    except TooManyRequests:
        return True
    return False


async def test_a_full_bucket_refuses_and_says_how_long_to_wait(limiter: RateLimiter) -> None:
    limit = RateLimit("short", attempts=2, window_seconds=60)
    with clock.turned_to(START + timedelta(seconds=20)):
        await limiter.spend((limit, "someone"))
        await limiter.spend((limit, "someone"))
        with pytest.raises(TooManyRequests) as refusal:
            await limiter.spend((limit, "someone"))
        await limiter.spend((limit, "someone else"))

    assert refusal.value.retry_after_seconds == 41
    assert "41 seconds" in refusal.value.detail


async def test_attempts_come_back_one_by_one_over_the_next_window(limiter: RateLimiter) -> None:
    with clock.turned_to(START + timedelta(seconds=59)):
        for _ in range(10):
            await limiter.spend((TEN, "key"))
    with clock.turned_to(START + timedelta(seconds=90)):
        refused = [await _is_refused(limiter, (TEN, "key")) for _ in range(10)]

    assert refused == [False] * 5 + [True] * 5


async def test_what_succeeded_is_given_back(limiter: RateLimiter) -> None:
    limit = RateLimit("short", attempts=2, window_seconds=60)
    with clock.turned_to(START):
        for _ in range(5):
            await limiter.spend((limit, "someone"))
            await limiter.give_back((limit, "someone"))
        refused = [await _is_refused(limiter, (limit, "someone")) for _ in range(3)]

    assert refused == [False, False, True]


async def test_more_cannot_be_given_back_than_was_spent(limiter: RateLimiter) -> None:
    with clock.turned_to(START):
        for _ in range(3):
            await limiter.give_back((TEN, "key"))
        refused = [await _is_refused(limiter, (TEN, "key")) for _ in range(11)]

    assert refused == [False] * 10 + [True]


async def test_a_refused_attempt_is_counted_in_none_of_its_buckets(limiter: RateLimiter) -> None:
    """Else one network that is refused anyway could fill the bucket of an address for everybody."""
    with clock.turned_to(START):
        refused = [await _is_refused(limiter, (TEN, "network"), (HUNDRED, "address")) for _ in range(200)]
        others = [await _is_refused(limiter, (HUNDRED, "address")) for _ in range(91)]

    assert refused == [False] * 10 + [True] * 190
    assert others == [False] * 90 + [True]


async def test_all_buckets_of_an_attempt_are_one_statement(limiter: RateLimiter, statements: list[str]) -> None:
    await limiter.spend((TEN, "a"), (HUNDRED, "b"), (TEN, "c"))
    counting = [statement for statement in statements if "rate_limit_windows" in statement]

    assert len(counting) == 1


async def test_the_same_bucket_twice_is_one_attempt(limiter: RateLimiter, sessions: SessionFactory) -> None:
    await limiter.spend((TEN, "a"), (TEN, "a"))

    async with sessions() as session:
        assert await session.scalar(select(func.max(RateLimitWindow.attempts))) == 1


async def test_equal_keys_of_different_limits_are_different_buckets(limiter: RateLimiter) -> None:
    with clock.turned_to(START):
        for _ in range(10):
            await limiter.spend((TEN, "key"))

        assert not await _is_refused(limiter, (RateLimit("other ten", 10, 60), "key"))
        assert await _is_refused(limiter, (TEN, "key"))


async def test_control_04_of_fifty_attempts_at_once_exactly_ten_pass(
    committed_limiter: RateLimiter, committed_sessions: SessionFactory
) -> None:
    refused = await asyncio.gather(
        *(_is_refused(committed_limiter, (TEN, "network"), (HUNDRED, f"address {number % 5}")) for number in range(50))
    )

    assert sorted(refused) == [False] * 10 + [True] * 40
    async with committed_sessions() as session:
        counted = sorted(await session.scalars(select(RateLimitWindow.attempts)))
    assert counted[-1] == 10
    assert sum(counted[:-1]) == 10


async def test_attempts_that_name_their_buckets_in_other_orders_never_wait_for_each_other_in_a_circle(
    committed_limiter: RateLimiter,
) -> None:
    buckets = [(HUNDRED, str(number)) for number in range(6)]
    await asyncio.gather(
        *(committed_limiter.spend(*(buckets if number % 2 else reversed(buckets))) for number in range(60))
    )


async def test_the_table_names_nobody(limiter: RateLimiter, sessions: SessionFactory) -> None:
    await limiter.spend((TEN, "someone@example.com"))

    async with sessions() as session:
        (key_hash,) = await session.scalars(select(RateLimitWindow.key_hash))
    assert len(key_hash) == 32
    assert b"someone" not in key_hash


def test_a_window_longer_than_the_clean_up_keeps_is_refused() -> None:
    with pytest.raises(ValueError, match="clean-up"):
        RateLimit("long", attempts=1, window_seconds=LONGEST_WINDOW_SECONDS + 1)


async def test_an_answer_tells_how_limits_stand_unless_others_would_show_in_them(limiter: RateLimiter) -> None:
    quiet = RateLimit("quiet", attempts=100, window_seconds=60, is_told=False)
    token = told_limits.set({})
    with clock.turned_to(START + timedelta(seconds=15)):
        await limiter.spend((TEN, "key"), (quiet, "key"))
        await limiter.spend((TEN, "key"), (quiet, "key"))
        await limiter.give_back((TEN, "key"))
    told = told_limits.get()
    told_limits.reset(token)

    assert told is not None
    assert [(name, each.remaining, each.more_in_seconds) for name, each in told.items()] == [("ten", 9, 46)]
