"""Typed settings, read from the environment once and refused when unsafe. The only reader of `os.environ`."""

import functools
import os
import re
from pathlib import Path
from typing import Literal, override
from urllib.parse import quote, unquote, urlsplit

import msgspec
from dotenv import dotenv_values

from app.variables import DEFAULT_SECRET_KEY, VARIABLES

PROJECT_DIR = Path(__file__).resolve().parents[2]
LOCAL_WEB_ORIGINS = ("http://localhost:3000", "http://127.0.0.1:3000", "http://localhost:8000", "http://127.0.0.1:8000")
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_PROVIDER_ID = re.compile(r"[a-z][a-z0-9-]{1,31}")

# The demo team of `litestar seed`, made only in development.
DEMO_EMAIL = "demo@quittance.example"
DEMO_PASSWORD = "demo-quittance-2026"  # noqa: S105 - shown on the log-in page in development
VERSION = "0.1.0"

type Environment = Literal["local", "testing", "docker", "production"]


class ConfigurationError(Exception):
    """Names the variable to fix."""

    def __init__(self, variable: str, problem: str) -> None:
        self.variable = variable
        super().__init__(f"{variable}: {problem}")


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    owner_url: str
    auth: Literal["password", "iam"]
    ca_file: str
    region: str
    admin_url: str
    pool_size: int
    pool_overflow: int
    pool_timeout_seconds: float
    statement_timeout_ms: int

    @property
    def sqlalchemy_url(self) -> str:
        return as_asyncpg_url(self.url)


class MailSettings(msgspec.Struct, frozen=True, kw_only=True):
    transport: Literal["mailbox", "smtp", "ses"]
    sender: str
    region: str
    smtp_host: str
    smtp_port: int
    smtp_username: str | None
    smtp_password: str | None
    smtp_security: Literal["none", "starttls", "tls"]
    smtp_timeout_seconds: float


class SessionSettings(msgspec.Struct, frozen=True, kw_only=True):
    idle_hours: int
    absolute_days: int


class ProviderSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A provider of accounts to sign in with, as this installation is registered there."""

    id: str  # in addresses, and in the redirect URI that the provider knows
    name: str
    issuer: str
    client_id: str
    client_secret: str
    scopes: str = "openid email profile"
    api_url: str = ""  # GitHub's alone

    @override
    def __repr__(self) -> str:
        return f"ProviderSettings({self.id}, {self.issuer})"


class WorkerSettings(msgspec.Struct, frozen=True, kw_only=True):
    concurrency: int
    shutdown_grace_seconds: int
    alive_file: Path | None


class ObservingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """To whom the processes tell how they are doing; to nobody unless it is set."""

    trace_endpoint: str
    trace_headers: dict[str, str]
    service_name: str
    sample_ratio: float
    metrics_token: str

    @override
    def __repr__(self) -> str:
        return f"ObservingSettings({self.trace_endpoint})"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    environment: Environment
    is_debug: bool
    secret_key: str
    retired_secret_keys: tuple[str, ...]
    app_url: str
    log_level: str
    log_format: Literal["console", "json"]
    trusted_proxy_count: int
    max_request_bytes: int
    requests_per_minute_of_account: int
    requests_per_minute_of_network: int
    team_seat_limit: int
    web_dir: Path
    drain_seconds: int
    database: DatabaseSettings
    mail: MailSettings
    session: SessionSettings
    worker: WorkerSettings
    observing: ObservingSettings
    providers: tuple[ProviderSettings, ...]

    @property
    def is_development(self) -> bool:
        """Whether the demo account, the mailbox and the API documents are shown."""
        return self.environment in {"local", "testing"}

    @property
    def has_secure_cookies(self) -> bool:
        # Safari keeps no Secure cookie from http://localhost.
        return self.environment in {"docker", "production"} or self.app_url.startswith("https://")

    @property
    def session_cookie(self) -> str:
        return "__Host-quittance_session" if self.has_secure_cookies else "quittance_session"

    @property
    def federation_cookie(self) -> str:
        return "__Host-quittance_federation" if self.has_secure_cookies else "quittance_federation"

    @property
    def known_browser_cookie(self) -> str:
        return "__Host-quittance_browser" if self.has_secure_cookies else "quittance_browser"

    @property
    def passkey_cookie(self) -> str:
        return "__Host-quittance_passkey" if self.has_secure_cookies else "quittance_passkey"

    @property
    def allowed_origins(self) -> frozenset[str]:
        own = {self.app_url.rstrip("/")}
        return frozenset(own | set(LOCAL_WEB_ORIGINS) if self.is_development else own)


_DEFAULTS = {variable.name: variable.default for variable in VARIABLES}


def as_asyncpg_url(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"postgresql+asyncpg://{rest}" if separator and scheme.startswith("postgres") else url


def load_settings(environ: dict[str, str]) -> Settings:
    """Build and check the settings; raise `ConfigurationError` naming the variable to fix."""
    values = {name: environ.get(name) or default for name, default in _DEFAULTS.items()}
    values["DRAIN_SECONDS"] = values["DRAIN_SECONDS"] or ("5" if values["APP_ENV"] == "production" else "0")
    settings = Settings(
        environment=_choice(values, "APP_ENV", ("local", "testing", "docker", "production")),
        is_debug=_boolean(values, "DEBUG"),
        secret_key=values["SECRET_KEY"],
        retired_secret_keys=tuple(values["RETIRED_SECRET_KEYS"].split()),
        app_url=values["APP_URL"].rstrip("/"),
        log_level=_choice(values, "LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR")),
        log_format=_choice(values, "LOG_FORMAT", ("console", "json")),
        trusted_proxy_count=_number(values, "TRUSTED_PROXY_COUNT", 0, 10),
        max_request_bytes=_number(values, "MAX_REQUEST_BYTES", 1024, 2**30),
        requests_per_minute_of_account=_number(values, "REQUESTS_PER_MINUTE_OF_ACCOUNT", 1, 10**9),
        requests_per_minute_of_network=_number(values, "REQUESTS_PER_MINUTE_OF_NETWORK", 1, 10**9),
        team_seat_limit=_number(values, "TEAM_SEAT_LIMIT", 0, 1_000_000),
        drain_seconds=_number(values, "DRAIN_SECONDS", 0, 300),
        web_dir=(PROJECT_DIR / values["WEB_DIR"]).resolve(),
        database=_database(values),
        mail=MailSettings(
            transport=_choice(values, "MAIL_TRANSPORT", ("mailbox", "smtp", "ses")),
            sender=values["MAIL_SENDER"],
            region=_region(values, "MAIL_TRANSPORT", "ses"),
            smtp_host=values["SMTP_HOST"],
            smtp_port=_number(values, "SMTP_PORT", 1, 65535),
            smtp_username=values["SMTP_USERNAME"] or None,
            smtp_password=values["SMTP_PASSWORD"] or None,
            smtp_security=_choice(values, "SMTP_SECURITY", ("none", "starttls", "tls")),
            smtp_timeout_seconds=_number(values, "SMTP_TIMEOUT_SECONDS", 1, 300),
        ),
        session=SessionSettings(
            idle_hours=_number(values, "SESSION_IDLE_HOURS", 1, 24 * 365),
            absolute_days=_number(values, "SESSION_ABSOLUTE_DAYS", 1, 365),
        ),
        worker=WorkerSettings(
            concurrency=_number(values, "WORKER_CONCURRENCY", 1, 200),
            shutdown_grace_seconds=_number(values, "WORKER_SHUTDOWN_GRACE_SECONDS", 1, 3600),
            alive_file=Path(values["WORKER_ALIVE_FILE"]) if values["WORKER_ALIVE_FILE"] else None,
        ),
        observing=_observing(values),
        providers=_providers(values),
    )
    _refuse_unsafe_production(settings, values)
    return settings


def _refuse_unsafe_production(settings: Settings, values: dict[str, str]) -> None:
    if settings.is_development:
        return
    if settings.secret_key == DEFAULT_SECRET_KEY:
        raise ConfigurationError("SECRET_KEY", "set a secret of your own; the development default is public")
    if len(settings.secret_key) < 32:
        raise ConfigurationError("SECRET_KEY", "use at least 32 characters, for example from `openssl rand -base64 48`")
    if settings.environment != "production":
        return
    if settings.is_debug:
        raise ConfigurationError("DEBUG", "must be false in production: tracebacks would reach visitors")
    if not values["DATABASE_URL"]:
        raise ConfigurationError("DATABASE_URL", "name the production database")
    if not settings.app_url.startswith("https://"):
        raise ConfigurationError("APP_URL", "must start with https:// in production")
    if settings.mail.transport == "mailbox":
        raise ConfigurationError("MAIL_TRANSPORT", "must be smtp or ses in production: the mailbox sends nothing")


def _database(values: dict[str, str]) -> DatabaseSettings:
    url = values["DATABASE_URL"] or _local_database_url("app")
    owner_url = values["DATABASE_OWNER_URL"] or values["DATABASE_URL"] or _local_database_url("owner")
    auth: Literal["password", "iam"] = _choice(values, "DATABASE_AUTH", ("password", "iam"))
    if auth == "iam":
        parts = urlsplit(url)
        if not (parts.username and parts.hostname) or parts.password or parts.query:
            raise ConfigurationError(
                "DATABASE_URL", "with DATABASE_AUTH=iam it has a role and a host, and neither password nor parameters"
            )
        if "?" not in owner_url:
            # Its password is nobody's token, but goes over the same TLS.
            owner_url += f"?sslmode=verify-full&sslrootcert={quote(values['DATABASE_CA_FILE'] or 'system', safe='')}"
    is_local = not (values["DATABASE_OWNER_URL"] or values["DATABASE_URL"])
    return DatabaseSettings(
        url=url,
        owner_url=owner_url,
        admin_url=values["DATABASE_ADMIN_URL"] or (_local_database_url("admin") if is_local else owner_url),
        auth=auth,
        ca_file=values["DATABASE_CA_FILE"],
        region=_region(values, "DATABASE_AUTH", "iam"),
        pool_size=_number(values, "DATABASE_POOL_SIZE", 1, 500),
        pool_overflow=_number(values, "DATABASE_POOL_OVERFLOW", 0, 500),
        pool_timeout_seconds=_number(values, "DATABASE_POOL_TIMEOUT_SECONDS", 1, 60),
        statement_timeout_ms=_number(values, "DATABASE_STATEMENT_TIMEOUT_MS", 100, 600_000),
    )


def _region(values: dict[str, str], variable: str, needing: str) -> str:
    if values[variable] == needing and not values["AWS_REGION"]:
        raise ConfigurationError("AWS_REGION", f"is needed with {variable}={needing}, for example eu-central-1")
    return values["AWS_REGION"]


def _providers(values: dict[str, str]) -> tuple[ProviderSettings, ...]:
    """Google and GitHub where they are configured, and every issuer of `OIDC_PROVIDERS`; refusals never repeat a secret."""
    found: list[ProviderSettings] = []
    for prefix, name, issuer, scopes in (
        ("GOOGLE", "Google", "https://accounts.google.com", "openid email profile"),
        ("GITHUB", "GitHub", values["GITHUB_URL"].rstrip("/"), "read:user user:email"),
    ):
        client_id, client_secret = values[f"{prefix}_CLIENT_ID"], values[f"{prefix}_CLIENT_SECRET"]
        if bool(client_id) != bool(client_secret):
            missing = f"{prefix}_CLIENT_SECRET" if client_id else f"{prefix}_CLIENT_ID"
            raise ConfigurationError(missing, f"is missing: {name} gives both when the application is registered there")
        if client_id:
            found.append(
                ProviderSettings(
                    id=prefix.lower(),
                    name=name,
                    issuer=issuer,
                    client_id=client_id,
                    client_secret=client_secret,
                    scopes=scopes,
                    api_url=values["GITHUB_API_URL"].rstrip("/") if prefix == "GITHUB" else "",
                )
            )
    may_be_local = values["APP_ENV"] in {"local", "testing"}
    for provider in found:
        if provider.api_url:
            _refuse_unsafe_url(provider.issuer, "GITHUB_URL", may_be_local=may_be_local)
            _refuse_unsafe_url(provider.api_url, "GITHUB_API_URL", may_be_local=may_be_local)
    for provider in _oidc_providers(values["OIDC_PROVIDERS"]):
        _refuse_unsafe_url(provider.issuer, "OIDC_PROVIDERS", may_be_local=may_be_local)
        if any(provider.id == other.id or provider.issuer == other.issuer for other in found):
            raise ConfigurationError("OIDC_PROVIDERS", f"{provider.id}: its id or its issuer is there twice")
        found.append(provider)
    return tuple(found)


def _oidc_providers(text: str) -> list[ProviderSettings]:
    try:
        providers = msgspec.json.decode(text or "[]", type=list[ProviderSettings])
    except msgspec.DecodeError as error:
        # Names the place and the fault, never the value.
        raise ConfigurationError("OIDC_PROVIDERS", f"is not a JSON list of providers: {error}") from None
    for provider in providers:
        if not _PROVIDER_ID.fullmatch(provider.id) or provider.id in {"google", "github"} or provider.api_url:
            raise ConfigurationError("OIDC_PROVIDERS", "an id is 2 to 32 of a-z, 0-9 and -, not google or github")
        if not all((provider.name.strip(), provider.client_id, provider.client_secret)):
            raise ConfigurationError("OIDC_PROVIDERS", f"{provider.id}: name, client_id and client_secret are needed")
        if "openid" not in provider.scopes.split():
            raise ConfigurationError("OIDC_PROVIDERS", f"{provider.id}: its scopes must include openid")
    return providers


def _observing(values: dict[str, str]) -> ObservingSettings:
    endpoint, token = values["OTEL_EXPORTER_OTLP_ENDPOINT"], values["METRICS_TOKEN"]
    if endpoint and (urlsplit(endpoint).scheme not in {"http", "https"} or not urlsplit(endpoint).hostname):
        raise ConfigurationError("OTEL_EXPORTER_OTLP_ENDPOINT", "must be an http:// or https:// address")
    if token and len(token) < 16:
        raise ConfigurationError("METRICS_TOKEN", "use at least 16 characters, for example from `openssl rand -hex 24`")
    headers: dict[str, str] = {}
    for pair in filter(None, values["OTEL_EXPORTER_OTLP_HEADERS"].split(",")):
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise ConfigurationError("OTEL_EXPORTER_OTLP_HEADERS", "is not a list of name=value pairs")
        headers[name.strip().lower()] = unquote(value.strip())
    return ObservingSettings(
        trace_endpoint=endpoint,
        trace_headers=headers,
        service_name=values["OTEL_SERVICE_NAME"],
        sample_ratio=_share(values, "OTEL_TRACES_SAMPLER_ARG"),
        metrics_token=token,
    )


def _refuse_unsafe_url(url: str, variable: str, *, may_be_local: bool) -> None:
    parts = urlsplit(url)
    is_loopback = may_be_local and parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS
    if not parts.hostname or not (parts.scheme == "https" or is_loopback) or parts.query or parts.fragment:
        raise ConfigurationError(
            variable, f"{url!r} must be an https:// address without query (http:// only on loopback, in development)"
        )


def _choice[T: str](values: dict[str, str], name: str, allowed: tuple[T, ...]) -> T:
    for option in allowed:
        if values[name] == option:
            return option
    raise ConfigurationError(name, f"is {values[name]!r}, but must be one of {', '.join(allowed)}")


def _number(values: dict[str, str], name: str, least: int, most: int) -> int:
    text = values[name]
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ConfigurationError(name, f"is {text!r}, but must be a whole number from {least} to {most}")
    return int(text)


def _share(values: dict[str, str], name: str) -> float:
    try:
        share = float(values[name])
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ConfigurationError(name, f"is {values[name]!r}, but must be a number from 0 to 1")
    return share


def _boolean(values: dict[str, str], name: str) -> bool:
    text = values[name].lower()
    if text not in {"true", "false", "1", "0", "yes", "no"}:
        raise ConfigurationError(name, f"is {values[name]!r}, but must be true or false")
    return text in {"true", "1", "yes"}


def _local_database_url(role: Literal["app", "owner", "admin"]) -> str:
    """The development database that `make db-start` keeps in `.data/postgres`."""
    recorded = PROJECT_DIR / ".data" / "postgres" / f"{role}.url"
    return (
        recorded.read_text().strip()
        if recorded.exists()
        else f"postgresql://quittance_{role}@127.0.0.1:54329/quittance"
    )


@functools.cache
def get_settings() -> Settings:
    """The process's settings: the environment, over `.env` in the project folder."""
    from_file = {name: value for name, value in dotenv_values(PROJECT_DIR / ".env").items() if value is not None}
    return load_settings({**from_file, **os.environ})
