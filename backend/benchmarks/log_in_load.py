"""Whether a storm of log-ins leaves other requests alone: 50 people sign in at once, again and again, while somebody reads invoices.

Real uvicorn on loopback, real PostgreSQL, real Argon2. Rounds with and without the storm alternate, so that both meet the same machine.
"""

import asyncio
import math
import os
import secrets
import sys
import time
from collections import Counter

import uvloop

from app.auth.passwords import Passwords
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.lib.ids import new_id
from app.models import User
from app.teams.services import create_team
from benchmarks.api import fill
from benchmarks.stack import Connection, Server, fresh_stack, header, post

GOAL = 2.0
PEOPLE = 50
READS_PER_SECOND = 60
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "4"))
ROUND_SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
PASSWORD = secrets.token_urlsafe(12)


async def read_invoices(port: int, cookie: str, seconds: float) -> list[float]:
    """Read at an even pace and return the milliseconds each answer took, counted from when it was due."""
    request = f"GET /api/invoices?limit=20 HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n\r\n".encode()
    milliseconds: list[float] = []
    idle: list[Connection] = []

    async def read(due: float) -> None:
        connection = idle.pop() if idle else Connection(port)
        status, head = await connection.ask(request)
        if status != 200:
            raise SystemExit(head.decode())
        milliseconds.append((time.perf_counter() - due) * 1000)
        idle.append(connection)

    started_at = time.perf_counter()
    async with asyncio.TaskGroup() as reads:
        for number in range(int(seconds * READS_PER_SECOND)):
            due = started_at + number / READS_PER_SECOND
            await asyncio.sleep(max(0, due - time.perf_counter()))
            reads.create_task(read(due))
    for connection in idle:
        connection.close()
    return milliseconds


async def sign_in_again_and_again(port: int, number: int, ends_at: float, answers: Counter[int]) -> None:
    """Sign in from a network of one's own; whoever is refused waits as long as told."""
    credentials = {"email": f"storm{number}@example.com", "password": PASSWORD}
    request = post("/api/auth/log-in", credentials, network=f"198.51.100.{number}")
    connection = Connection(port)
    while time.perf_counter() < ends_at:
        status, answer = await connection.ask(request)
        answers[status] += 1
        if status == 429:
            await asyncio.sleep(min(float(header(answer, b"retry-after")), max(0, ends_at - time.perf_counter())))
    connection.close()


async def storm_and_read(port: int, cookie: str, answers: Counter[int]) -> list[float]:
    ends_at = time.perf_counter() + ROUND_SECONDS
    async with asyncio.TaskGroup() as storm:
        for number in range(PEOPLE):
            storm.create_task(sign_in_again_and_again(port, number, ends_at, answers))
        return await read_invoices(port, cookie, ROUND_SECONDS)


async def add_people(sessions: SessionFactory, settings: Settings) -> str:
    """Make the reader with their invoices and those who storm; return the reader's session cookie."""
    _, token = await fill(sessions, settings, teams=1)
    password_hash = await Passwords().hash(PASSWORD)
    async with transaction(sessions) as session:
        for number in range(PEOPLE):
            user = User(
                id=new_id(),
                name="Storm",
                email=f"storm{number}@example.com",
                password_hash=password_hash,
                password_changed_at=clock.now(),
                email_verified_at=clock.now(),
            )
            session.add(user)
            await session.flush()
            await create_team(session, f"Storm {number}", owner_id=user.id)
    return f"{settings.session_cookie}={token}"


def p99(milliseconds: list[float]) -> float:
    return sorted(milliseconds)[math.ceil(len(milliseconds) * 0.99) - 1]


def main() -> None:
    with fresh_stack() as stack:
        cookie = stack.prepare(add_people)
        server = Server("app.asgi:app", stack.environment)
        try:
            server.wait("/health/ready", {})
            base, loaded, answers = measure(server.port, cookie)
        finally:
            server.stop()
    ratio = p99(loaded) / p99(base)
    print(
        f"base_p99_ms={p99(base):.1f} loaded_p99_ms={p99(loaded):.1f} ratio={ratio:.2f} "
        f"signed_in={answers[200]} refused={answers[429]} other={answers.total() - answers[200] - answers[429]}"
    )
    sys.exit(ratio >= GOAL or not answers[429] or set(answers) != {200, 429})


def measure(port: int, cookie: str) -> tuple[list[float], list[float], Counter[int]]:
    base: list[float] = []
    loaded: list[float] = []
    answers: Counter[int] = Counter()
    uvloop.run(storm_and_read(port, cookie, Counter()))  # warm-up, not counted: it opens the pools' connections
    for number in range(1, ROUNDS + 1):
        calm = uvloop.run(read_invoices(port, cookie, ROUND_SECONDS))
        stormy = uvloop.run(storm_and_read(port, cookie, answers))
        print(f"round {number}: p99 {p99(calm):.1f} ms in calm, {p99(stormy):.1f} ms in the storm")
        base += calm
        loaded += stormy
    return base, loaded, answers


if __name__ == "__main__":
    main()
