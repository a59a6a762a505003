"""When the ticks of a cron expression are, in a time zone whose clocks change.

As Unix has it. An expression whose minute or hour begins with `*` goes by what the clock shows: times in the hour that is left out do not
happen, times in the hour that comes twice happen twice. Any other names moments of a day, and each of them happens once: right after the
hour that is left out, and in the first of the two hours that have one name.

croniter reads the expression and finds the times, but is never given a time zone: with one it has 02:30 twice in autumn, and an hour
in spring in which nothing was due (tests/queue/test_cron.py).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from croniter import CroniterBadDateError, croniter

from app.queue.errors import InvalidSchedule

_ALIASES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_BY_CHANCE = re.compile(r"(^|,)r(\W|$)", re.IGNORECASE)  # croniter's R: another moment in every process
_LONGEST = 100
_SECOND = timedelta(seconds=1)
_SHORTEST_WINDOW = timedelta(minutes=1)


class Cron:
    """The ticks of one expression in one time zone: five fields, or six with seconds at the end."""

    def __init__(self, expression: str, time_zone: str = "UTC") -> None:
        if time_zone not in available_timezones():
            raise InvalidSchedule("time_zone", f'{time_zone!r} is not a time zone; write for example "Europe/Berlin"')
        self._zone = ZoneInfo(time_zone)
        self._expression = _ALIASES.get(expression.strip().lower(), expression)
        fields = self._expression.split()
        if (
            len(fields) not in {5, 6}
            or len(expression) > _LONGEST
            or any(_BY_CHANCE.search(field) for field in fields)
            or not croniter.is_valid(self._expression)
        ):
            raise InvalidSchedule(
                "cron", f'{expression!r} is not a cron expression; write for example "0 2 * * *" for 02:00'
            )
        self._goes_by_the_clock = fields[0].startswith("*") or fields[1].startswith("*")
        try:
            next(self._times_after(datetime(2026, 1, 1)))  # noqa: DTZ001 - a time on the wall
        except CroniterBadDateError:
            raise InvalidSchedule("cron", f"{expression!r} names a day that never comes") from None

    def next_after(self, moment: datetime) -> datetime:
        """The first tick that is later than the moment."""
        local = moment.astimezone(self._zone)
        if self._goes_by_the_clock:
            return self._next_by_the_clock(local)
        for time in self._times_after(_on_the_wall(local)):
            tick = self._instant(time, fold=0)
            tick = tick if self._exists(time) else self._end_of_gap(tick)
            if tick > moment:
                return tick
        raise AssertionError("a cron expression has no end")

    def between(self, first: datetime, last: datetime) -> list[datetime]:
        """All ticks from `first`, included, to `last`, included."""
        found: list[datetime] = []
        tick = self.next_after(first - _SECOND / 1000)
        while tick <= last:
            found.append(tick)
            tick = self.next_after(tick)
        return found

    def latest(self, first: datetime, last: datetime, *, most: int) -> list[datetime]:
        """The latest so many ticks from `first` to `last`, oldest first, however long that is ago."""
        window = _SHORTEST_WINDOW
        while True:
            start = max(first, last - window)
            found = self.between(start, last)
            if len(found) >= most or start == first:
                return found[-most:]
            window *= 2

    def _next_by_the_clock(self, local: datetime) -> datetime:
        wall = _on_the_wall(local)
        time = next(time for time in self._times_after(wall) if self._exists(time))
        tick = self._instant(time, fold=0)
        if tick <= local:
            return self._instant(time, fold=1)
        hour = self._instant(wall, fold=1) - self._instant(wall, fold=0)
        if local.fold or not hour or (time - wall < hour and self._comes_twice(time)):
            return tick
        # The last tick of the first hour: the second hour begins where that one did.
        repeated = self._times_after(wall - hour - _SECOND)
        again = next(time for time in repeated if self._comes_twice(time) or time > wall)
        return min(tick, self._instant(again, fold=1))

    def _times_after(self, wall: datetime) -> Iterator[datetime]:
        """The matching times on the wall; as if it were in UTC, where no clock changes."""
        times = croniter(self._expression, wall.replace(tzinfo=UTC))
        while True:
            yield times.get_next(datetime).replace(tzinfo=None)

    def _instant(self, time: datetime, *, fold: int) -> datetime:
        return time.replace(tzinfo=self._zone, fold=fold).astimezone(UTC)

    def _exists(self, time: datetime) -> bool:
        return _on_the_wall(self._instant(time, fold=0).astimezone(self._zone)) == time

    def _comes_twice(self, time: datetime) -> bool:
        return self._instant(time, fold=0) < self._instant(time, fold=1)

    def _end_of_gap(self, inside: datetime) -> datetime:
        """The moment from which the clock shows the later time; `inside` is at most a gap's length after it."""
        offset = inside.astimezone(self._zone).utcoffset()
        seconds_too_early, seconds_late_enough = 2 * 24 * 3600, 0
        while seconds_too_early - seconds_late_enough > 1:
            middle = (seconds_too_early + seconds_late_enough) // 2
            is_after = (inside - middle * _SECOND).astimezone(self._zone).utcoffset() == offset
            if is_after:
                seconds_late_enough = middle
            else:
                seconds_too_early = middle
        return inside - seconds_late_enough * _SECOND


def _on_the_wall(local: datetime) -> datetime:
    return local.replace(tzinfo=None, fold=0)
