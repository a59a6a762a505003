"""Every environment variable: its name, its default and what it means; `.env.example` is checked against this list."""

import msgspec

DEFAULT_SECRET_KEY = "development-only-secret-key-change-me"  # noqa: S105 - refused in production


class Variable[T](msgspec.Struct, frozen=True):
    """One environment variable; `.env.example` is checked against this list."""

    name: str
    default: str
    meaning: str


VARIABLES: tuple[Variable[str], ...] = (
    Variable("APP_ENV", "local", "local, testing, docker or production"),
    Variable("DEBUG", "false", "show tracebacks in answers; refused in production"),
    Variable(
        "SECRET_KEY",
        DEFAULT_SECRET_KEY,
        "keys the hashes of session ids, codes and rate-limit buckets, and what is encrypted; at least 32 characters",
    ),
    Variable(
        "RETIRED_SECRET_KEYS",
        "",
        "earlier SECRET_KEYs, separated by spaces, by which authenticator secrets and recovery codes can still be read",
    ),
    Variable(
        "APP_URL",
        "http://localhost:3000",
        "where people open the product: links in mails, and the origin browsers may write from",
    ),
    Variable("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
    Variable("LOG_FORMAT", "console", "console or json"),
    Variable("TRUSTED_PROXY_COUNT", "0", "how many proxies in front append to X-Forwarded-For"),
    Variable("MAX_REQUEST_BYTES", "1048576", "largest request body; more answers 413"),
    Variable(
        "REQUESTS_PER_MINUTE_OF_ACCOUNT", "600", "what one API process answers one person in a minute; more is 429"
    ),
    Variable(
        "REQUESTS_PER_MINUTE_OF_NETWORK",
        "3000",
        "the same for one IPv4 address or IPv6 /64, where many people may sit",
    ),
    Variable("TEAM_SEAT_LIMIT", "0", "most members and open invitations of one team; 0 sets no limit"),
    Variable(
        "DRAIN_SECONDS",
        "",
        "how long an API process goes on answering after SIGTERM while /health/ready says 503; empty means 5 in production, else 0",
    ),
    Variable("WEB_DIR", "frontend/out", "the exported front end that the API serves, relative to the project"),
    Variable("DATABASE_URL", "", "the application role; empty uses the local PostgreSQL of `make db-start`"),
    Variable("DATABASE_OWNER_URL", "", "the role that owns the tables and migrates them; empty means DATABASE_URL"),
    Variable(
        "DATABASE_AUTH",
        "password",
        "how the application role signs in: with the password of its address, or with iam by a token of AWS, over verified TLS",
    ),
    Variable(
        "DATABASE_CA_FILE",
        "",
        "with iam, who may vouch for the database: a file like docker/image/rds-certificates.pem; empty means whom the system trusts",
    ),
    Variable(
        "DATABASE_ADMIN_URL",
        "",
        "a role that sees all rows and makes roles, for `litestar db backup` and `restore` alone; empty means DATABASE_OWNER_URL",
    ),
    Variable("DATABASE_POOL_SIZE", "10", "connections kept open by one API or worker process"),
    Variable("DATABASE_POOL_OVERFLOW", "5", "further connections under load"),
    Variable("DATABASE_POOL_TIMEOUT_SECONDS", "3", "how long a request waits for a connection before 503"),
    Variable("DATABASE_STATEMENT_TIMEOUT_MS", "15000", "longest single statement of a request"),
    Variable(
        "MAIL_TRANSPORT",
        "mailbox",
        "mailbox keeps every message in the database (read it at /dev/mailbox); smtp sends it; ses sends it by Amazon SES",
    ),
    Variable("MAIL_SENDER", "Quittance <invoices@quittance.example>", "From address"),
    Variable("SMTP_HOST", "localhost", "SMTP server"),
    Variable("SMTP_PORT", "587", "SMTP port"),
    Variable("SMTP_USERNAME", "", "empty means no login"),
    Variable("SMTP_PASSWORD", "", "empty means no login"),
    Variable("SMTP_SECURITY", "starttls", "none, starttls or tls"),
    Variable("SMTP_TIMEOUT_SECONDS", "15", "how long one SMTP command, or one request to Amazon SES, may take"),
    Variable("AWS_REGION", "", "where database and mail are, with DATABASE_AUTH=iam or MAIL_TRANSPORT=ses"),
    Variable("SESSION_IDLE_HOURS", "24", "a session unused for this long ends"),
    Variable("SESSION_ABSOLUTE_DAYS", "14", "a session ends after this long in any case"),
    Variable("GOOGLE_CLIENT_ID", "", "empty means no log-in with Google"),
    Variable("GOOGLE_CLIENT_SECRET", "", "of that client"),
    Variable("GITHUB_CLIENT_ID", "", "empty means no log-in with GitHub"),
    Variable("GITHUB_CLIENT_SECRET", "", "of that client"),
    Variable("GITHUB_URL", "https://github.com", "or where your GitHub Enterprise Server is"),
    Variable("GITHUB_API_URL", "https://api.github.com", "for an Enterprise Server https://<host>/api/v3"),
    Variable(
        "OIDC_PROVIDERS",
        "",
        "further providers, as a JSON list of objects with id, name, issuer, client_id, client_secret and, if need be, scopes",
    ),
    Variable("WORKER_CONCURRENCY", "8", "jobs one worker process runs at once"),
    Variable("WORKER_SHUTDOWN_GRACE_SECONDS", "20", "how long running jobs may finish after SIGTERM"),
    Variable(
        "WORKER_ALIVE_FILE", "", "what a worker touches every five seconds, for a health check; empty means nothing"
    ),
    Variable(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        "OpenTelemetry collector that gets traces over OTLP/HTTP, for example http://localhost:4318; empty records none",
    ),
    Variable(
        "OTEL_EXPORTER_OTLP_HEADERS", "", "what the collector wants to see, as name=value pairs separated by commas"
    ),
    Variable("OTEL_SERVICE_NAME", "", "empty means quittance-api and quittance-worker"),
    Variable("OTEL_TRACES_SAMPLER_ARG", "1", "share of the traces that are recorded, from 0 to 1"),
    Variable(
        "METRICS_TOKEN", "", "what Prometheus shows as bearer token at /metrics; empty means there is no /metrics"
    ),
)
