"""Whether the time of an answer tells that an address has an account: the same calls for known and for unknown addresses, in turn.

Real uvicorn on loopback, real PostgreSQL, real Argon2. Every call comes from a network of its own, so that no limit is met.
"""

import random
import secrets
import statistics
import sys
import time

import uvloop

from app.auth.passwords import Passwords
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.lib.ids import new_id
from app.models import User
from app.teams.services import create_team
from benchmarks.stack import Connection, Server, fresh_stack, post

TRIES = 200
LIMIT_MS = 10.0
PASSWORD = secrets.token_urlsafe(12)
CALLS: dict[str, tuple[str, dict[str, str]]] = {
    "log-in": ("/api/auth/log-in", {"password": "wrong " + PASSWORD}),
    "sign-up": ("/api/auth/sign-up", {"password": PASSWORD, "name": "Ada Example", "team_name": "Studio"}),
    "password reset": ("/api/auth/password-reset", {}),
    "confirmation again": ("/api/auth/verify-email/resend", {}),
}


def known(number: int) -> str:
    return f"known{number}@example.com"


def unknown(number: int) -> str:
    return f"other{number}@example.com"


async def add_people(sessions: SessionFactory, _settings: Settings) -> None:
    password_hash = await Passwords().hash(PASSWORD)
    async with transaction(sessions) as session:
        for number in range(TRIES):
            user = User(
                id=new_id(),
                name="Known",
                email=known(number),
                password_hash=password_hash,
                password_changed_at=clock.now(),
                email_verified_at=clock.now(),
            )
            session.add(user)
            await session.flush()
            await create_team(session, f"Team {number}", owner_id=user.id)


async def timed(connection: Connection, path: str, body: dict[str, str]) -> tuple[float, int]:
    """Return the milliseconds until the whole answer was there, and its status."""
    network = f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"
    request = post(path, body, network=network)
    started_at = time.perf_counter()
    status, _ = await connection.ask(request)
    return (time.perf_counter() - started_at) * 1000, status


async def measure(port: int, path: str, body: dict[str, str]) -> tuple[list[float], list[float], set[int]]:
    """Ask for known and unknown addresses by turns, each pair in random order; the first pairs warm up."""
    connection = Connection(port)
    of_known: list[float] = []
    of_unknown: list[float] = []
    statuses: set[int] = set()
    for number in range(-10, TRIES):
        pair = [(known(number), of_known), (unknown(number), of_unknown)]
        random.shuffle(pair)
        for address, times in pair:
            milliseconds, status = await timed(connection, path, body | {"email": address})
            if number >= 0:
                times.append(milliseconds)
                statuses.add(status)
    connection.close()
    return of_known, of_unknown, statuses


def main() -> None:
    with fresh_stack() as stack:
        stack.prepare(add_people)
        server = Server("app.asgi:app", stack.environment)
        try:
            server.wait("/health/ready", {})
            measured = {name: uvloop.run(measure(server.port, *call)) for name, call in CALLS.items()}
        finally:
            server.stop()
    widest = 0.0
    for name, (of_known, of_unknown, statuses) in measured.items():
        medians = statistics.median(of_known), statistics.median(of_unknown)
        gap = abs(medians[0] - medians[1])
        widest = max(widest, gap)
        print(
            f"{name}: status {', '.join(map(str, statuses))}, known {medians[0]:.1f} ms, unknown {medians[1]:.1f} ms, gap {gap:.1f} ms"
        )
    print(f"tries={TRIES} calls={len(CALLS)} widest_median_gap_ms={widest:.1f} limit_ms={LIMIT_MS:.0f}")
    sys.exit(widest >= LIMIT_MS or any(len(statuses) != 1 for _, _, statuses in measured.values()))


if __name__ == "__main__":
    main()
