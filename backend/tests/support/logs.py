"""What the process writes to its log, at a level that holds nothing back."""

import io
import logging
import sys
from collections.abc import Generator
from contextlib import contextmanager, redirect_stderr

import structlog
from structlog._config import BoundLoggerLazyProxy

from app.lib.logs import configure_logging


@contextmanager
def captured_logs(level: str = "DEBUG") -> Generator[io.StringIO]:
    written = io.StringIO()
    before = structlog.get_config()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    with redirect_stderr(written):
        configure_logging(level, "json")
        _forget_cached_loggers()
        try:
            yield written
        finally:
            structlog.configure(**before)
            _forget_cached_loggers()
            logging.getLogger().removeHandler(handler)


def _forget_cached_loggers() -> None:
    """A logger keeps the configuration of its first line."""
    for name, module in list(sys.modules.items()):
        if name.startswith("app."):
            for value in vars(module).values():
                if isinstance(value, BoundLoggerLazyProxy):
                    vars(value).pop("bind", None)
