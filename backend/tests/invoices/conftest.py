"""A team with a customer, and short ways to a draft and to an issued invoice."""

from typing import Any

import httpx
import pytest

from tests.support.people import Person

type Json = dict[str, Any]

LINE: Json = {
    "description": "Design work",
    "quantity": "2.5",
    "unit_code": "HUR",
    "unit_price": "100.00",
    "tax_category": "S",
    "tax_rate": "20",
}


class Desk:
    """What a person does with invoices, over HTTP."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.customer: Json = {}

    async def add_customer(self, **fields: Any) -> Json:
        body = {"name": "Blue Harbour", "email": "pay@blue.example", "currency": "EUR"} | fields
        response = await self.client.post("/api/customers", json=body)
        assert response.status_code == 201, response.text
        return response.json()

    def draft_body(self, **fields: Any) -> Json:
        return {"customer_id": self.customer["id"], "currency": "EUR", "lines": [LINE]} | fields

    async def draft(self, **fields: Any) -> Json:
        response = await self.client.post("/api/invoices", json=self.draft_body(**fields))
        assert response.status_code == 201, response.text
        return response.json()

    async def issue(self, invoice_id: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/api/invoices/{invoice_id}/issue", json=body)

    async def issued(self, **fields: Any) -> Json:
        response = await self.issue((await self.draft(**fields))["id"])
        assert response.status_code == 200, response.text
        return response.json()

    async def pay(self, invoice_id: str, amount: str) -> Json:
        body = {"amount": amount, "paid_on": "2026-01-05", "method": "bank_transfer"}
        response = await self.client.post(f"/api/invoices/{invoice_id}/payments", json=body)
        assert response.status_code == 201, response.text
        return response.json()

    async def show(self, invoice_id: str) -> Json:
        return (await self.client.get(f"/api/invoices/{invoice_id}")).json()

    async def void(self, invoice_id: str, reason: str = "Sent by mistake") -> httpx.Response:
        return await self.client.post(f"/api/invoices/{invoice_id}/void", json={"reason": reason})

    async def list_ids(self, **query: Any) -> list[str]:
        """Follow the cursor to the end."""
        ids: list[str] = []
        while True:
            response = await self.client.get("/api/invoices", params=query)
            assert response.status_code == 200, response.text
            page = response.json()
            ids += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                return ids
            query["cursor"] = page["next_cursor"]


async def open_desk(person: Person) -> Desk:
    desk = Desk(person.client)
    desk.customer = await desk.add_customer()
    return desk


@pytest.fixture
async def desk(owner: Person) -> Desk:
    return await open_desk(owner)


@pytest.fixture
async def committed_desk(committed_owner: Person) -> Desk:
    return await open_desk(committed_owner)


def problem(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["type"].removeprefix("urn:quittance:problem:")


def faulty_paths(response: httpx.Response) -> list[str]:
    return [fault["path"] for fault in response.json().get("errors", [])]
