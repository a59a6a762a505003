"""Providers as the operator writes them down: read completely, or refused at the start with the variable's name."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from app.config import PROJECT_DIR, ConfigurationError, load_settings

SECRET = "a-secret-nobody-may-read"
OKTA = {
    "id": "okta",
    "name": "Okta",
    "issuer": "https://acme.okta.example",
    "client_id": "quittance",
    "client_secret": SECRET,
}
GOOGLE = {"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": SECRET}
GITHUB = {"GITHUB_CLIENT_ID": "id", "GITHUB_CLIENT_SECRET": SECRET}


def _oidc(*providers: dict[str, Any]) -> dict[str, str]:
    return {"OIDC_PROVIDERS": json.dumps(providers)}


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in OKTA.items() if key != name}


def test_without_any_variable_there_is_no_provider() -> None:
    assert load_settings({}).providers == ()


def test_google_github_and_any_issuer_are_read() -> None:
    google, github, okta = load_settings(GOOGLE | GITHUB | _oidc(OKTA)).providers

    assert (google.id, google.issuer, google.scopes) == (
        "google",
        "https://accounts.google.com",
        "openid email profile",
    )
    assert (github.id, github.issuer, github.api_url) == ("github", "https://github.com", "https://api.github.com")
    assert (okta.id, okta.name, okta.issuer, okta.scopes) == (
        "okta", "Okta", "https://acme.okta.example", "openid email profile",
    )  # fmt: skip


def test_a_github_enterprise_server_is_where_it_is() -> None:
    own = {"GITHUB_URL": "https://git.acme.example/", "GITHUB_API_URL": "https://git.acme.example/api/v3/"}
    (github,) = load_settings(GITHUB | own).providers

    assert (github.issuer, github.api_url) == ("https://git.acme.example", "https://git.acme.example/api/v3")


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "Google without secret": ({"GOOGLE_CLIENT_ID": "id"}, "GOOGLE_CLIENT_SECRET"),
    "Google without id": ({"GOOGLE_CLIENT_SECRET": SECRET}, "GOOGLE_CLIENT_ID"),
    "GitHub without secret": ({"GITHUB_CLIENT_ID": "id"}, "GITHUB_CLIENT_SECRET"),
    "GitHub without id": ({"GITHUB_CLIENT_SECRET": SECRET}, "GITHUB_CLIENT_ID"),
    "GitHub by http": (GITHUB | {"GITHUB_URL": "http://git.acme.example"}, "GITHUB_URL"),
    "GitHub's API by http": (GITHUB | {"GITHUB_API_URL": "http://git.acme.example/api"}, "GITHUB_API_URL"),
    "no JSON": ({"OIDC_PROVIDERS": f"[{SECRET}"}, "OIDC_PROVIDERS"),
    "no list": ({"OIDC_PROVIDERS": json.dumps(OKTA)}, "OIDC_PROVIDERS"),
    "a misspelt key": (_oidc(OKTA | {"client_secrets": SECRET}), "OIDC_PROVIDERS"),
    "a number for a secret": (_oidc(OKTA | {"client_secret": 42}), "OIDC_PROVIDERS"),
    "an empty secret": (_oidc(OKTA | {"client_secret": ""}), "OIDC_PROVIDERS"),
    "an empty client id": (_oidc(OKTA | {"client_id": ""}), "OIDC_PROVIDERS"),
    "a blank name": (_oidc(OKTA | {"name": " "}), "OIDC_PROVIDERS"),
    "an id that breaks addresses": (_oidc(OKTA | {"id": "../okta"}), "OIDC_PROVIDERS"),
    "another's id": (_oidc(OKTA | {"id": "google"}), "OIDC_PROVIDERS"),
    "twice the same id": (_oidc(OKTA, OKTA | {"issuer": "https://other.example"}), "OIDC_PROVIDERS"),
    "twice the same issuer": (_oidc(OKTA, OKTA | {"id": "other"}), "OIDC_PROVIDERS"),
    "Google's issuer once more": (GOOGLE | _oidc(OKTA | {"issuer": "https://accounts.google.com"}), "OIDC_PROVIDERS"),
    "no openid among the scopes": (_oidc(OKTA | {"scopes": "email profile"}), "OIDC_PROVIDERS"),
    "an issuer by http": (_oidc(OKTA | {"issuer": "http://acme.okta.example"}), "OIDC_PROVIDERS"),
    "an issuer with a query": (_oidc(OKTA | {"issuer": "https://acme.okta.example?tenant=1"}), "OIDC_PROVIDERS"),
    "an issuer that is no address": (_oidc(OKTA | {"issuer": "okta"}), "OIDC_PROVIDERS"),
} | {f"without {name}": (_oidc(_without(name)), "OIDC_PROVIDERS") for name in OKTA}


@pytest.mark.parametrize("mistake", REFUSED)
def test_an_incomplete_provider_is_refused_naming_the_variable_and_no_secret(mistake: str) -> None:
    environment, variable = REFUSED[mistake]
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(environment)

    assert str(refusal.value).startswith(f"{variable}: ")
    assert refusal.value.__cause__ is None
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize(("environment", "is_accepted"), [("local", True), ("docker", False)])
def test_an_issuer_on_loopback_by_http_is_for_development_alone(environment: str, is_accepted: bool) -> None:
    local = {"APP_ENV": environment, "SECRET_KEY": "k" * 48, **_oidc(OKTA | {"issuer": "http://127.0.0.1:9400"})}
    if is_accepted:
        assert len(load_settings(local).providers) == 1
    else:
        with pytest.raises(ConfigurationError, match=r"^OIDC_PROVIDERS: "):
            load_settings(local)


def test_the_application_does_not_start_on_an_incomplete_provider() -> None:
    started = subprocess.run(
        [sys.executable, "-c", "import app.asgi"],
        cwd=PROJECT_DIR / "backend",
        env=os.environ | {"GITHUB_CLIENT_ID": "", "GITHUB_CLIENT_SECRET": SECRET},
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.returncode != 0
    assert started.stderr.splitlines()[-1].endswith(
        "GITHUB_CLIENT_ID: is missing: GitHub gives both when the application is registered there"
    )
    assert SECRET not in started.stderr
