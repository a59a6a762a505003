"""The rules of ARCHITECTURE.md that import-linter cannot hold."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import app.queue.config as queue_config
from app.models import Base
from app.queue.registry import registry

BACKEND = Path(__file__).resolve().parents[1]
APP = BACKEND / "app"
SOURCES = sorted(APP.rglob("*.py"))
TESTS = sorted((BACKEND / "tests").rglob("*.py"))

LONGEST_FILE = 500
DOMAINS = (
    "access",
    "accounts",
    "admin",
    "api_clients",
    "audit",
    "customers",
    "dashboard",
    "events",
    "federation",
    "invoices",
    "jobs",
    "mail",
    "observing",
    "payments",
    "second_factors",
    "teams",
    "users",
)
AGREED_FILES = {"__init__", "controllers", "schemas", "services", "repositories", "guards", "deps", "errors", "tasks"}
# What a domain holds beyond the agreed names, and why it is a file of its own.
FURTHER_FILES = {
    "accounts": {
        "email_changes": "services of a new address, which two mailboxes confirm",
        "exporting": "which rows about a person there are, and their archive",
        "exports": "services of asking for that archive",
        "leaving": "services of an account's end",
        "links": "mailed links: made, found, spent",
        "mailing": "who gets which letter",
        "passwords": "services of setting, changing and resetting a password",
        "signing_up": "services from a typed address to an account",
    },
    "api_clients": {"tokens": "services of what programs do for themselves, in transactions of their own"},
    "admin": {"impersonating": "services of looking through another person's eyes"},
    "audit": {"chains": "every link calculated again, for the command line", "csv_lines": "entries as a file"},
    "events": {"hub": "the process's LISTEN and its fan-out, no request's business"},
    "federation": {
        "attempts": "the way to a provider and back, bound to one browser",
        "github": "the provider without ID tokens",
        "http": "requests to providers, bounded",
        "identities": "what a provider says, as far as it is believed",
        "linked_accounts": "services of what is linked",
        "oauth": "the authorization code flow",
        "oidc": "the issuers with ID tokens",
        "providers": "which are configured",
    },
    "jobs": {
        "actions": "services of what people do to runs",
        "figures": "services of counts and charts",
        "listing": "filters of the list, and what an index answers of them",
        "operating": "services of the queue as a whole: pauses, schedules, workers",
        "presenting": "rows to schemas",
    },
    "mail": {"mailbox": "the transport of development", "transport": "which way mail leaves"},
    "observing": {
        "exporting": "where traces go",
        "queue_figures": "what workers log of the queue for alarms",
        "request_metrics": "what one process counts in its memory",
    },
    "second_factors": {
        "authenticators": "services of the authenticator app",
        "ceremonies": "WebAuthn as this product asks for it",
        "challenges": "passkey challenges, in transactions of their own",
        "changes": "what gaining and losing any factor brings with it",
        "passkeys": "services of passkeys",
        "recovery_codes": "how they look and are kept",
        "totp": "RFC 6238",
    },
    "teams": {
        "closing": "the end of a team",
        "invitations": "invitations, as the team sends them",
        "joining": "invitations, as their guest answers them",
        "members": "who belongs to the team, and as what",
        "membership": "the lock and the rules of every such change",
        "notices": "the team's letters",
        "presenting": "rows to schemas",
    },
    "payments": {"weekly_report": "the figures of the Monday letter"},
    "invoices": {
        "balances": "what is paid and due, for documents and lists",
        "calculation": "the one calculation",
        "deliveries": "the way of an issued invoice to its reader",
        "documents": "the invoice as PDF",
        "drafts": "services of what may still change",
        "issuing": "services of what may not change any more",
        "line_input": "lines as people write them",
        "listing": "filters, order and cursor of the list",
        "mailing": "the invoice as a letter",
        "presenting": "rows to schemas",
        "snapshots": "the frozen parties",
        "units": "UN/ECE Recommendation 20",
    },
}


def name_of(path: Path) -> str:
    return path.relative_to(BACKEND).as_posix()


def calls_in(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def dotted(node: ast.AST) -> str:
    return ast.unparse(node)


def files_that(paths: list[Path], pattern: str) -> set[str]:
    return {name_of(path) for path in paths if re.search(pattern, path.read_text())}


def test_transactions_are_committed_in_one_room() -> None:
    committing = {name_of(path) for path in SOURCES for call in calls_in(path) if dotted(call.func).endswith(".commit")}

    assert committing == {"app/db/session.py"}


def test_the_environment_is_read_in_one_file() -> None:
    assert files_that(SOURCES, r"\bos\.(environ|getenv)\b|from os import .*(environ|getenv)") == {"app/config.py"}


def test_there_is_one_clock() -> None:
    reading = {
        name_of(path)
        for path in SOURCES
        for call in calls_in(path)
        if re.search(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)$", dotted(call.func))
    }

    assert reading <= {"app/lib/clock.py"}


def test_only_commands_print() -> None:
    printing = {name_of(path) for path in SOURCES for call in calls_in(path) if dotted(call.func) == "print"}

    assert {name for name in printing if not name.startswith("app/cli/")} == set()


@pytest.mark.parametrize("path", SOURCES + TESTS, ids=name_of)
def test_no_file_is_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


def test_packages_are_empty() -> None:
    full = {name_of(path) for path in (*SOURCES, *TESTS) if path.name == "__init__.py" and path.read_text().strip()}

    # The letters' one door is lib/mail_templates, a small library of its own.
    assert full == {"app/models/__init__.py", "app/lib/mail_templates/__init__.py"}


def test_every_table_is_known_to_the_metadata() -> None:
    imported = set(
        re.findall(r"^from app\.models\.(\w+) import", (APP / "models" / "__init__.py").read_text(), re.MULTILINE)
    )
    files = {path.stem for path in (APP / "models").glob("*.py")} - {"__init__"}
    declared = {
        table
        for path in (APP / "models").glob("*.py")
        for table in re.findall(r'__tablename__ = "(\w+)"', path.read_text())
    }

    assert imported == files
    assert set(Base.metadata.tables) == declared


def test_every_task_that_is_enqueued_exists() -> None:
    assert queue_config.registry is registry  # importing it registered every domain's tasks
    enqueued = {
        argument.value
        for path in SOURCES
        for call in calls_in(path)
        if re.search(r"(^|\.)enqueue$", dotted(call.func))
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }

    assert {"process_invoice", "send_welcome_email"} <= enqueued
    assert {name for name in enqueued if name not in registry} == set()


def test_tasks_are_enqueued_by_name() -> None:
    """A name that is put together could not be checked above."""
    computed = {
        f"{name_of(path)}:{call.lineno}"
        for path in SOURCES
        if not name_of(path).startswith("app/queue/")
        for call in calls_in(path)
        if re.search(r"(^|\.)enqueue$", dotted(call.func))
        if not any(isinstance(argument, ast.Constant) for argument in call.args[:2])
    }

    assert computed == set()


def test_rooms_are_the_agreed_ones() -> None:
    rooms = {path.name for path in APP.iterdir() if path.is_dir() and path.name != "__pycache__"}

    assert rooms == {*DOMAINS, "auth", "cli", "db", "lib", "models", "queue", "server"}


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_has_the_same_file_names_as_the_others(domain: str) -> None:
    files = {path.stem for path in (APP / domain).glob("*.py")}
    further = FURTHER_FILES.get(domain, {})

    assert files - AGREED_FILES == set(further)


def test_tests_mirror_the_application() -> None:
    for domain in (*DOMAINS, "auth", "cli", "db", "lib", "queue", "server"):
        assert list((BACKEND / "tests" / domain).glob("test_*.py")), f"tests/{domain} is empty"


def test_migrations_import_no_models_and_alembic_is_no_package() -> None:
    migrations = sorted((BACKEND / "alembic" / "versions").glob("*.py"))

    assert migrations
    assert files_that(migrations, r"^(from|import) app\b") == set()
    assert not (BACKEND / "alembic" / "__init__.py").exists(), "it would shadow the library"
