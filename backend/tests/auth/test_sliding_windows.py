"""Two stores under the library's strategy: both decide as the library's own does, and neither has its faults."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter, SlidingWindowCounterRateLimiter
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth import sliding_windows
from app.auth.sliding_windows import PostgresStorage, ProcessStorage, SlidingWindows
from app.db.session import SessionFactory, transaction
from app.lib import clock

MINUTE = 60
START = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
FIVE_A_MINUTE = RateLimitItemPerSecond(5, MINUTE, "five")

type At = Callable[[datetime], None]


@pytest.fixture
def library_at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Turn the library's own clock."""

    def turn(moment: datetime) -> None:
        for module in ("limits.aio.storage.memory", "limits.aio.strategies"):
            monkeypatch.setattr(f"{module}.time", SimpleNamespace(time=moment.timestamp))

    return turn


async def _hit_in_postgres(sessions: SessionFactory, key: str) -> bool:
    """As a caller does it: whoever is refused rolls back."""

    async def hit(session: AsyncSession) -> None:
        if not await SlidingWindows(PostgresStorage(session, "secret")).hit(FIVE_A_MINUTE, key):
            raise OverflowError

    try:
        async with transaction(sessions) as session:
            await hit(session)
    except OverflowError:
        return False
    return True


@pytest.mark.parametrize("seed", range(3))
async def test_both_stores_decide_as_the_library_does_over_its_own(
    sessions: SessionFactory, library_at: At, seed: int
) -> None:
    reference = SlidingWindowCounterRateLimiter(MemoryStorage())
    process = SlidingWindows(ProcessStorage(MINUTE))
    # Steps that do not add up to where rounding decides.
    chance, moment = random.Random(seed), START
    decisions: list[bool] = []
    for _ in range(60):
        moment += timedelta(seconds=chance.choice([0.71, 1.31, 2.11, 5.33, 8.93, 41.77]))
        library_at(moment)
        key = chance.choice(["one", "another"])
        with clock.turned_to(moment):
            expected = await reference.hit(FIVE_A_MINUTE, key)
            left = (await reference.get_window_stats(FIVE_A_MINUTE, key)).remaining
            assert await process.hit(FIVE_A_MINUTE, key) == expected
            assert await _hit_in_postgres(sessions, key) == expected
            assert (await process.standing(FIVE_A_MINUTE, key))[0] == left
            async with sessions() as session:
                postgres = SlidingWindows(PostgresStorage(session, "secret"))
                assert (await postgres.standing(FIVE_A_MINUTE, key))[0] == left
                assert (await postgres.get_window_stats(FIVE_A_MINUTE, key)).remaining == left
        decisions.append(expected)

    assert {True, False} == set(decisions)


async def test_a_window_that_ends_does_not_let_twice_the_limit_through() -> None:
    windows = SlidingWindows(ProcessStorage(MINUTE))
    with clock.turned_to(START + timedelta(seconds=59)):
        before = [await windows.hit(FIVE_A_MINUTE, "key") for _ in range(5)]
    with clock.turned_to(START + timedelta(seconds=61)):
        just_after = [await windows.hit(FIVE_A_MINUTE, "key") for _ in range(5)]
    with clock.turned_to(START + timedelta(seconds=100)):
        later = [await windows.hit(FIVE_A_MINUTE, "key") for _ in range(5)]

    assert before == [True] * 5
    assert just_after == [True] + [False] * 4
    assert later == [True] * 3 + [False] * 2, "attempts come back one by one"


async def test_whoever_waits_as_long_as_told_gets_through() -> None:
    windows = SlidingWindows(ProcessStorage(MINUTE))
    moment = START
    for step in range(40):
        with clock.turned_to(moment):
            while await windows.hit(FIVE_A_MINUTE, "key"):
                pass
            remaining, seconds = await windows.standing(FIVE_A_MINUTE, "key")
        assert remaining == 0
        assert 1 <= seconds <= MINUTE + 1
        moment += timedelta(seconds=seconds)
        with clock.turned_to(moment):
            assert await windows.hit(FIVE_A_MINUTE, "key"), step
        moment += timedelta(seconds=step % 7, milliseconds=step * 37)


async def test_a_key_can_be_cleared(sessions: SessionFactory) -> None:
    async with transaction(sessions) as session:
        stores = (SlidingWindows(PostgresStorage(session, "secret")), SlidingWindows(ProcessStorage(MINUTE)))
        for windows in stores:
            await windows.hit(FIVE_A_MINUTE, "key")
            await windows.clear(FIVE_A_MINUTE, "key")

            assert (await windows.standing(FIVE_A_MINUTE, "key"))[0] == 5


async def test_other_strategies_are_refused_and_not_miscounted() -> None:
    with pytest.raises(NotImplementedError):
        await FixedWindowRateLimiter(ProcessStorage(MINUTE)).hit(FIVE_A_MINUTE, "key")


async def test_a_process_forgets_what_is_older_than_two_windows_and_never_keeps_more_keys_than_agreed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sliding_windows, "MOST_KEYS_IN_MEMORY", 100)
    storage = ProcessStorage(MINUTE)
    windows = SlidingWindows(storage)
    with clock.turned_to(START):
        for number in range(1000):
            await windows.hit(FIVE_A_MINUTE, str(number))

    assert len(storage._current) == 100
    with clock.turned_to(START + timedelta(minutes=3)):
        await windows.hit(FIVE_A_MINUTE, "key")
    assert len(storage._current) + len(storage._previous) == 1


async def test_a_clock_set_back_leaves_nobody_refused() -> None:
    windows = SlidingWindows(ProcessStorage(MINUTE))
    with clock.turned_to(START + timedelta(days=365)):
        for _ in range(5):
            await windows.hit(FIVE_A_MINUTE, "key")
    with clock.turned_to(START):
        assert await windows.hit(FIVE_A_MINUTE, "key")
