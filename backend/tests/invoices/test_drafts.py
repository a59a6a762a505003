"""Drafts over HTTP: what they become, and what is refused with the field's path."""

from typing import Any

import pytest

from app.models import Role
from tests.invoices.conftest import LINE, Desk, faulty_paths, open_desk, problem
from tests.support.people import PeopleFactory, Person


async def test_draft_shows_its_totals_and_nothing_that_issuing_gives(desk: Desk) -> None:
    lines = [
        LINE,
        {
            **LINE,
            "description": "Print",
            "quantity": "1",
            "unit_code": "C62",
            "unit_price": "0.125",
            "tax_category": "Z",
            "tax_rate": "0",
        },
    ]
    invoice = await desk.draft(lines=lines)
    assert invoice["status"] == "draft"
    assert (invoice["number"], invoice["issue_date"], invoice["seller"], invoice["delivery"]) == (
        None,
        None,
        None,
        None,
    )
    assert [line["net_amount"] for line in invoice["lines"]] == ["250.00", "0.13"]
    assert [line["unit_price"] for line in invoice["lines"]] == ["100.00", "0.125"]
    assert invoice["tax_breakdown"] == [
        {"tax_category": "S", "tax_rate": "20", "taxable_amount": "250.00", "tax_amount": "50.00"},
        {"tax_category": "Z", "tax_rate": "0", "taxable_amount": "0.13", "tax_amount": "0.00"},
    ]
    assert (invoice["net_amount"], invoice["tax_amount"], invoice["gross_amount"], invoice["amount_due"]) == (
        "250.13",
        "50.00",
        "300.13",
        "300.13",
    )
    assert invoice["buyer"]["name"] == "Blue Harbour"
    assert await desk.show(invoice["id"]) == invoice


async def test_preview_says_what_saving_would_store(desk: Desk) -> None:
    response = await desk.client.post(
        "/api/invoices/calculate", json={"currency": "JPY", "lines": [LINE, {**LINE, "tax_rate": "9.975"}]}
    )
    assert response.status_code == 200
    preview = response.json()
    stored = await desk.draft(currency="JPY", lines=[LINE, {**LINE, "tax_rate": "9.975"}])
    for field in ("net_amount", "tax_amount", "gross_amount", "tax_breakdown"):
        assert preview[field] == stored[field]
    assert preview["gross_amount"] == "575"


async def test_draft_without_lines_or_words_may_wait(desk: Desk) -> None:
    assert (await desk.draft(lines=[]))["gross_amount"] == "0.00"
    assert (await desk.draft(lines=[{**LINE, "description": ""}]))["lines"][0]["description"] == ""


async def test_terms_come_from_the_customer_then_from_the_team(desk: Desk) -> None:
    assert (await desk.draft())["payment_terms_days"] == 30
    desk.customer = await desk.add_customer(payment_terms_days=7)
    assert (await desk.draft())["payment_terms_days"] == 7
    assert (await desk.draft(payment_terms_days=0))["payment_terms_days"] == 0


async def test_replacing_a_draft_replaces_all_of_it(desk: Desk) -> None:
    invoice = await desk.draft(note="first", lines=[LINE, LINE])
    body = desk.draft_body(currency="KWD", lines=[{**LINE, "unit_price": "1.111"}])
    response = await desk.client.put(f"/api/invoices/{invoice['id']}", json=body)
    assert response.status_code == 200, response.text
    replaced = response.json()
    assert (replaced["note"], replaced["currency"], len(replaced["lines"])) == ("", "KWD", 1)
    assert replaced["gross_amount"] == "3.334"


async def test_deleted_draft_is_gone(desk: Desk) -> None:
    invoice = await desk.draft()
    assert (await desk.client.delete(f"/api/invoices/{invoice['id']}")).status_code == 204
    assert (await desk.client.get(f"/api/invoices/{invoice['id']}")).status_code == 404


async def test_unknown_archived_and_foreign_customers_are_refused_alike(desk: Desk, people: PeopleFactory) -> None:
    other = await open_desk(await people.owner("Southwind"))
    archived = await desk.add_customer(name="Gone")
    await desk.client.post(f"/api/customers/{archived['id']}/archive")
    unknown_id = "01900000-0000-7000-8000-000000000000"
    answers: list[Any] = []
    for customer_id in (unknown_id, other.customer["id"], archived["id"]):
        response = await desk.client.post("/api/invoices", json=desk.draft_body(customer_id=customer_id))
        assert response.status_code == 422
        assert faulty_paths(response) == ["customer_id"]
        answers.append(response.json()["errors"])
    assert answers[0] == answers[1]


