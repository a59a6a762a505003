"""Whether the audit log is still what was written: every link calculated again, without the database's own function.

An entry's hash covers the hash before it and PostgreSQL's text of the row as jsonb (migration 0004): keys by length, then by bytes.
Both are rebuilt here from the stored columns, so a function that was replaced in the database hides nothing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.audit.repositories import ChainRepository
from app.models import AuditEntry

GENESIS = bytes(32)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BATCH = 1000
_ALREADY_JSON = frozenset({"before", "after"})
_NOT_HASHED = frozenset({"hash", "previous_hash"})
_COLUMNS = tuple(column.name for column in AuditEntry.__table__.columns if column.name not in _NOT_HASHED)


class ChainReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one chain; `fault` names the first link that does not hold."""

    chain_id: UUID
    entries: int
    head: bytes
    fault: str | None


class ChainVerifier:
    """Verifies chains in one platform-wide transaction that sees one moment of the log."""

    def __init__(self, chains: ChainRepository) -> None:
        self._chains = chains

    async def verify_all(self, chain_id: UUID | None, expected: Mapping[UUID, bytes]) -> list[ChainReport]:
        """Verify every chain, or one; `expected` are heads that somebody kept elsewhere, and each must still be a link."""
        ids = [*await self._chains.ids(chain_id)]
        # A chain that is gone altogether leaves nothing behind but what was noted of it.
        ids += [lost for lost in expected if lost not in ids and chain_id in {None, lost}]
        return [await self._verify(each, expected.get(each)) for each in ids]

    async def _verify(self, chain_id: UUID, expected: bytes | None) -> ChainReport:
        sequence, last_hash, fault, is_expected_met = 0, GENESIS, None, expected is None
        while links := await self._chains.links_after(chain_id, sequence, limit=_BATCH):
            for link in links:
                fault = fault or _fault_of(link, sequence, last_hash)
                sequence, last_hash = link.sequence, bytes(link.hash)
                is_expected_met = is_expected_met or last_hash == expected
        fault = fault or await self._fault_of_head(chain_id, sequence, last_hash)
        if not fault and not is_expected_met:
            fault = f"no link has the hash that was noted of it ({(expected or b'').hex()}): the log was cut or written anew"
        return ChainReport(chain_id=chain_id, entries=sequence, head=last_hash, fault=fault)

    async def _fault_of_head(self, chain_id: UUID, sequence: int, last_hash: bytes) -> str | None:
        head = await self._chains.head(chain_id)
        if head is None:
            return "its head is missing" if sequence else "all of it is missing"
        if head.sequence > sequence:
            return f"entry {sequence + 1} is missing: the head counts {head.sequence} entries, and the last one is {sequence}"
        if head.sequence < sequence:
            return f"entry {head.sequence + 1} stands behind the head, which counts {head.sequence} entries"
        return None if bytes(head.hash) == last_hash else f"the head is not the hash of entry {sequence}"


def _fault_of(link: Any, previous_sequence: int, previous_hash: bytes) -> str | None:
    if link.sequence != previous_sequence + 1:
        return f"entry {previous_sequence + 1} is missing"
    if bytes(link.previous_hash) != previous_hash:
        return f"entry {link.sequence} does not follow the one before it"
    if bytes(link.hash) != hash_of(link):
        return f"entry {link.sequence} is not what was written"
    return None


def hash_of(link: Any) -> bytes:
    return hashlib.sha256(bytes(link.previous_hash) + _canonical_text(link).encode()).digest()


def _canonical_text(link: Any) -> str:
    members = dict(_member(name, getattr(link, name)) for name in _COLUMNS)
    keys: Sequence[str] = sorted(members, key=lambda key: (len(key), key))
    return "{" + ", ".join(f'"{key}": {members[key]}' for key in keys) + "}"


def _member(name: str, value: Any) -> tuple[str, str]:
    if isinstance(value, datetime):
        return f"{name}_us", str((value - _EPOCH) // timedelta(microseconds=1))
    if value is None or isinstance(value, int):
        return name, json.dumps(value)
    if name in _ALREADY_JSON:
        return name, value
    return name, json.dumps(str(value), ensure_ascii=False)
