"""What a task, and whoever enqueues one, may meet."""

from uuid import UUID

import click


class PermanentFailure(Exception):
    """Raised by a task whose repetition cannot help: the run is dead at once, and kept."""


class UnfitArguments(PermanentFailure):
    """The arguments were stored by a release whose task took others."""


class LeaseLost(Exception):
    """This attempt no longer owns its run: another attempt began, or somebody cancelled it."""

    def __init__(self, run_id: UUID, attempt: int) -> None:
        super().__init__(f"attempt {attempt} of run {run_id} has lost its lease")


class TaskTimedOut(Exception):
    """The attempt took longer than the task's timeout."""


class InvalidTask(TypeError):
    """A task is declared in a way that cannot work; says what to write instead."""


class InvalidSchedule(ValueError):
    """A schedule that cannot be kept; says which field is to blame, and what to write instead."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class UnknownSchedule(ValueError):
    """There is no schedule of this name, or it is retired."""


class UnknownTask(ValueError):
    """Nobody registered a task of this name."""


class InvalidArguments(ValueError):
    """The arguments do not fit the task's parameters, or cannot be stored."""


class QueueNotReady(click.ClickException):
    """The database or the queue's tables are not there; ends `litestar workers run` with this one sentence."""
