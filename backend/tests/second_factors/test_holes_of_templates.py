"""What the best-known full-stack templates shipped broken, tried here: second factors."""

from tests.second_factors.conftest import Factors, code_of
from tests.support.people import Person


async def test_hole_of_litestar_fullstack_a_refused_code_rolls_its_own_count_back(
    ada: Person, factors: Factors
) -> None:
    """The count and the refusal were one transaction: each 401 took the count of itself along."""
    secret, _ = await factors.give_authenticator(ada)
    browser = await factors.log_in(ada)
    wrong = {"code": code_of(secret, steps_ahead=9)}
    statuses = [(await browser.post("/api/auth/second-factor", json=wrong)).status_code for _ in range(12)]

    assert statuses == [422] * 10 + [429] * 2


async def test_hole_of_litestar_fullstack_half_a_session_manages_the_account(ada: Person, factors: Factors) -> None:
    await factors.give_authenticator(ada)
    browser = await factors.log_in(ada)
    answers = [
        await browser.delete("/api/me/authenticator"),
        await browser.post("/api/me/recovery-codes"),
        await browser.post("/api/me/password", json={"current_password": "x", "new_password": "four unrelated words"}),
        await browser.post("/api/me/passkeys/options"),
        await browser.post("/api/api-keys", json={"name": "Export", "scopes": ["customers:read"]}),
    ]

    for answer in answers:
        assert answer.json()["type"] == "urn:quittance:problem:second-factor-due", answer.text
