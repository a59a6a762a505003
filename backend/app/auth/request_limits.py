"""The general limits of the API: generous, and counted by each process for itself, for a write per read would cost too much."""

from limits import RateLimitItem

from app.auth.rate_limits import RateLimit, Standing, refusal, tell
from app.auth.sliding_windows import ProcessStorage, SlidingWindows
from app.config import Settings

_MINUTE = 60


class RequestLimiter:
    """Counts every request to the API by network before anybody is known, and by whom it turned out to be from."""

    def __init__(self, settings: Settings) -> None:
        self._windows = SlidingWindows(ProcessStorage(_MINUTE))
        self._per_network = _with_item(RateLimit("api:network", settings.requests_per_minute_of_network, _MINUTE))
        self._per_account = _with_item(RateLimit("api:account", settings.requests_per_minute_of_account, _MINUTE))

    async def count_network(self, network: str) -> None:
        await self._count(self._per_network, network)

    async def count_account(self, account: str) -> None:
        """Count by a person's id, or by that of an API key."""
        await self._count(self._per_account, account)

    async def _count(self, limited: tuple[RateLimit, RateLimitItem], key: str) -> None:
        limit, item = limited
        is_within = await self._windows.hit(item, key)
        standing = Standing(limit, *await self._windows.standing(item, key))
        tell([standing])
        if not is_within:
            raise refusal([standing])


def _with_item(limit: RateLimit) -> tuple[RateLimit, RateLimitItem]:
    return limit, limit.item