async def test_another_teams_invoice_does_not_exist(desk: Desk, people: PeopleFactory) -> None:
    invoice = await desk.draft()
    stranger = await open_desk(await people.owner("Southwind"))
    path = f"/api/invoices/{invoice['id']}"
    for response in (
        await stranger.client.get(path),
        await stranger.client.put(path, json=stranger.draft_body()),
        await stranger.client.delete(path),
        await stranger.issue(invoice["id"]),
        await stranger.void(invoice["id"]),
        await stranger.client.post(f"{path}/send"),
        await stranger.client.get(f"{path}/pdf"),
        await stranger.client.get(f"{path}/timeline"),
    ):
        assert problem(response) == (404, "invoice-not-found")


async def test_viewer_reads_but_does_not_write(owner: Person, people: PeopleFactory, desk: Desk) -> None:
    invoice = await desk.draft()
    viewer = Desk((await people.member(owner.team_id, Role.VIEWER)).client)
    viewer.customer = desk.customer
    assert (await viewer.show(invoice["id"]))["id"] == invoice["id"]
    assert (await viewer.client.post("/api/invoices", json=viewer.draft_body())).status_code == 403
    assert (await viewer.issue(invoice["id"])).status_code == 403


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"lines": [{**LINE, "quantity": "-1"}]}, "lines[0].quantity"),
        ({"lines": [LINE, {**LINE, "quantity": "0"}]}, "lines[1].quantity"),
        ({"lines": [{**LINE, "quantity": "1e5"}]}, "lines[0].quantity"),
        ({"lines": [{**LINE, "quantity": "NaN"}]}, "lines[0].quantity"),
        ({"lines": [{**LINE, "quantity": 1.5}]}, "lines[0].quantity"),
        ({"lines": [{**LINE, "quantity": "9" * 400}]}, "lines[0].quantity"),
        ({"lines": [{**LINE, "unit_price": "0.0000001"}]}, "lines[0].unit_price"),
        ({"lines": [{**LINE, "unit_price": "-5"}]}, "lines[0].unit_price"),
        ({"lines": [{**LINE, "quantity": "999999999", "unit_price": "999999999"}]}, "lines[0].unit_price"),
        ({"lines": [{**LINE, "unit_price": "99999999", "quantity": "90000"}] * 2}, "lines"),
        ({"lines": [{**LINE, "tax_rate": "100.01"}]}, "lines[0].tax_rate"),
        ({"lines": [{**LINE, "tax_rate": "0"}]}, "lines[0].tax_rate"),
        ({"lines": [{**LINE, "tax_category": "E"}]}, "lines[0].tax_rate"),
        ({"lines": [{**LINE, "tax_category": "AE"}]}, "lines[0].tax_category"),
        ({"lines": [{**LINE, "unit_code": "XYZ"}]}, "lines[0].unit_code"),
        ({"lines": [{**LINE, "discount": "5"}]}, "lines[0].discount"),
        ({"lines": [{**LINE, "description": "x" * 1001}]}, "lines[0].description"),
        ({"lines": [LINE] * 201}, "lines"),
        ({"lines": [LINE] * 1001}, "lines"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": "eur"}, "currency"),
        ({"due_date": "2026-02-30"}, "due_date"),
        ({"payment_terms_days": 366}, "payment_terms_days"),
        ({"customer_id": "no-id"}, "customer_id"),
        ({"total": "5"}, "total"),
        ({"note": "a\x00b"}, "note"),
        ({"lines": [{**LINE, "description": "\x00"}]}, "lines[0].description"),
    ],
)
async def test_malformed_draft_is_refused_with_the_path_of_the_field(
    desk: Desk, fields: dict[str, Any], path: str
) -> None:
    response = await desk.client.post("/api/invoices", json=desk.draft_body(**fields))
    assert problem(response) == (422, "invalid-input")
    assert faulty_paths(response) == [path]


async def test_lone_surrogate_is_refused_with_the_path_of_the_field(desk: Desk) -> None:
    body = f'{{"customer_id": "{desk.customer["id"]}", "currency": "EUR", "lines": [], "note": "\\ud800"}}'
    response = await desk.client.post("/api/invoices", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert faulty_paths(response) == ["note"]


async def test_due_date_far_away_is_kept(desk: Desk) -> None:
    assert (await desk.draft(due_date="9999-12-31"))["due_date"] == "9999-12-31"
