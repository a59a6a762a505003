"""Which lanes a worker takes runs from, and how many of each: fair between teams, within every limit.

A lane is one task of one team. Pure arithmetic; the caller holds the queue's lock while it is right.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from uuid import UUID

import msgspec

from app.queue.registry import Task

type Lane = tuple[UUID, str]

FIRST: Lane = (UUID(int=0), "")


class Share(msgspec.Struct, frozen=True):
    """As many runs of a lane may be taken now; first come the lanes that stand first."""

    team_id: UUID
    task: str
    most: int


def is_limited(task: Task) -> bool:
    return task.max_running is not None or task.max_running_per_team is not None or task.rate is not None


def refilled(task: Task, tokens: float | None, seconds: float) -> float:
    """How many starts the task's rate allows now; `tokens` is None when none was counted yet."""
    assert task.rate is not None
    most, period_seconds = task.rate
    return float(most) if tokens is None else min(float(most), tokens + most * (seconds / period_seconds))


def shares(
    lanes: Sequence[Lane],
    places: int,
    *,
    tasks: Mapping[str, Task],
    paused: Set[str],
    running: Mapping[Lane, int],
    tokens: Mapping[str, float],
) -> list[Share]:
    """Divide so many free places among the open lanes, in their order.

    A lane may get up to twice its equal part, so that few places stay free where others have little; who gets them is decided by turns.
    """
    left_of_task = _left_of_tasks(tasks, running, tokens)
    is_open = [
        (team_id, name)
        for team_id, name in lanes
        if name in tasks and name not in paused and left_of_task.get(name, 1) > 0
    ]
    lanes_of_task = Counter(name for _, name in is_open)
    found: list[Share] = []
    for team_id, name in is_open:
        if len(found) == places:
            break
        task = tasks[name]
        most = max(1, -(-2 * places // len(is_open))) if len(is_open) > 1 else places
        if name in left_of_task:
            most = min(most, -(-left_of_task[name] // lanes_of_task[name]))
            lanes_of_task[name] -= 1
        if task.max_running_per_team is not None:
            most = min(most, task.max_running_per_team - running.get((team_id, name), 0))
        if most > 0:
            found.append(Share(team_id, name, most))
            if name in left_of_task:
                left_of_task[name] -= most
    return found


def _left_of_tasks(
    tasks: Mapping[str, Task], running: Mapping[Lane, int], tokens: Mapping[str, float]
) -> dict[str, int]:
    running_of_task = Counter[str]()
    for (_, name), runs in running.items():
        running_of_task[name] += runs
    left: dict[str, int] = {}
    for name, task in tasks.items():
        if task.max_running is not None:
            left[name] = max(0, task.max_running - running_of_task[name])
        if task.rate is not None:
            left[name] = min(left.get(name, 1 << 30), int(tokens.get(name, float(task.rate[0]))))
    return left
