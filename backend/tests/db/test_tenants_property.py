"""Control 31: whatever three teams do to each other's customers and drafts, in whatever order, each has what its model has."""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.auth.policies import LINE
from tests.support.people import PeopleFactory, Person

# Who acts, what they do, and to which of all the things that anybody has made.
type Step = tuple[int, str, int]

ACTIONS = ["create", "rename", "archive", "draft", "redraft", "delete"]
steps = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(ACTIONS), st.integers(0, 30)), min_size=5, max_size=25)


class Thing(msgspec.Struct):
    owner: int
    id: str
    name: str


class Model(msgspec.Struct):
    """What there should be, in memory."""

    people: list[Person]
    customers: list[Thing] = []
    drafts: list[Thing] = []
    changes: int = 0

    def name(self) -> str:
        self.changes += 1
        return f"Name {self.changes}"


@pytest.fixture
async def model(people: PeopleFactory) -> Model:
    return Model([await people.owner(name) for name in ("North", "South", "West")])


async def run_step(model: Model, step: Step) -> None:
    who, action, index = step
    client, name = model.people[who].client, model.name()
    if action == "create" or not model.customers:
        body = {"name": name, "email": "a@example.com", "currency": "EUR"}
        answer = await client.post("/api/customers", json=body)
        assert answer.status_code == 201, answer.text
        model.customers.append(Thing(who, answer.json()["id"], name))
    elif action in {"redraft", "delete"} and model.drafts:
        await _change_draft(model, who, model.drafts[index % len(model.drafts)], name, is_end=action == "delete")
    else:
        await _use_customer(model, who, model.customers[index % len(model.customers)], name, action)


async def _use_customer(model: Model, who: int, customer: Thing, name: str, action: str) -> None:
    client, path, is_own = model.people[who].client, f"/api/customers/{customer.id}", customer.owner == who
    if action == "draft":
        answer = await client.post("/api/invoices", json=_draft(customer.id, name))
        # An id in a body that leads nowhere is a faulty field, whoever has it.
        assert answer.status_code == (201 if is_own else 422), answer.text
        if is_own:
            model.drafts.append(Thing(who, answer.json()["id"], name))
    elif action == "archive":
        statuses = [(await client.post(f"{path}/{verb}")).status_code for verb in ("archive", "restore")]
        assert statuses == [200 if is_own else 404] * 2
    else:
        answer = await client.patch(path, json={"name": name})
        assert answer.status_code == (200 if is_own else 404), answer.text
        customer.name = name if is_own else customer.name


async def _change_draft(model: Model, who: int, draft: Thing, name: str, *, is_end: bool) -> None:
    client, path, is_own = model.people[who].client, f"/api/invoices/{draft.id}", draft.owner == who
    if is_end:
        answer = await client.delete(path)
        assert answer.status_code == (204 if is_own else 404), answer.text
        if is_own:
            model.drafts.remove(draft)
        return
    own_customers = [each for each in model.customers if each.owner == who]
    if own_customers:
        answer = await client.put(path, json=_draft(own_customers[0].id, name))
        assert answer.status_code == (200 if is_own else 404), answer.text
        draft.name = name if is_own else draft.name


def _draft(customer_id: str, note: str) -> dict[str, Any]:
    return {"customer_id": customer_id, "currency": "EUR", "note": note, "lines": [LINE]}


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # what went wrong depends on the examples before, so a shorter one would tell nothing
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=steps)
async def test_control_31_three_teams_have_what_their_models_have(model: Model, steps: list[Step]) -> None:
    """Later examples go on where the earlier ones ended."""
    for step in steps:
        await run_step(model, step)

    for who, person in enumerate(model.people):
        listed = (await person.client.get("/api/customers", params={"limit": "100"})).json()["items"]
        drafts = (await person.client.get("/api/invoices", params={"limit": "100"})).json()["items"]
        notes = {each["id"]: (await person.client.get(f"/api/invoices/{each['id']}")).json()["note"] for each in drafts}
        assert {each["id"]: each["name"] for each in listed} == _of(model.customers, who)
        assert notes == _of(model.drafts, who)


def _of(things: list[Thing], who: int) -> dict[str, str]:
    return {each.id: each.name for each in things if each.owner == who}
