"""From draft to issued, sent and void, over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import Customer, InvoiceDelivery, SellerProfile
from tests.invoices.conftest import LINE, Desk, faulty_paths, problem
from tests.support.people import Person


async def test_issuing_gives_number_dates_and_frozen_parties(desk: Desk) -> None:
    today = clock.today()
    invoice = await desk.issued(payment_terms_days=14)
    assert (invoice["status"], invoice["number"]) == ("open", f"INV-{today.year}-0001")
    assert (invoice["issue_date"], invoice["due_date"]) == (today.isoformat(), (today + timedelta(days=14)).isoformat())
    assert invoice["seller"]["name"] == "Northwind Studio Ltd"
    assert invoice["delivery"]["state"] == "queued"
    assert invoice["delivery"]["recipient"] == "pay@blue.example"
    await desk.client.patch(
        f"/api/customers/{desk.customer['id']}", json={"name": "Renamed", "email": "new@blue.example"}
    )
    assert (await desk.show(invoice["id"]))["buyer"]["name"] == "Blue Harbour"


async def test_issuing_puts_one_sending_on_the_queue_and_tells_the_timeline(
    desk: Desk, db_session: AsyncSession
) -> None:
    invoice = await desk.issued()
    runs = (await db_session.execute(text("SELECT task, arguments FROM job_runs WHERE task = 'process_invoice'"))).all()
    assert len(runs) == 1
    timeline = (await desk.client.get(f"/api/invoices/{invoice['id']}/timeline")).json()["items"]
    assert [event["kind"] for event in timeline] == ["invoice.created", "invoice.issued", "invoice.queued"]
    assert timeline[1]["detail"] == {
        "number": invoice["number"],
        "customer_name": "Blue Harbour",
        "amount": "300.00",
        "currency": "EUR",
        "recipient": "pay@blue.example",
    }


async def test_issued_invoice_can_neither_change_nor_go_nor_be_issued_again(desk: Desk) -> None:
    invoice = await desk.issued()
    path = f"/api/invoices/{invoice['id']}"
    for response in (
        await desk.issue(invoice["id"]),
        await desk.client.put(path, json=desk.draft_body()),
        await desk.client.delete(path),
    ):
        assert problem(response) == (409, "invoice-not-draft")
    assert await desk.show(invoice["id"]) == invoice


async def test_draft_that_says_too_little_is_not_issued(desk: Desk) -> None:
    for fields, path in (
        ({"lines": []}, "lines"),
        ({"lines": [LINE, {**LINE, "description": "  "}]}, "lines[1].description"),
        ({"due_date": (clock.today() - timedelta(days=1)).isoformat()}, "due_date"),
    ):
        response = await desk.issue((await desk.draft(**fields))["id"])
        assert problem(response) == (409, "invoice-incomplete")
        assert faulty_paths(response) == [path]


async def test_customer_without_email_is_not_invoiced(desk: Desk, db_session: AsyncSession) -> None:
    await db_session.execute(update(Customer).values(email=""))
    await db_session.commit()
    response = await desk.issue((await desk.draft())["id"])
    assert problem(response) == (409, "buyer-incomplete")


async def test_customer_archived_after_the_draft_is_not_invoiced(desk: Desk) -> None:
    invoice = await desk.draft()
    await desk.client.post(f"/api/customers/{desk.customer['id']}/archive")
    assert problem(await desk.issue(invoice["id"])) == (409, "customer-archived")


async def test_problem_names_what_the_seller_lacks(desk: Desk, db_session: AsyncSession, owner: Person) -> None:
    statement = (
        update(SellerProfile).where(SellerProfile.team_id == owner.team_id).values(address_line_1="", country_code="")
    )
    await db_session.execute(statement)
    await db_session.commit()
    response = await desk.issue((await desk.draft())["id"])
    assert problem(response) == (409, "seller-incomplete")
    assert faulty_paths(response) == ["seller.address_line_1", "seller.country_code"]
    assert "address, country" in response.json()["detail"]


async def test_issue_dates_follow_the_series(desk: Desk) -> None:
    today = clock.today()
    tomorrow = today + timedelta(days=1)
    response = await desk.issue((await desk.draft())["id"], issue_date=tomorrow.isoformat())
    assert (response.status_code, faulty_paths(response)) == (422, ["issue_date"])
    with clock.turned_to(datetime(2026, 6, 15, tzinfo=UTC)):
        assert (await desk.issue((await desk.draft())["id"], issue_date="2026-06-10")).json()[
            "number"
        ] == "INV-2026-0001"
        response = await desk.issue((await desk.draft())["id"], issue_date="2026-06-09")
        assert problem(response) == (409, "issue-date-out-of-order")
        # The refused one took no number with it, and each year counts for itself.
        assert (await desk.issue((await desk.draft())["id"])).json()["number"] == "INV-2026-0002"
        assert (await desk.issue((await desk.draft())["id"], issue_date="2025-12-31")).json()[
            "number"
        ] == "INV-2025-0001"
        response = await desk.issue((await desk.draft())["id"], issue_date="1999-12-31")
        assert (response.status_code, faulty_paths(response)) == (422, ["issue_date"])


async def test_status_follows_payments_and_dates(desk: Desk) -> None:
    with clock.turned_to(datetime(2026, 1, 10, tzinfo=UTC)):
        invoice_id = (await desk.issued(due_date="2026-01-20"))["id"]
        assert (await desk.show(invoice_id))["status"] == "open"
        payment = await desk.pay(invoice_id, "100.00")
        shown = await desk.show(invoice_id)
        assert (shown["status"], shown["paid_amount"], shown["amount_due"]) == ("partially_paid", "100.00", "200.00")
    with clock.turned_to(datetime(2026, 1, 20, 23, 59, tzinfo=UTC)):
        assert (await desk.show(invoice_id))["status"] == "partially_paid"
    with clock.turned_to(datetime(2026, 1, 21, tzinfo=UTC)):
        assert (await desk.show(invoice_id))["status"] == "overdue"
        await desk.pay(invoice_id, "200.00")
        assert (await desk.show(invoice_id))["status"] == "paid"
        await desk.client.post(f"/api/payments/{payment['id']}/reverse", json={"reason": "Bounced"})
        assert (await desk.show(invoice_id))["status"] == "overdue"


async def test_void_keeps_the_number_and_asks_for_nothing(desk: Desk) -> None:
    invoice = await desk.issued()
    response = await desk.void(invoice["id"], "Wrong customer")
    assert response.status_code == 200, response.text
    void = response.json()
    assert (void["status"], void["number"], void["void_reason"], void["amount_due"]) == (
        "void",
        invoice["number"],
        "Wrong customer",
        "0.00",
    )
    assert problem(await desk.void(invoice["id"])) == (409, "invoice-not-issued")
    assert problem(await desk.client.post(f"/api/invoices/{invoice['id']}/send")) == (409, "invoice-not-issued")
    assert (await desk.issued())["number"].endswith("-0002")


async def test_only_issued_invoices_without_payments_are_voided(desk: Desk) -> None:
    assert problem(await desk.void((await desk.draft())["id"])) == (409, "invoice-not-issued")
    with clock.turned_to(datetime(2026, 1, 10, tzinfo=UTC)):
        invoice = await desk.issued()
        payment = await desk.pay(invoice["id"], "1.00")
        assert problem(await desk.void(invoice["id"])) == (409, "invoice-has-payments")
        await desk.client.post(f"/api/payments/{payment['id']}/reverse", json={"reason": "Wrong invoice"})
        assert (await desk.void(invoice["id"])).status_code == 200
    assert (await desk.void(invoice["id"], "  ")).status_code == 422


async def test_sending_again_waits_for_the_sending_under_way(
    desk: Desk, sessions: SessionFactory, owner: Person
) -> None:
    invoice = await desk.issued()
    path = f"/api/invoices/{invoice['id']}/send"
    assert problem(await desk.client.post(path)) == (409, "delivery-under-way")
    # Ten minutes without a step: its worker is gone for good.
    with clock.turned_to(clock.now() + timedelta(minutes=11)):
        await desk.client.patch(f"/api/customers/{desk.customer['id']}", json={"email": "other@blue.example"})
        response = await desk.client.post(path)
    assert response.status_code == 200, response.text
    assert response.json()["delivery"]["recipient"] == "other@blue.example"
    async with transaction(sessions, owner.scope) as session:
        deliveries = (
            await session.scalars(InvoiceDelivery.__table__.select().with_only_columns(InvoiceDelivery.state))
        ).all()
    assert sorted(deliveries) == ["failed", "queued"]


async def test_draft_pdf_is_a_preview_for_our_own_pages(desk: Desk) -> None:
    invoice = await desk.draft()
    response = await desk.client.get(f"/api/invoices/{invoice['id']}/pdf")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/pdf")
    assert response.content.startswith(b"%PDF-")
    assert response.headers["content-disposition"] == 'inline; filename="draft.pdf"'
    assert response.headers["content-security-policy"] == "frame-ancestors 'self'"
    again = await desk.client.get(
        f"/api/invoices/{invoice['id']}/pdf", headers={"If-None-Match": response.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoices SET gross_minor = gross_minor + 1, net_minor = net_minor + 1 WHERE id = :id",
        "UPDATE invoices SET state = 'draft', number = NULL, series_year = NULL, series_sequence = NULL WHERE id = :id",
        "UPDATE invoices SET due_date = due_date + 1 WHERE id = :id",
        "UPDATE invoices SET state = 'void', voided_at = now(), note = 'changed' WHERE id = :id",
        "DELETE FROM invoices WHERE id = :id",
        "UPDATE invoice_lines SET quantity = 9 WHERE invoice_id = :id",
        "DELETE FROM invoice_lines WHERE invoice_id = :id",
        "UPDATE invoice_taxes SET tax_minor = 0 WHERE invoice_id = :id",
        "DELETE FROM invoice_taxes WHERE invoice_id = :id",
        (
            "INSERT INTO invoice_lines SELECT team_id, gen_random_uuid(), invoice_id, 99, description, quantity, unit_code,"
            " unit_price, tax_category, tax_rate, net_minor FROM invoice_lines WHERE invoice_id = :id"
        ),
    ],
)
async def test_postgresql_itself_refuses_changes_of_an_issued_invoice(
    desk: Desk, db_session: AsyncSession, statement: str
) -> None:
    invoice = await desk.issued()
    with pytest.raises(DBAPIError, match="issued and"):
        await db_session.execute(text(statement), {"id": invoice["id"]})
    await db_session.rollback()
