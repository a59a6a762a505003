"""Ids sort by time, whenever and by whomever they are made."""

from datetime import UTC, datetime, timedelta

from app.lib.ids import id_at, least_id_at, moment_of, named_id_at, new_id

MOMENT = datetime(2026, 11, 24, 12, 0, 0, 123000, tzinfo=UTC)


def test_an_id_of_a_moment_tells_that_moment_and_stands_between_its_neighbours() -> None:
    for made in (id_at(MOMENT), named_id_at(MOMENT, "daily_cleanup")):
        assert moment_of(made) == MOMENT
        assert (made.version, made.variant) == (new_id().version, new_id().variant)
        assert least_id_at(MOMENT) <= made < least_id_at(MOMENT + timedelta(milliseconds=1))


def test_an_id_by_name_is_the_same_again_and_another_ones_is_not() -> None:
    named = named_id_at(MOMENT, "daily_cleanup")

    assert named == named_id_at(MOMENT, "daily_cleanup")
    assert named != named_id_at(MOMENT, "weekly_report")
    assert named != named_id_at(MOMENT + timedelta(minutes=1), "daily_cleanup")
    assert id_at(MOMENT) != id_at(MOMENT)
