"""The one clock: services ask it, tests turn it."""

from datetime import UTC, date, datetime


def now() -> datetime:
    return datetime.now(tz=UTC)


def today() -> date:
    """The date in UTC: due dates and issue dates are compared in one zone."""
    return now().date()
