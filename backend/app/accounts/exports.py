"""A person's data to take along: asked for, built by a job, kept for a day."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.errors import ExportUnderway
from app.accounts.repositories import ExportRepository
from app.accounts.schemas import Export, ExportStatus
from app.auth.caller import Principal
from app.auth.rate_limits import RateLimit, RateLimiter
from app.db.session import outside_teams
from app.lib import clock
from app.lib.ids import new_id
from app.lib.problems import NotFound
from app.models import DataExport, DataExportArchive, ExportState
from app.queue.enqueue import enqueue

EXPORTS_PER_PERSON = RateLimit("export:account", attempts=10, window_seconds=24 * 3600)
# Longer than all attempts of the job together: then whatever happened to it, the person may try again.
GIVEN_UP_AFTER = timedelta(hours=2)

_NONE = Export(id=None, status=ExportStatus.NONE, progress=0.0, requested_at=None, expires_at=None, size_bytes=None)


class ExportService:
    def __init__(self, session: AsyncSession, principal: Principal, limiter: RateLimiter) -> None:
        self._session = session
        self._exports = ExportRepository(session)
        self._user_id = principal.user_id
        self._limiter = limiter

    async def newest(self) -> Export:
        found = await self._exports.newest_of(self._user_id)
        return _NONE if found is None else _to_schema(*found)

    async def start(self) -> Export:
        await self._limiter.spend((EXPORTS_PER_PERSON, str(self._user_id)))
        newest = await self._exports.newest_of(self._user_id)
        if newest is not None and _status(newest[0]) is ExportStatus.FAILED:
            newest[0].state = ExportState.FAILED
        export = DataExport(id=new_id(), user_id=self._user_id, state=ExportState.BUILDING, requested_at=clock.now())
        self._exports.add(export)
        try:
            await self._exports.flush()
        except IntegrityError:
            raise ExportUnderway("We mail you as soon as it is ready. Nothing more to do.") from None
        async with outside_teams(self._session):
            await enqueue(self._session, "build_data_export", data_export_id=export.id)
        return _to_schema(export, None)

    async def content(self, export_id: UUID) -> bytes:
        content = await self._exports.content(export_id, self._user_id, now=clock.now())
        if content is None:
            raise NotFound("There is no such export, or it has expired. Ask for a new one.")
        return content


def _status(export: DataExport) -> ExportStatus:
    now = clock.now()
    if export.state == ExportState.READY and export.expires_at is not None and export.expires_at <= now:
        return ExportStatus.EXPIRED
    if export.state == ExportState.BUILDING and export.requested_at + GIVEN_UP_AFTER <= now:
        return ExportStatus.FAILED
    return ExportStatus(export.state)


def _to_schema(export: DataExport, archive: DataExportArchive | None) -> Export:
    return Export(
        id=export.id,
        status=_status(export),
        progress=archive.progress if archive else 0.0,
        requested_at=export.requested_at,
        expires_at=export.expires_at,
        size_bytes=archive.size_bytes if archive else None,
    )
