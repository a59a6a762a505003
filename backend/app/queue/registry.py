"""The tasks of the application: `@task` for work that is enqueued, `@scheduled_task` for work that a clock starts.

A task is an async function that takes the context first and everything else by keyword:

    @task(retries=5, timeout=60)
    async def send_invoice(ctx: TaskContext, *, invoice_id: UUID) -> None: ...
"""

import inspect
import random
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import fields
from datetime import timedelta
from functools import cache
from typing import Any, Literal, Required, TypedDict, Unpack, get_type_hints, overload

import msgspec
from saq.job import Job

from app.models import CatchUp as CatchUp
from app.queue.context import TaskContext as TaskContext  # tasks import what they need from one place
from app.queue.cron import Cron
from app.queue.errors import InvalidArguments, InvalidSchedule, InvalidTask, UnknownTask
from app.queue.errors import LeaseLost as LeaseLost
from app.queue.errors import PermanentFailure as PermanentFailure

# SAQ takes these keywords of `queue.enqueue(…)` for settings of the job, so they would never reach the task.
_RESERVED_NAMES = frozenset(field.name for field in fields(Job))
_MAX_ARGUMENT_BYTES = 64 * 1024
MOST_CAUGHT_UP = 1000

# The coroutine's parameters are left open: the brief's tasks take SAQ's Context, ours a TaskContext, some none at all.
type TaskFunction = Callable[..., Coroutine[Any, Any, Any]]


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A registered function, how it is tried, and how much of it may run at once."""

    name: str
    function: TaskFunction
    retries: int = 5  # attempts in all: SAQ's default of one loses a job with its worker
    timeout: int = 60
    heartbeat: int = 12
    retry_delay: float = 3.0
    retry_backoff: bool | float = True
    priority: int = 0  # the lower the sooner; a step weighs ten seconds of waiting
    max_running: int | None = None
    max_running_per_team: int | None = None
    rate: tuple[int, float] | None = None  # starts per seconds
    # A key is taken while its run waits or works ("live"), only while it waits, or for so many seconds from its enqueuing.
    unique_while: Literal["live", "waiting"] = "live"
    unique_seconds: int = 0
    # The task that gets the same arguments when a run dies and the function did not see it: with its worker, or at its timeout.
    on_death: str | None = None
    # Of tasks that a clock starts.
    cron: str | None = None
    time_zone: str = "UTC"
    catch_up: CatchUp = CatchUp.ONCE
    most_caught_up: int = 10

    def delay_before(self, next_attempt: int) -> timedelta:
        """How long to wait after a failure: doubled each time, with jitter so that failures do not return as one herd."""
        if self.retry_backoff is False:
            return timedelta(seconds=self.retry_delay)
        longest = 900.0 if self.retry_backoff is True else self.retry_backoff
        exponent = min(max(next_attempt - 2, 0), 30)
        return timedelta(seconds=min(longest, self.retry_delay * 2**exponent) * random.uniform(0.5, 1))  # noqa: S311 - no secret

    def to_stored(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Check the arguments against the parameters and make them fit for JSON."""
        parameters = _keyword_parameters(self.function)
        problems = [f"{name!r} is not one of its parameters" for name in arguments if name not in parameters]
        problems += [
            f"{name!r} is missing"
            for name, parameter in parameters.items()
            if _is_required(parameter) and name not in arguments
        ]
        if problems:
            raise InvalidArguments(f"task {self.name!r}: {'; '.join(problems)}")
        try:
            stored: dict[str, Any] = msgspec.to_builtins(dict(arguments), str_keys=True)
            encoded = msgspec.json.encode(stored)
            self.from_stored(stored)
        except (msgspec.ValidationError, TypeError, ValueError) as error:
            raise InvalidArguments(f"task {self.name!r}: {error}") from error
        if len(encoded) > _MAX_ARGUMENT_BYTES:
            raise InvalidArguments(
                f"task {self.name!r}: the arguments are larger than {_MAX_ARGUMENT_BYTES} bytes; pass ids instead"
            )
        if rb"\u0000" in encoded:
            raise InvalidArguments(f"task {self.name!r}: PostgreSQL stores no NUL characters")
        return stored

    def from_stored(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Give stored arguments the types that the function asks for."""
        hints = _hints(self.function)
        return {name: msgspec.convert(value, hints.get(name, Any), strict=False) for name, value in arguments.items()}


class TaskOptions(TypedDict, total=False):
    """The settings of `@task`, as `Task` explains them."""

    retries: int
    timeout: int
    heartbeat: int
    retry_delay: float
    retry_backoff: bool | float
    priority: int
    max_running: int | None
    max_running_per_team: int | None
    rate: tuple[int, float] | None
    unique_while: Literal["live", "waiting"]
    unique_seconds: int
    on_death: str | None


class ScheduledTaskOptions(TaskOptions, total=False):
    cron: Required[str]
    time_zone: str
    catch_up: CatchUp
    most_caught_up: int


class Registry:
    """Tasks by name: the name is the contract between whoever enqueues and whoever works."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}

    def __iter__(self) -> Iterator[Task]:
        return iter(self._tasks.values())

    def __contains__(self, name: str) -> bool:
        return name in self._tasks

    def get(self, name: str) -> Task:
        task = self._tasks.get(name)
        if task is None:
            raise UnknownTask(f"no task is named {name!r}; registered are: {', '.join(sorted(self._tasks)) or 'none'}")
        return task

    def find(self, function: object) -> Task | None:
        """Return the task of a decorated function."""
        return next((task for task in self._tasks.values() if task.function is function), None)

    def add(self, function: TaskFunction, **options: Any) -> Task:
        task = Task(name=function.__name__, function=function, **options)
        _check_signature(task)
        _check_options(task)
        existing = self._tasks.get(task.name)
        if existing is not None:
            raise InvalidTask(
                f"two tasks are named {task.name!r}: {_address(existing.function)} and {_address(function)}; rename one, "
                "the name is what callers enqueue"
            )
        self._tasks[task.name] = task
        return task

    def check_deaths(self) -> None:
        """Every `on_death` names a task, which has none itself."""
        for task in self:
            if task.on_death is None:
                continue
            if task.on_death not in self or self.get(task.on_death).on_death is not None:
                raise InvalidTask(
                    f"{_address(task.function)}: on_death={task.on_death!r} must name a registered task without an on_death of its own"
                )

    @overload
    def task[F: TaskFunction](self, function: F, /) -> F: ...

    @overload
    def task[F: TaskFunction](self, /, **options: Unpack[TaskOptions]) -> Callable[[F], F]: ...

    def task(self, function: TaskFunction | None = None, /, **options: Any) -> Any:
        """Register a function as a task that can be enqueued by its name."""
        if function is not None:
            self.add(function)
            return function
        return self._registering(options)

    def scheduled_task[F: TaskFunction](self, **options: Unpack[ScheduledTaskOptions]) -> Callable[[F], F]:
        """Register a function as a task that starts by itself; the cron expression is read in `time_zone`, by default UTC.

        `catch_up` says what becomes of ticks that no worker was there for: none of them (`skip`), one run for all of them (`once`), or
        one each, the latest `most_caught_up` (`all`).
        """
        return self._registering(options)

    def _registering(self, options: Mapping[str, Any]) -> Callable[[Any], Any]:
        def register[F: TaskFunction](function: F) -> F:
            self.add(function, **options)
            return function

        return register


def _check_signature(task: Task) -> None:
    function = task.function
    example = f"write `async def {task.name}(ctx: TaskContext, *, invoice_id: UUID) -> None:`"
    if not inspect.iscoroutinefunction(function):
        raise InvalidTask(f"{_address(function)} must be an async function; {example}")
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or parameters[0].kind not in {parameters[0].POSITIONAL_ONLY, parameters[0].POSITIONAL_OR_KEYWORD}:
        raise InvalidTask(f"{_address(function)} must take the context first; {example}")
    for parameter in parameters[1:]:
        if parameter.kind is not parameter.KEYWORD_ONLY:
            raise InvalidTask(
                f"{_address(function)}: {parameter.name!r} must be keyword-only, named after a bare `*`; {example}"
            )
        if parameter.name in _RESERVED_NAMES:
            raise InvalidTask(
                f"{_address(function)}: {parameter.name!r} is a setting of the job itself; give the parameter another name"
            )
        if task.cron is not None and _is_required(parameter):
            raise InvalidTask(
                f"{_address(function)}: a clock passes no arguments, so {parameter.name!r} needs a default"
            )
    try:
        get_type_hints(function)
    except NameError as error:
        raise InvalidTask(
            f"{_address(function)}: {error}; import the name for real, not under TYPE_CHECKING"
        ) from error


def _check_options(task: Task) -> None:
    _check_trying(task)
    _check_limits(task)
    _check_clock(task)


def _check_trying(task: Task) -> None:
    where = _address(task.function)
    if task.retries < 1:
        raise InvalidTask(f"{where}: retries counts all attempts, so it is at least 1")
    if task.timeout <= 0:
        raise InvalidTask(
            f"{where}: a task without a timeout could hang for ever; write timeout=60 or more, in seconds"
        )
    if task.heartbeat <= 0:
        raise InvalidTask(f"{where}: without a heartbeat a dead worker is never noticed; leave it out or write seconds")
    if task.retry_delay < 0 or (task.retry_backoff is not True and task.retry_backoff < 0):
        raise InvalidTask(f"{where}: a delay cannot be negative")


def _check_limits(task: Task) -> None:
    where = _address(task.function)
    limits = (task.max_running, task.max_running_per_team, task.rate and task.rate[0])
    if any(limit is not None and limit < 1 for limit in limits):
        raise InvalidTask(f"{where}: a limit below 1 would never let it run; pause it in the console instead")
    if task.rate is not None and task.rate[1] <= 0:
        raise InvalidTask(f"{where}: a rate is (starts, seconds), for example rate=(10, 60) for ten a minute")
    if not -1000 <= task.priority <= 1000:
        raise InvalidTask(f"{where}: a priority is between -1000 (first) and 1000")


def _check_clock(task: Task) -> None:
    where = _address(task.function)
    if not 1 <= task.most_caught_up <= MOST_CAUGHT_UP:
        raise InvalidTask(
            f'{where}: most_caught_up is between 1 and {MOST_CAUGHT_UP}; to catch up on nothing, write catch_up="skip"'
        )
    if task.cron is not None:
        try:
            Cron(task.cron, task.time_zone)
        except InvalidSchedule as error:
            raise InvalidTask(f"{where}: {error}") from None


@cache
def _hints(function: TaskFunction) -> dict[str, Any]:
    return get_type_hints(function)


@cache
def _keyword_parameters(function: TaskFunction) -> Mapping[str, inspect.Parameter]:
    return dict(list(inspect.signature(function).parameters.items())[1:])


def _is_required(parameter: inspect.Parameter) -> bool:
    return parameter.default is inspect.Parameter.empty


def _address(function: TaskFunction) -> str:
    return f"{function.__module__}.{function.__qualname__}"


registry = Registry()
task = registry.task
scheduled_task = registry.scheduled_task
