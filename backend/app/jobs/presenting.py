"""Rows to schemas: what is shown of a run, masked."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.jobs.schemas import Job, JobFailure, JobLogEntry, JobMoment, JobMomentKind, JobProgress, JobReference, JobTeam
from app.lib.masking import masked, masked_text
from app.models import JobAction, JobLogLine, JobRun, JobState

_LONGEST_LINE = 300
_EXCEPTION = re.compile(r"^[A-Za-z_][\w.]*(: |$)")
_MOMENTS: Mapping[str, JobMomentKind] = {"cancel": "cancelled", "start_now": "retried", "replay": "replayed"}
_ENDS: Mapping[JobState, JobMomentKind] = {JobState.SUCCEEDED: "succeeded", JobState.DEAD: "dead"}


class Names(msgspec.Struct, frozen=True):
    """What the people and teams of a page are called."""

    people: Mapping[UUID, str]
    teams: Mapping[UUID, str]

    def person(self, user_id: UUID | None, impersonator_id: UUID | None = None) -> str | None:
        """Whoever asked; an administrator in somebody's name is told as one."""
        if user_id is None:
            return None
        name = self.people.get(user_id, "Somebody who is gone")
        return name if impersonator_id is None else f"{self.people.get(impersonator_id, 'Administrator')}, as {name}"

    def team(self, team_id: UUID | None) -> JobTeam | None:
        name = None if team_id is None else self.teams.get(team_id)
        return None if team_id is None or name is None else JobTeam(id=team_id, name=name)


def present_job(run: Any, names: Names, *, now: datetime) -> Job:
    """Show a run: a `JobRun`, or a row of the list with both ends of its error."""
    return Job(
        id=run.id,
        task=run.task,
        queue=run.queue,
        state=run.state,
        attempt=run.attempt,
        max_attempts=run.max_attempts,
        priority=run.priority,
        is_waiting_for_retry=run.state is JobState.QUEUED and run.attempt > 0,
        queued_at=run.queued_at,
        scheduled_at=run.scheduled_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        wait_seconds=_wait_seconds(run, now),
        duration_seconds=duration_seconds(run, now),
        progress=present_progress(run),
        error_line=_error_line(run),
        worker=run.worker,
        requested_by=names.person(run.requested_by_id, run.impersonator_id),
        team=names.team(run.team_id),
    )


def present_progress(run: Any) -> JobProgress:
    return JobProgress(
        fraction=run.progress,
        done=run.progress_done,
        total=run.progress_total,
        message=None if run.progress_message is None else masked_text(run.progress_message),
    )


def present_reference(row: Any) -> JobReference:
    return JobReference(id=row.id, state=row.state, queued_at=row.queued_at)


def present_failures(run: JobRun) -> list[JobFailure]:
    failures = [msgspec.convert(failure, _StoredFailure) for failure in run.failures]
    return [
        JobFailure(
            attempt=failure.attempt,
            worker=failure.worker,
            started_at=failure.started_at,
            ended_at=failure.ended_at,
            error=None if failure.error is None else masked_text(failure.error),
        )
        for failure in failures
    ]


def present_log_line(line: JobLogLine) -> JobLogEntry:
    return JobLogEntry(
        attempt=line.attempt,
        number=line.number,
        at=line.at,
        level=line.level,
        event=masked_text(line.event),
        fields=masked(line.fields),
    )


def present_timeline(
    run: JobRun, failures: Sequence[JobFailure], actions: Sequence[JobAction], names: Names
) -> list[JobMoment]:
    """What is known to have happened, oldest first."""
    kind: JobMomentKind = "queued" if run.replay_of_id is None else "is_replay"
    asked_by = names.person(run.requested_by_id, run.impersonator_id)
    moments = [_moment(run.queued_at, kind, by=asked_by, job_id=run.replay_of_id)]
    for failure in failures:
        if failure.started_at is not None:
            moments.append(_moment(failure.started_at, "started", attempt=failure.attempt, note=failure.worker))
        if failure.ended_at is not None:
            line = None if failure.error is None else error_line(failure.error, failure.error)
            moments.append(_moment(failure.ended_at, "failed", attempt=failure.attempt, note=line))
    told = {failure.attempt for failure in failures}
    if run.started_at is not None and run.attempt not in told:
        moments.append(_moment(run.started_at, "started", attempt=run.attempt, note=run.worker))
    moments += [
        _moment(
            action.at,
            _MOMENTS[action.action],
            by=names.person(action.by_id, _impersonator_of(action)),
            job_id=_replay_of(action),
        )
        for action in actions
        if action.action in _MOMENTS
    ]
    if run.finished_at is not None and run.state in _ENDS:
        moments.append(_moment(run.finished_at, _ENDS[run.state], attempt=run.attempt))
    is_cancel_told = any(moment.kind == "cancelled" for moment in moments)
    if run.finished_at is not None and run.state is JobState.CANCELLED and not is_cancel_told:
        moments.append(_moment(run.finished_at, "cancelled"))
    return sorted(moments, key=lambda moment: moment.at)


def people_in(run: JobRun, actions: Sequence[JobAction]) -> set[UUID | None]:
    acting = {person for action in actions for person in (action.by_id, _impersonator_of(action))}
    return {run.requested_by_id, run.impersonator_id, *acting}


def duration_seconds(run: Any, now: datetime) -> float | None:
    """How long the last attempt took, or has taken so far."""
    if run.started_at is None:
        return None
    if run.state is JobState.RUNNING:
        return _seconds(now, run.started_at)
    return None if run.finished_at is None else _seconds(run.finished_at, run.started_at)


def error_line(start: str, end: str) -> str | None:
    """The sentence of an error: of a traceback the last line that names an exception, else the first line."""
    if start.startswith("Traceback"):
        lines = [line.strip() for line in end.splitlines() if line[:1].strip()]
        named = [line for line in lines if _EXCEPTION.match(line)]
        return masked_text((named or lines or [""])[-1])[:_LONGEST_LINE] or None
    return masked_text(next((line for line in start.splitlines() if line.strip()), "").strip())[:_LONGEST_LINE] or None


class _StoredFailure(msgspec.Struct, frozen=True):
    attempt: int
    worker: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: str | None = None


def _error_line(run: Any) -> str | None:
    if isinstance(run, JobRun):
        return None if run.error is None else error_line(run.error, run.error)
    return None if run.error_start is None else error_line(run.error_start, run.error_end)


def _wait_seconds(run: Any, now: datetime) -> float | None:
    due_at = max(run.scheduled_at, run.queued_at)
    if run.state is JobState.QUEUED:
        return _seconds(now, due_at)
    return None if run.started_at is None else _seconds(run.started_at, due_at)


def _seconds(later: datetime, earlier: datetime) -> float:
    return max(round((later - earlier).total_seconds(), 3), 0.0)


def _moment(
    at: datetime,
    kind: JobMomentKind,
    *,
    attempt: int | None = None,
    by: str | None = None,
    note: str | None = None,
    job_id: UUID | None = None,
) -> JobMoment:
    return JobMoment(at=at, kind=kind, attempt=attempt, by=by, note=note, job_id=job_id)


def _replay_of(action: JobAction) -> UUID | None:
    replay_id = action.detail.get("replay_id")
    return UUID(replay_id) if isinstance(replay_id, str) else None


def _impersonator_of(action: JobAction) -> UUID | None:
    impersonator_id = action.detail.get("impersonator_id")
    return UUID(impersonator_id) if isinstance(impersonator_id, str) else None
