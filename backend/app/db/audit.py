"""What the audit log's triggers are told about a transaction: what is being done, on whose request."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

import msgspec


class RequestFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The handler, task or command at work; who does it stands in the transaction's scope."""

    action: str
    request_id: str | None = None
    trace_id: str | None = None
    ip_address: str | None = None

    def as_setting(self) -> str:
        return msgspec.json.encode(self).decode()


current_facts: ContextVar[RequestFacts | None] = ContextVar("request_facts", default=None)


@contextmanager
def acting(facts: RequestFacts) -> Generator[None]:
    """Name what the transactions inside are for."""
    token = current_facts.set(facts)
    try:
        yield
    finally:
        current_facts.reset(token)
