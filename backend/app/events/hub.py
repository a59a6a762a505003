"""One LISTEN per API process, fanned out to the open streams of each team."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast
from uuid import UUID

import asyncpg
import msgspec
import structlog

from app.config import DatabaseSettings
from app.db.credentials import asyncpg_arguments
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.events.repositories import EventRepository
from app.events.schemas import TeamEvent
from app.lib.problems import TooManyRequests
from app.queue.steering import JOBS_CHANNEL, team_of_announcement

EVENTS_CHANNEL = "quittance_team_events"
REVOCATIONS_CHANNEL = "quittance_revoked_sessions"
ENDED_MEMBERSHIPS_CHANNEL = "quittance_ended_memberships"
LONGEST_BACKLOG = 1000
STREAMS_PER_SESSION = 20
RECONNECT_SECONDS = 1.0
PROBE_SECONDS = 10.0

log = structlog.get_logger()


class JobsChange(msgspec.Struct, frozen=True):
    """Jobs of a team, or without one of the system, changed: said to whoever looks now, and never again."""

    team_id: UUID | None


class Subscription:
    """One open stream; `None` in its queue means: end now, the browser comes back by itself.

    Without a team it is that of an administrator, who is told of all teams' jobs and of nothing else.
    """

    def __init__(self, team_id: UUID | None, session_id: UUID, user_id: UUID, *, sees_jobs: bool = False) -> None:
        self.team_id = team_id
        self.session_id = session_id
        self.user_id = user_id
        self.sees_jobs = sees_jobs
        self.queue: asyncio.Queue[TeamEvent | JobsChange | None] = asyncio.Queue(maxsize=LONGEST_BACKLOG)
        self._is_ended = False

    def push(self, event: TeamEvent | JobsChange) -> None:
        if not self._is_ended:
            try:
                self.queue.put_nowait(event)
            except asyncio.QueueFull:
                self.end()  # a reader this slow catches up by Last-Event-ID

    def end(self) -> None:
        self._is_ended = True
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class EventHub:
    def __init__(self, database: DatabaseSettings, sessions: SessionFactory) -> None:
        self._database = database
        self._sessions = sessions
        self._by_team: defaultdict[UUID | None, set[Subscription]] = defaultdict(set)
        self._arrivals: asyncio.Queue[tuple[UUID, int]] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self.is_listening = False

    async def start(self) -> None:
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._deliver())]

    async def stop(self) -> None:
        self.end_all()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    def refuse_one_too_many(self, session_id: UUID) -> None:
        """Raise `TooManyRequests` when the session has as many streams as it may."""
        if sum(stream.session_id == session_id for stream in self._streams()) >= STREAMS_PER_SESSION:
            raise TooManyRequests(
                "Too many pages of this session are listening. Close some tabs.", retry_after_seconds=5
            )

    def subscribe(
        self, team_id: UUID | None, session_id: UUID, user_id: UUID, *, sees_jobs: bool = False
    ) -> Subscription:
        """Open a stream; close it with `unsubscribe`."""
        subscription = Subscription(team_id, session_id, user_id, sees_jobs=sees_jobs)
        self._by_team[team_id].add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        streams = self._by_team[subscription.team_id]
        streams.discard(subscription)
        if not streams:
            del self._by_team[subscription.team_id]

    def end_all(self) -> None:
        for stream in self._streams():
            stream.end()

    def end_session(self, session_id: UUID) -> None:
        for stream in self._streams():
            if stream.session_id == session_id:
                stream.end()

    def end_membership(self, team_id: UUID, user_id: UUID) -> None:
        for stream in self._by_team.get(team_id, ()):
            if stream.user_id == user_id:
                stream.end()

    def _streams(self) -> Iterator[Subscription]:
        return (stream for streams in self._by_team.values() for stream in streams)

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("live updates lost their connection", error=str(error))
            # What is announced from here on is unknown: every stream resumes from its own last event.
            self.is_listening = False
            self.end_all()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen_once(self) -> None:
        # asyncpg publishes no types of its own.
        connection = await cast("Any", asyncpg).connect(
            self._database.url,
            **asyncpg_arguments(self._database),
            timeout=5,
            server_settings={"application_name": "quittance-live"},
        )
        lost = asyncio.Event()

        def note_loss(_connection: object) -> None:
            lost.set()

        connection.add_termination_listener(note_loss)
        try:
            await connection.add_listener(EVENTS_CHANNEL, self._on_event)
            await connection.add_listener(REVOCATIONS_CHANNEL, self._on_revocation)
            await connection.add_listener(ENDED_MEMBERSHIPS_CHANNEL, self._on_ended_membership)
            await connection.add_listener(JOBS_CHANNEL, self._on_jobs)
            self.is_listening = True
            self.end_all()  # those that opened before this moment may have missed an event, or the end of their session
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(lost.wait(), PROBE_SECONDS)
                if lost.is_set():
                    raise ConnectionResetError("the server closed it")
                await connection.fetchval("SELECT 1", timeout=5)
        finally:
            connection.terminate()

    def _on_event(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        team, _, event = str(payload).partition(":")
        team_id = UUID(team)
        if team_id in self._by_team:
            self._arrivals.put_nowait((team_id, int(event)))

    def _on_revocation(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        self.end_session(UUID(str(payload)))

    def _on_ended_membership(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        team, _, user = str(payload).partition(":")
        self.end_membership(UUID(team), UUID(user))

    def _on_jobs(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        change = JobsChange(team_of_announcement(str(payload)))
        for stream in {*self._by_team.get(change.team_id, ()), *self._by_team.get(None, ())}:
            if stream.sees_jobs:
                stream.push(change)

    async def _deliver(self) -> None:
        while True:
            team_id, event_id = await self._arrivals.get()
            try:
                async with transaction(self._sessions, TenantScope(team_id=team_id)) as session:
                    row = await EventRepository(session, team_id).by_id(event_id)
            except Exception as error:  # noqa: BLE001 - one unreadable event must not end the delivery of all others
                log.warning("a live event could not be read", error=str(error), team_id=str(team_id), event_id=event_id)
                self.end_all()
                continue
            if row is not None:
                for stream in self._by_team.get(team_id, ()):
                    stream.push(TeamEvent.of(row))
