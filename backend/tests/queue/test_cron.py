"""Ticks against expectations written by hand, from the zones' own announcements of when their clocks change."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter

from app.queue.cron import Cron
from app.queue.errors import InvalidSchedule

BERLIN = "Europe/Berlin"  # 2026-03-29 02:00 → 03:00; 2026-10-25 03:00 → 02:00
NEW_YORK = "America/New_York"  # 2026-03-08 02:00 → 03:00; 2026-11-01 02:00 → 01:00
LONDON = "Europe/London"  # 2026-03-29 01:00 → 02:00; 2026-10-25 02:00 → 01:00
LORD_HOWE = "Australia/Lord_Howe"  # half an hour: 2026-10-04 02:00 → 02:30; 2026-04-05 02:00 → 01:30
SANTIAGO = "America/Santiago"  # at midnight: 2026-09-06 00:00 → 01:00; 2026-04-05 00:00 → 2026-04-04 23:00
APIA = "Pacific/Apia"  # 2011-12-30 was left out
KOLKATA = "Asia/Kolkata"

EXPECTED = [
    ("a moment in the hour left out", "30 2 * * *", BERLIN, "2026-03-28T12:00+01:00",
     ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00", "2026-03-31T02:30+02:00"]),
    ("two moments in the hour left out", "15,45 2 * * *", BERLIN, "2026-03-28T12:00+01:00",
     ["2026-03-29T03:00+02:00", "2026-03-30T02:15+02:00"]),
    ("a moment left out and one right after", "0 2,3 * * *", BERLIN, "2026-03-28T12:00+01:00",
     ["2026-03-29T03:00+02:00", "2026-03-30T02:00+02:00", "2026-03-30T03:00+02:00"]),
    ("a day of the year left out", "30 2 29 3 *", BERLIN, "2026-03-28T12:00+01:00",
     ["2026-03-29T03:00+02:00", "2027-03-29T02:30+02:00"]),
    ("every hour, one left out", "15 * * * *", BERLIN, "2026-03-29T00:30+01:00",
     ["2026-03-29T01:15+01:00", "2026-03-29T03:15+02:00", "2026-03-29T04:15+02:00"]),
    ("every second hour, one left out", "0 */2 * * *", BERLIN, "2026-03-28T23:30+01:00",
     ["2026-03-29T00:00+01:00", "2026-03-29T04:00+02:00", "2026-03-29T06:00+02:00"]),
    ("every half hour of hours of which one is left out", "*/30 1-3 * * *", BERLIN, "2026-03-29T01:10+01:00",
     ["2026-03-29T01:30+01:00", "2026-03-29T03:00+02:00", "2026-03-29T03:30+02:00", "2026-03-30T01:00+02:00"]),
    ("a moment in the hour that comes twice", "30 2 * * *", BERLIN, "2026-10-24T12:00+02:00",
     ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]),
    ("the same, asked in the first of the two", "30 2 * * *", BERLIN, "2026-10-25T02:40+02:00",
     ["2026-10-26T02:30+01:00"]),
    ("the same, asked in the second of the two", "30 2 * * *", BERLIN, "2026-10-25T02:10+01:00",
     ["2026-10-26T02:30+01:00"]),
    ("every hour, one twice", "0 * * * *", BERLIN, "2026-10-25T01:30+02:00",
     ["2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00", "2026-10-25T03:00+01:00"]),
    ("every half hour, one hour twice", "*/30 * * * *", BERLIN, "2026-10-25T02:10+02:00",
     ["2026-10-25T02:30+02:00", "2026-10-25T02:00+01:00", "2026-10-25T02:30+01:00", "2026-10-25T03:00+01:00"]),
    ("every half hour of the hour that comes twice, on one Sunday a year", "*/30 2 25-31 10 7", BERLIN, "2026-10-25T02:30+02:00",
     ["2026-10-25T02:00+01:00", "2026-10-25T02:30+01:00", "2026-10-26T02:00+01:00"]),
    ("every 20 seconds across the hours", "* * * * * */20", BERLIN, "2026-10-25T02:59:30+02:00",
     ["2026-10-25T02:59:40+02:00", "2026-10-25T02:00+01:00", "2026-10-25T02:00:20+01:00"]),
    ("no time of the zone's own", "30 2 * * *", KOLKATA, "2026-03-28T12:00+05:30",
     ["2026-03-29T02:30+05:30", "2026-03-30T02:30+05:30"]),
    ("New York in spring", "30 2 * * *", NEW_YORK, "2026-03-07T12:00-05:00",
     ["2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00"]),
    ("New York in autumn", "30 1 * * *", NEW_YORK, "2026-10-31T12:00-04:00",
     ["2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"]),
    ("London in spring", "0 1 * * *", LONDON, "2026-03-28T12:00+00:00",
     ["2026-03-29T02:00+01:00", "2026-03-30T01:00+01:00"]),
    ("London in autumn", "30 1 * * sun", LONDON, "2026-10-24T12:00+01:00",
     ["2026-10-25T01:30+01:00", "2026-11-01T01:30+00:00"]),
    ("half an hour left out", "15 2 * * *", LORD_HOWE, "2026-10-03T12:00+10:30",
     ["2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00"]),
    ("half an hour twice", "45 1 * * *", LORD_HOWE, "2026-04-04T12:00+11:00",
     ["2026-04-05T01:45+11:00", "2026-04-06T01:45+10:30"]),
    ("half an hour twice, every quarter", "*/15 * * * *", LORD_HOWE, "2026-04-05T01:20+11:00",
     ["2026-04-05T01:30+11:00", "2026-04-05T01:45+11:00", "2026-04-05T01:30+10:30", "2026-04-05T01:45+10:30", "2026-04-05T02:00+10:30"]),
    ("midnight left out", "0 0 * * *", SANTIAGO, "2026-09-05T12:00-04:00",
     ["2026-09-06T01:00-03:00", "2026-09-07T00:00-03:00"]),
    ("the last hour of a day twice", "30 23 * * *", SANTIAGO, "2026-04-03T12:00-03:00",
     ["2026-04-03T23:30-03:00", "2026-04-04T23:30-03:00", "2026-04-05T23:30-04:00"]),
    ("a whole day left out", "30 12 * * *", APIA, "2011-12-29T12:00-10:00",
     ["2011-12-29T12:30-10:00", "2011-12-31T00:00+14:00", "2011-12-31T12:30+14:00"]),
    ("a day that most months have not", "0 1 31 * *", BERLIN, "2026-10-24T12:00+02:00",
     ["2026-10-31T01:00+01:00", "2026-12-31T01:00+01:00", "2027-01-31T01:00+01:00"]),
    ("a name", "@daily", "UTC", "2026-10-24T12:00+00:00", ["2026-10-25T00:00+00:00"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "zone", "start", "expected"), [case[1:] for case in EXPECTED], ids=[case[0] for case in EXPECTED]
)
def test_ticks_are_where_the_clock_on_the_wall_says(
    expression: str, zone: str, start: str, expected: list[str]
) -> None:
    cron = Cron(expression, zone)
    moment = datetime.fromisoformat(start)
    found: list[datetime] = []
    for _ in expected:
        moment = cron.next_after(moment)
        found.append(moment)
    assert [
        each.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes" if each.second == 0 else "seconds")
        for each in found
    ] == expected


def test_croniter_with_a_time_zone_has_other_ticks_than_unix() -> None:
    """Why it gets none. Should one of these fail, croniter has been mended: look whether our own arithmetic can go."""
    zone = ZoneInfo(BERLIN)
    twice = croniter("30 2 * * *", datetime(2026, 10, 24, 12, tzinfo=zone))
    ticks = [twice.get_next(datetime).isoformat() for _ in range(2)]
    assert ticks == ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]
    left_out = croniter("0 */2 * * *", datetime(2026, 3, 29, 1, tzinfo=zone))
    assert left_out.get_next(datetime).isoformat() == "2026-03-29T03:00:00+02:00"


@pytest.mark.parametrize("expression", ["*/7 * * * *", "13 * * * *", "*/30 1-3 * * *", "30 2 * * *", "0 0 * * *"])
@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, LORD_HOWE, SANTIAGO])
def test_ticks_only_go_forward_and_are_the_same_from_wherever_one_asks(expression: str, zone: str) -> None:
    cron = Cron(expression, zone)
    for start in ("2026-03-07", "2026-03-28", "2026-04-04", "2026-09-05", "2026-10-03", "2026-10-24", "2026-10-31"):
        first = datetime.fromisoformat(f"{start}T12:00+00:00")
        last = first + timedelta(days=2)
        ticks = cron.between(first, last)
        assert ticks == sorted(set(ticks))
        for minutes in range(0, 2 * 24 * 60, 11):
            moment = first + timedelta(minutes=minutes)
            later = [tick for tick in ticks if tick > moment]
            if later:
                assert cron.next_after(moment) == later[0], moment


def test_the_latest_ticks_are_found_without_counting_all() -> None:
    now = datetime.fromisoformat("2026-11-24T12:00:30+00:00")
    latest = Cron("* * * * * *").latest(now - timedelta(days=3650), now, most=3)
    assert latest == [now - timedelta(seconds=2), now - timedelta(seconds=1), now]
    assert Cron("0 2 29 2 *").latest(now - timedelta(days=3650), now, most=2) == [
        datetime.fromisoformat("2020-02-29T02:00+00:00"),
        datetime.fromisoformat("2024-02-29T02:00+00:00"),
    ]
    assert Cron("0 2 * * *").latest(now - timedelta(hours=1), now, most=2) == []


@pytest.mark.parametrize(
    ("expression", "zone", "field"),
    [
        ("0 25 * * *", "UTC", "cron"),
        ("* * * *", "UTC", "cron"),
        ("", "UTC", "cron"),
        ("@reboot", "UTC", "cron"),
        ("R 2 * * *", "UTC", "cron"),
        ("0 R(1-5) * * *", "UTC", "cron"),
        ("0 2 * * * 0 2020", "UTC", "cron"),
        ("0 0 30 2 *", "UTC", "cron"),
        (f"{'0,' * 50}0 2 * * *", "UTC", "cron"),
        ("0 2 * * *", "Europe/Bonn", "time_zone"),
    ],
)
def test_what_never_comes_or_is_nothing_is_refused(expression: str, zone: str, field: str) -> None:
    with pytest.raises(InvalidSchedule) as refusal:
        Cron(expression, zone)
    assert refusal.value.field == field
