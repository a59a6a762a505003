"""Structured logs: readable lines for people, JSON for machines; and a copy for whoever keeps them in this context."""

import logging
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, override

import structlog

# Given level, event and fields of each line from INFO on, whatever this process itself logs; set while a task runs.
line_keeper: ContextVar[Callable[[str, str, Mapping[str, Any]], None] | None] = ContextVar("line_keeper", default=None)

# Methods of a logger from INFO on, and their levels.
_LEVELS = {
    "info": "info",
    "warn": "warning",
    "warning": "warning",
    "error": "error",
    "exception": "error",
    "critical": "critical",
    "fatal": "critical",
}
# They say something of each job at INFO, which nobody keeps.
_TALKATIVE = ("saq", "litestar_saq")


def configure_logging(level: str, log_format: str) -> None:
    threshold = logging.getLevelNamesMapping()[level]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=structlog.dev.plain_traceback,  # the rich one prints local variables: secrets
        )
    )
    processors: list[structlog.typing.Processor] = [
        _keep_and_filter(threshold),
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if log_format == "json":
        processors.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*processors, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(min(threshold, logging.INFO)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    to_stderr = logging.StreamHandler(sys.stderr)
    to_stderr.setLevel(max(threshold, logging.WARNING))
    to_stderr.setFormatter(
        json_formatter() if log_format == "json" else logging.Formatter("%(levelname)s %(name)s: %(message)s")
    )
    logging.basicConfig(level=logging.INFO, handlers=[to_stderr])
    root = logging.getLogger()
    if not any(isinstance(handler, _KeepingHandler) for handler in root.handlers):
        root.addHandler(_KeepingHandler(logging.INFO))
        root.setLevel(min(root.level or logging.INFO, logging.INFO))
    if log_format == "json":
        for handler in logging.getLogger("uvicorn").handlers:  # the server sets up its own before it loads us
            handler.setFormatter(json_formatter())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))


def json_formatter() -> logging.Formatter:
    """What libraries say through the standard library, as lines of the same shape."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )


def _keep_and_filter(threshold: int) -> structlog.typing.Processor:
    quiet = {method for method, level in _LEVELS.items() if logging.getLevelNamesMapping()[level.upper()] < threshold}

    def keep_and_filter(_logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        keeper = line_keeper.get()
        if keeper is not None and (level := _LEVELS.get(method)) is not None:
            keeper(level, str(event.get("event", "")), {name: event[name] for name in event if name != "event"})
        if method in quiet:
            raise structlog.DropEvent
        return event

    return keep_and_filter


class _KeepingHandler(logging.Handler):
    @override
    def emit(self, record: logging.LogRecord) -> None:
        keeper = line_keeper.get()
        if keeper is not None:
            fields = {"logger": record.name, "exc_info": record.exc_info}
            level = _LEVELS.get(record.levelname.lower(), "info")
            keeper(level, record.getMessage(), {name: value for name, value in fields.items() if value})
