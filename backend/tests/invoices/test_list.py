"""The list: filters, search, orders, cursors, and how many statements it takes."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import ColumnElement, true

from app.db import tenancy
from app.invoices.schemas import InvoiceSort
from app.lib import clock
from tests.invoices.conftest import LINE, Desk, faulty_paths, open_desk
from tests.support.people import PeopleFactory


@pytest.fixture
async def by_status(desk: Desk) -> dict[str, str]:
    """One invoice of each status, today."""
    today = clock.today()
    yesterday = (clock.now() - timedelta(days=1)).date().isoformat()
    ids = {"draft": (await desk.draft())["id"]}
    with clock.turned_to(clock.now() - timedelta(days=1)):
        ids["overdue"] = (await desk.issued(due_date=yesterday))["id"]
    for status in ("open", "partially_paid", "paid", "void"):
        ids[status] = (await desk.issued())["id"]
    for status, amount in (("partially_paid", "0.01"), ("paid", "300.00")):
        body = {"amount": amount, "paid_on": today.isoformat(), "method": "cash"}
        await desk.client.post(f"/api/invoices/{ids[status]}/payments", json=body)
    await desk.void(ids["void"])
    return ids


async def test_each_status_lists_its_own_and_agrees_with_the_detail(desk: Desk, by_status: dict[str, str]) -> None:
    for status, invoice_id in by_status.items():
        assert await desk.list_ids(status=status) == [invoice_id]
        page = (await desk.client.get("/api/invoices", params={"status": status})).json()
        shown = await desk.show(invoice_id)
        for field in page["items"][0].keys() & shown.keys():
            assert page["items"][0][field] == shown[field], field
    assert sorted(await desk.list_ids()) == sorted(by_status.values())


async def test_pages_of_every_order_hold_each_invoice_once(desk: Desk, by_status: dict[str, str]) -> None:
    for sort in InvoiceSort.__args__:
        one_by_one = await desk.list_ids(sort=sort, limit=1)
        assert sorted(one_by_one) == sorted(by_status.values()), sort
        assert one_by_one == await desk.list_ids(sort=sort), sort
    assert await desk.list_ids(sort="number", limit=2) == [
        by_status[status] for status in ("overdue", "open", "partially_paid", "paid", "void", "draft")
    ]


async def test_new_rows_do_not_shift_a_page(desk: Desk) -> None:
    first, second = (await desk.draft())["id"], (await desk.draft())["id"]
    page = (await desk.client.get("/api/invoices", params={"limit": 1})).json()
    assert [item["id"] for item in page["items"]] == [second]
    await desk.draft()
    page = (await desk.client.get("/api/invoices", params={"limit": 1, "cursor": page["next_cursor"]})).json()
    assert [item["id"] for item in page["items"]] == [first]
    assert page["next_cursor"] is None


async def test_search_finds_numbers_and_names_as_they_are_written(desk: Desk) -> None:
    harbour = await desk.issued()
    desk.customer = await desk.add_customer(name="100%_Pure\\Ltd")
    pure = (await desk.draft())["id"]
    assert await desk.list_ids(search="blue HARB") == [harbour["id"]]
    assert await desk.list_ids(search=harbour["number"][-6:].lower()) == [harbour["id"]]
    for found in ("%", "_", "\\", "100%_pure\\"):
        assert await desk.list_ids(search=found) == [pure], found
    assert await desk.list_ids(search="10_%") == []
    assert await desk.list_ids(search="") == [pure, harbour["id"]]


async def test_list_of_one_customer(desk: Desk) -> None:
    await desk.draft()
    desk.customer = await desk.add_customer(name="Second")
    of_second = (await desk.draft())["id"]
    assert await desk.list_ids(customer_id=desk.customer["id"]) == [of_second]


async def test_other_teams_are_not_listed(desk: Desk, people: PeopleFactory) -> None:
    await desk.draft()
    stranger = await open_desk(await people.owner("Southwind"))
    assert await stranger.list_ids() == []
    assert await stranger.list_ids(customer_id=desk.customer["id"]) == []


async def test_row_level_security_alone_hides_other_teams(
    desk: Desk, people: PeopleFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = await desk.issued()
    stranger = await open_desk(await people.owner("Southwind"))
    await stranger.list_ids()  # the filtered statement is built, and must not be what answers below

    def unfiltered(_model: object, _team_id: object) -> ColumnElement[bool]:
        return true()

    monkeypatch.setattr(tenancy, "belongs_to_team", unfiltered)
    assert await stranger.list_ids() == []
    assert (await stranger.client.get(f"/api/invoices/{invoice['id']}")).status_code == 404
    assert await desk.list_ids() == [invoice["id"]]


async def test_list_takes_one_statement_however_many_rows(desk: Desk, statements: list[str]) -> None:
    counts: list[int] = []
    for _ in range(2):
        for _ in range(3):
            await desk.issued(lines=[LINE] * 3)
        statements.clear()
        await desk.list_ids()
        counts.append(len([statement for statement in statements if "SAVEPOINT" not in statement]))
        assert len([statement for statement in statements if "invoices" in statement]) == 1
    assert counts[0] == counts[1]


async def test_detail_takes_as_many_statements_for_many_lines_as_for_one(desk: Desk, statements: list[str]) -> None:
    counts: list[int] = []
    for lines in ([LINE], [LINE] * 50):
        invoice = await desk.issued(lines=lines)
        statements.clear()
        await desk.show(invoice["id"])
        counts.append(len(statements))
    assert counts[0] == counts[1]


def cursor(value: str, row_id: str = "01900000-0000-7000-8000-000000000000") -> str:
    return base64.urlsafe_b64encode(f'["{value}","{row_id}"]'.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": cursor("yesterday")}, "cursor"),
        ({"cursor": cursor("2026-01-01T00:00:00")}, "cursor"),
        ({"cursor": cursor("0001-01-01T00:00:00+23:59")}, "cursor"),
        ({"cursor": cursor("99999999999999999999"), "sort": "number"}, "cursor"),
        ({"cursor": cursor("-1"), "sort": "gross_amount"}, "cursor"),
        ({"cursor": cursor("10000-01-01"), "sort": "due_date"}, "cursor"),
        ({"cursor": cursor("2026-01-01", "no-id"), "sort": "due_date"}, "cursor"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"status": "lost"}, "status"),
        ({"sort": "note"}, "sort"),
        ({"customer_id": "x"}, "customer_id"),
        ({"search": "x" * 121}, "search"),
        ({"search": "a\x00b"}, "search"),
    ],
)
async def test_malformed_query_is_refused_with_the_name_of_the_parameter(
    desk: Desk, query: dict[str, str], path: str
) -> None:
    response = await desk.client.get("/api/invoices", params=query)
    assert response.status_code == 422, response.text
    assert faulty_paths(response) == [path]


async def test_overdue_begins_the_day_after_the_due_date(desk: Desk) -> None:
    with clock.turned_to(datetime(2026, 2, 28, 12, tzinfo=UTC)):
        invoice_id = (await desk.issued(due_date="2026-02-28"))["id"]
        assert await desk.list_ids(status="open") == [invoice_id]
    with clock.turned_to(datetime(2026, 3, 1, tzinfo=UTC)):
        assert await desk.list_ids(status="open") == []
        assert await desk.list_ids(status="overdue") == [invoice_id]
