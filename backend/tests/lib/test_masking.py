"""What is covered before anybody reads it."""

from typing import Any

import pytest

from app.lib.masking import MASK, masked, masked_text


@pytest.mark.parametrize(
    "name",
    [
        "token", "access_token", "resetToken", "secret", "client_secret", "password", "new_password", "passwordHash",
        "id_hash", "api_key", "apikey", "Authorization", "cookie", "credential", "otp", "code",
        "recovery_codes", "pin", "text", "html", "body",
    ],
)  # fmt: skip
def test_control_30_a_value_under_the_name_of_a_secret_is_covered(name: str) -> None:
    assert masked({name: "abc"}) == {name: MASK}
    assert masked({"deep": [{name: {"inner": "abc"}}]}) == {"deep": [{name: MASK}]}
    assert masked({name: 123456}) == {name: MASK}


@pytest.mark.parametrize(
    "harmless",
    [
        {"invoice_id": "7", "email": "ada@example.com", "country_code": "DE"},
        {"has_password": True, "token": None, "secret": ""},
        {"count": 3, "note": "a token of thanks", "link": "https://example.com/invoices/7?tab=lines"},
    ],
)
def test_what_opens_nothing_is_shown(harmless: dict[str, Any]) -> None:
    assert masked(harmless) == harmless


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://a.example/verify?token=abc.def-1", f"https://a.example/verify?token={MASK}"),
        ("https://a.example/x?tab=1&reset_token=abc&y=2", f"https://a.example/x?tab=1&reset_token={MASK}&y=2"),
        ("GET /x#access_token=abc failed", f"GET /x#access_token={MASK} failed"),
        ("Authorization: Bearer abc.def", f"Authorization: Bearer {MASK}"),
        ("password=hunter2 was wrong", f"password={MASK} was wrong"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_control_30_a_secret_in_an_address_or_header_is_covered_wherever_it_stands(written: str, shown: str) -> None:
    assert masked_text(written) == shown
    assert masked({"url": [written]}) == {"url": [shown]}


def test_masking_leaves_the_original_alone() -> None:
    arguments = {"token": "abc", "inner": {"secret": "x"}}

    masked(arguments)

    assert arguments == {"token": "abc", "inner": {"secret": "x"}}
