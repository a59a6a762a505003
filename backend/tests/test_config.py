import itertools
import re

import pytest
from dotenv import dotenv_values

from app.config import PROJECT_DIR, ConfigurationError, load_settings
from app.variables import DEFAULT_SECRET_KEY, VARIABLES

PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "k" * 48,
    "APP_URL": "https://invoices.example.com",
    "DATABASE_URL": "postgresql://quittance_app:secret@db.example.com/quittance",
    "MAIL_TRANSPORT": "smtp",
}


def test_env_example_lists_every_variable_with_its_default() -> None:
    documented = dotenv_values(PROJECT_DIR / ".env.example")

    assert documented == {variable.name: variable.default for variable in VARIABLES}


def test_env_example_explains_every_variable() -> None:
    lines = (PROJECT_DIR / ".env.example").read_text().splitlines()
    meanings = {
        re.split("=", line)[0]: above.removeprefix("# ")
        for above, line in itertools.pairwise(lines)
        if "=" in line and line[0] != "#"
    }

    assert meanings == {variable.name: variable.meaning for variable in VARIABLES}


def test_defaults_are_a_working_development_setup() -> None:
    settings = load_settings({})

    assert settings.environment == "local"
    assert settings.session_cookie == "quittance_session"
    assert settings.database.sqlalchemy_url.startswith("postgresql+asyncpg://")


def test_production_uses_host_cookies() -> None:
    assert load_settings(PRODUCTION).session_cookie == "__Host-quittance_session"
    assert load_settings(PRODUCTION).allowed_origins == {"https://invoices.example.com"}


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"SECRET_KEY": DEFAULT_SECRET_KEY}, "SECRET_KEY"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"APP_URL": "http://invoices.example.com"}, "APP_URL"),
        ({"MAIL_TRANSPORT": "mailbox"}, "MAIL_TRANSPORT"),
    ],
)
def test_unsafe_production_is_refused_naming_the_variable(changed: dict[str, str], variable: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(PRODUCTION | changed)

    assert refusal.value.variable == variable
    assert str(refusal.value).startswith(f"{variable}: ")


def test_in_docker_too_the_public_secret_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"^SECRET_KEY: "):
        load_settings({"APP_ENV": "docker"})


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"AWS_REGION": ""}, "AWS_REGION"),
        ({"DATABASE_URL": "postgresql://quittance_app:secret@db.example.com/quittance"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://db.example.com/quittance"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://quittance_app@db.example.com/quittance?sslmode=disable"}, "DATABASE_URL"),
        ({"DATABASE_AUTH": "token"}, "DATABASE_AUTH"),
    ],
)
def test_half_of_what_tokens_of_aws_need_is_refused(changed: dict[str, str], variable: str) -> None:
    whole = {
        "DATABASE_AUTH": "iam",
        "AWS_REGION": "eu-central-1",
        "DATABASE_URL": "postgresql://quittance_app@db.example.com/quittance",
    }
    assert load_settings(PRODUCTION | whole).database.owner_url.endswith("?sslmode=verify-full&sslrootcert=system")

    with pytest.raises(ConfigurationError, match=f"^{variable}: ") as refusal:
        load_settings(PRODUCTION | whole | changed)
    assert "secret" not in str(refusal.value)


def test_mail_by_amazon_needs_a_region() -> None:
    with pytest.raises(ConfigurationError, match=r"^AWS_REGION: "):
        load_settings(PRODUCTION | {"MAIL_TRANSPORT": "ses"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "staging"),
        ("DEBUG", "maybe"),
        ("SMTP_PORT", "many"),
        ("SMTP_PORT", "70000"),
        ("SMTP_SECURITY", "ssl"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_value_that_cannot_be_is_refused_naming_the_variable(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name}: "):
        load_settings({name: value})
