"""What one attempt says while it works, until it is written down: the latest progress, and its log lines.

The lines are kept for people of the team: capped, without secrets, and so that PostgreSQL can store them whatever they hold.
"""

import asyncio
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from threading import get_ident
from types import TracebackType
from typing import Any, cast

import msgspec

from app.db.json import encode_json
from app.lib import clock
from app.lib.masking import masked, masked_text

MOST_LINES = 500
MOST_BYTES = 64 * 1024
LEFT_OUT = "further_lines_left_out"
_LONGEST_TEXT = 2000
_LONGEST_TRACEBACK = 4000
_LONGEST_MESSAGE = 200
_MOST_ITEMS = 50
_DEEPEST = 4
_LARGEST_COUNT = 2**31 - 1
_SEVERAL: tuple[type, ...] = (list, tuple, set, frozenset)


class Progress(msgspec.Struct, frozen=True):
    fraction: float
    done: int | None = None
    total: int | None = None
    message: str | None = None


class Line(msgspec.Struct, frozen=True):
    number: int
    at: datetime
    level: str
    event: str
    fields_json: str


class Notes:
    """The unwritten progress and lines of one attempt; `on_first` is called when there is something again.

    Work that the task gave to a thread logs there: such lines are handed over to the loop.
    """

    __slots__ = ("_bytes", "_loop", "_number", "_on_first", "_thread", "lines", "progress")

    def __init__(self, on_first: Callable[[], None], loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.progress: Progress | None = None
        self.lines: list[Line] = []
        self._number = self._bytes = 0
        self._on_first = on_first
        self._loop = loop
        self._thread = get_ident()

    def __bool__(self) -> bool:
        return self.progress is not None or bool(self.lines)

    def note_progress(self, progress: Progress) -> None:
        is_first = not self
        self.progress = progress
        if is_first:
            self._on_first()

    def note_line(self, level: str, event: str, fields: Mapping[str, Any]) -> None:
        """Keep a line; never an error of the task that logged it."""
        if self._number > MOST_LINES:
            return
        text = masked_text(_harmless(event))
        try:
            kept = encode_json(_kept(fields))
        except Exception:  # noqa: BLE001 - a field whose own methods fail
            kept = "{}"
        if self._loop is None or get_ident() == self._thread:
            self._add(level, text, kept)
            return
        with suppress(RuntimeError):  # the loop is closed: a thread has outlived its worker
            self._loop.call_soon_threadsafe(self._add, level, text, kept)

    def _add(self, level: str, text: str, fields_json: str) -> None:
        if self._number > MOST_LINES:
            return
        self._number += 1
        self._bytes += len(text) + len(fields_json)
        if self._number > MOST_LINES or self._bytes > MOST_BYTES:
            self._number, level, text, fields_json = MOST_LINES + 1, "warning", LEFT_OUT, "{}"
        is_first = not self
        self.lines.append(Line(self._number, clock.now(), level, text, fields_json))
        if is_first:
            self._on_first()

    def take(self) -> tuple[Progress | None, list[Line]]:
        taken = self.progress, self.lines
        self.progress, self.lines = None, []
        return taken

    def put_back(self, progress: Progress | None, lines: list[Line]) -> None:
        """What could not be written yet; what was said since is newer."""
        self.progress = self.progress or progress
        self.lines = lines + self.lines


def progress_of(done: float, total: float | None, message: str | None) -> Progress:
    """A fraction from 0 to 1, or so many of how many."""
    text = None if message is None else masked_text(_harmless(message))[:_LONGEST_MESSAGE]
    if total is None:
        return Progress(_fraction(done), message=text)
    counted, of = (max(0, min(int(number), _LARGEST_COUNT)) for number in (done, total))
    return Progress(_fraction(done / total) if total > 0 else 1.0, counted, of, text)


def _fraction(number: float) -> float:
    return min(max(number, 0.0), 1.0) if number == number else 0.0  # noqa: PLR0124 - NaN is not itself


def _kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    plain = {str(name): _plain(value) for name, value in fields.items() if name not in {"exc_info", "stack_info"}}
    kept: dict[str, Any] = masked(plain)
    error = _exception(fields.get("exc_info"))
    if error is not None:
        text = "".join(traceback.format_exception(error))
        kept["exception"] = masked_text(_harmless(text[-_LONGEST_TRACEBACK:], longest=_LONGEST_TRACEBACK))
    return kept


def _exception(given: object) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return cast("tuple[type[BaseException], BaseException | None, TracebackType]", given)[1]
    return sys.exception() if given else None


def _plain(value: Any, *, depth: int = 0) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST_COUNT**2 else str(value)[:_LONGEST_TEXT]
    if isinstance(value, dict) and depth < _DEEPEST:
        items = list(cast("dict[Any, Any]", value).items())[:_MOST_ITEMS]
        return {_harmless(str(name)): _plain(item, depth=depth + 1) for name, item in items}
    if isinstance(value, _SEVERAL) and depth < _DEEPEST:
        return [_plain(item, depth=depth + 1) for item in list(cast("Iterable[Any]", value))[:_MOST_ITEMS]]
    return _harmless(str(cast("object", value)))


def _harmless(text: str, *, longest: int = _LONGEST_TEXT) -> str:
    """Without NUL and halves of characters, which PostgreSQL refuses."""
    return text[:longest].replace("\x00", "\N{SYMBOL FOR NULL}").encode(errors="replace").decode()
