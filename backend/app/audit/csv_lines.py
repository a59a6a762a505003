"""Audit entries as lines of CSV (RFC 4180) that no spreadsheet takes for formulas."""

import csv
import io
from typing import Any

import msgspec

from app.audit.schemas import AuditEntry

# What a spreadsheet may calculate when a cell begins with it (OWASP, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = (
    "occurred_at",
    "actor_name",
    "actor_id",
    "impersonator_name",
    "impersonator_id",
    "credential",
    "credential_id",
    "action",
    "change",
    "target_type",
    "target_name",
    "target_id",
    "changes",
    "ip_address",
    "request_id",
    "trace_id",
    "sequence",
)


def csv_row(entry: AuditEntry) -> str:
    values = msgspec.structs.asdict(entry) | {
        "occurred_at": entry.occurred_at.isoformat(),
        "changes": "; ".join(
            f"{field.field}: {_as_text(field.before)} → {_as_text(field.after)}" for field in entry.fields
        ),
    }
    return _line([_inert("" if values[column] is None else str(values[column])) for column in _COLUMNS])


def _inert(cell: str) -> str:
    """An apostrophe makes a spreadsheet show the cell as text; leading blanks would hide the sign and not disarm it."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA_STARTS) else cell


def _as_text(value: Any) -> str:
    if value is None:
        return "—"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


HEADER = _line(list(_COLUMNS))
