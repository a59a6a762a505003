"""Control 23: a cookie comes from this host and goes to no other, never in clear, and no script reads it."""

import ast
from collections.abc import Callable, Iterator

import pytest
from litestar.datastructures import Cookie

from app.auth.cookies import expired_session_cookie, passkey_cookie, session_cookie
from app.auth.known_browsers import known_browser_cookie
from app.config import PROJECT_DIR, Settings
from app.federation.controllers import attempt_cookie
from tests.auth.callers import Answered

APP = PROJECT_DIR / "backend" / "app"
# The session's comes along from links in mails, the attempt's on the way back from a provider; the others never cross sites.
LAX = {"__Host-quittance_session", "__Host-quittance_federation"}
STRICT = {"__Host-quittance_browser", "__Host-quittance_passkey"}
MAKERS: dict[str, Callable[[Settings], Cookie]] = {
    "session_cookie": lambda settings: session_cookie("token", settings),
    "expired_session_cookie": expired_session_cookie,
    "passkey_cookie": lambda settings: passkey_cookie("browser", settings),
    "known_browser_cookie": lambda settings: known_browser_cookie("ada@example.com", settings),
    "attempt_cookie": lambda settings: attempt_cookie("attempt", settings, max_age_seconds=600),
}


def faults(header: str) -> list[str]:
    """What a Set-Cookie of production should not be."""
    name_and_value, *attributes = (part.strip() for part in header.split(";"))
    name = name_and_value.partition("=")[0]
    given = {key.lower(): value for key, _, value in (attribute.partition("=") for attribute in attributes)}
    same_site = {"lax"} if name in LAX else {"strict"} if name in STRICT else set[str]()
    wrong = {
        "name": name not in LAX | STRICT,
        "Secure": "secure" not in given,
        "HttpOnly": "httponly" not in given,
        "SameSite": given.get("samesite", "").lower() not in same_site,
        "Path": given.get("path") != "/",
        "Domain": "domain" in given,
        "Max-Age": "max-age" not in given,
    }
    return [f"{what} of {header}" for what, is_wrong in wrong.items() if is_wrong]


def _made_in_the_application() -> Iterator[str]:
    """The functions that make a cookie, and whatever sets one by other means."""
    for path in APP.rglob("*.py"):
        source = path.read_text()
        assert "set-cookie" not in source.lower(), path
        if "ookie(" not in source:
            continue
        for function in ast.walk(ast.parse(source)):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
                if any(ast.unparse(call.func).endswith(("Cookie", "set_cookie", "delete_cookie")) for call in calls):
                    yield function.name


def test_control_23_every_cookie_is_made_by_one_of_five_functions() -> None:
    assert set(_made_in_the_application()) == set(MAKERS)


@pytest.mark.parametrize("maker", MAKERS)
def test_control_23_each_of_them_belongs_to_this_host_alone(maker: str, production_settings: Settings) -> None:
    cookie: Cookie = MAKERS[maker](production_settings)

    assert faults(cookie.to_header(header="")) == []


def test_control_23_so_does_every_cookie_that_a_route_sets(production_answers: list[Answered]) -> None:
    set_by = [
        (answered, header)
        for answered in production_answers
        for header in answered.answer.headers.get_list("set-cookie")
    ]

    assert [f"{answered.id}: {fault}" for answered, header in set_by for fault in faults(header)] == []
    assert {answered.endpoint.name for answered, _ in set_by} >= {
        "log_out",
        "create_team",
        "switch_team",
        "get_log_in_passkey_options",
        "start_impersonation",
        "end_impersonation",
    }


@pytest.mark.parametrize(
    "header",
    [
        "quittance_session=x; HttpOnly; Max-Age=1; Path=/; SameSite=lax; Secure",
        "__Host-quittance_session=x; Max-Age=1; Path=/; SameSite=lax; Secure",
        "__Host-quittance_session=x; HttpOnly; Max-Age=1; Path=/; SameSite=lax",
        "__Host-quittance_session=x; HttpOnly; Max-Age=1; Path=/; SameSite=none; Secure",
        "__Host-quittance_session=x; HttpOnly; Max-Age=1; Path=/api; SameSite=lax; Secure",
        "__Host-quittance_session=x; Domain=example.com; HttpOnly; Max-Age=1; Path=/; SameSite=lax; Secure",
    ],
)
def test_a_faulty_cookie_is_told_from_a_good_one(header: str) -> None:
    assert faults(header)
