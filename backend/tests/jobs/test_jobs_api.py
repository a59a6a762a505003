"""A team's jobs as its owner sees them."""

from tests.auth.policies import LINE
from tests.support.people import Person


async def test_an_owner_sees_the_jobs_of_their_team(owner: Person) -> None:
    client = owner.client
    person = {"name": "A", "email": "a@example.com", "currency": "EUR"}
    customer = (await client.post("/api/customers", json=person)).json()
    body = {"customer_id": customer["id"], "currency": "EUR", "lines": [LINE]}
    draft = (await client.post("/api/invoices", json=body)).json()
    assert (await client.post(f"/api/invoices/{draft['id']}/issue", json={})).status_code == 200

    [job] = (await client.get("/api/jobs")).json()["items"]
    detail = (await client.get(f"/api/jobs/{job['id']}")).json()

    assert (job["task"], job["state"], job["requested_by"]) == ("process_invoice", "queued", owner.name)
    assert detail["job"]["id"] == job["id"]
    assert list(detail["arguments"]) == ["delivery_id"]
