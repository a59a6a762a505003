"""Control 33: no statement is put together from what people send; where one is put together at all, it stands here."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

BACKEND = Path(__file__).resolve().parents[2]

# These take SQL as text only, so what they are given must be readable in place; the others take statement objects, too.
_TAKES_TEXT = {"text", "literal_column", "DDL", "TextClause", "exec_driver_sql"}
_TAKES_SQL = _TAKES_TEXT | {
    "execute", "executemany", "scalar", "scalars", "stream", "fetch", "fetchrow", "fetchval", "prepare", "from_statement",
}  # fmt: skip
_SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|DROP|GRANT|REVOKE|TRUNCATE|LOCK|SET|COPY)\b")

# What stands in statements beside their literal text, and why it is nobody's input.
PUT_IN = {
    ("app/auth/credentials.py", "PRINCIPAL_COLUMNS"): "a constant: names of columns",
    ("app/auth/repositories.py", "PRINCIPAL_COLUMNS"): "a constant: names of columns",
    ("app/db/embedded.py", "sql.Identifier(DATABASE)"): "a constant, quoted by psycopg",
    ("app/db/embedded.py", "sql.Identifier(OWNER_ROLE)"): "a constant, quoted by psycopg",
    ("app/db/embedded.py", "sql.Identifier(role)"): "one of two constants, quoted by psycopg",
    ("app/db/embedded.py", "sql.Literal(self._password())"): "made by this program, quoted by psycopg",
    ("app/db/fingerprints.py", "sql.Identifier('public', name)"): "a table's name from the catalog, quoted by psycopg",
    ("app/db/migrations.py", "quoted"): "a role's name from the settings, quoted by SQLAlchemy's identifier preparer",
    ("app/db/migrations.py", "role"): "a role's name from the settings, quoted by psycopg",
    ("app/db/migrations.py", "sql.Literal(hashed.decode())"): "the hash of a password, quoted by psycopg",
    ("app/db/restoring.py", "_attributes(role)"): "constants, chosen by what the manifest says of the role",
    ("app/db/restoring.py", "database"): "the present database's name, quoted by psycopg",
    ("app/db/restoring.py", "sql.Identifier(group)"): "a role's name from an operator's own backup, quoted by psycopg",
    ("app/db/restoring.py", "sql.Identifier(owner)"): "a role's name from an operator's own backup, quoted by psycopg",
    (
        "app/db/restoring.py",
        "sql.Identifier(role.name)",
    ): "a role's name from an operator's own backup, quoted by psycopg",
    ("app/queue/claiming.py", "_HAVE_NO_PATIENCE"): "a constant: time limits",
    ("app/queue/claiming.py", "self._queue"): "the queue's name, a constant of the program; BEGIN takes no parameters",
    ("app/queue/repositories.py", "COUNT_ENDS"): "a constant: the part that counts",
    ("app/queue/repositories.py", "MEASURED"): "a constant: what is measured of a run",
    ("app/queue/saq_tables.py", "NO_TEAM"): "a constant: the zero UUID",
    ("app/queue/statements.py", "COUNT_ENDS"): "a constant: the part that counts",
    ("app/queue/statements.py", "MEASURED"): "a constant: what is measured of a run",
    ("app/queue/statements.py", "_FAILED_ATTEMPT"): "a constant: what is kept of a failed attempt",
    ("app/queue/statements.py", "_LOST_ATTEMPT"): "a constant: what is kept of a lost attempt",
    ("app/queue/statements.py", "_RUN_ID"): "a constant: the id in SAQ's key",
    ("app/queue/statements.py", "_UUID"): "a constant: how an id looks",
    ("app/server/health.py", "statement"): "one of two constants in the same file",
}


def put_in(source: str) -> Iterator[str]:
    """Every expression that becomes part of a statement's text."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(args=[first, *_]) if (name := ast.unparse(node.func).rsplit(".", 1)[-1]) in _TAKES_SQL:
                parts = list(_parts(first))
                yield from parts
                if not parts and name in _TAKES_TEXT and not isinstance(first, ast.Constant):
                    yield ast.unparse(first)
            case ast.JoinedStr() | ast.BinOp() if _SQL.match(_start(node)):
                yield from _parts(node)
            case _:
                pass


def _parts(node: ast.AST) -> Iterator[str]:
    """What is put into a text by an f-string, +, %, format, join or replace."""
    match node:
        case ast.JoinedStr(values=values):
            yield from (ast.unparse(part.value) for part in values if isinstance(part, ast.FormattedValue))
        case ast.BinOp(op=ast.Add() | ast.Mod(), left=left, right=right) if _start(node):
            for side in (left, right):
                yield from _parts(side) if isinstance(side, ast.JoinedStr | ast.BinOp) else _unless_literal(side)
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "replace" | "format_map"), args=args, keywords=named):
            yield from (ast.unparse(argument) for argument in [*args, *(keyword.value for keyword in named)])
        case _:
            pass


def _unless_literal(node: ast.AST) -> list[str]:
    return [] if isinstance(node, ast.Constant) else [ast.unparse(node)]


def _start(node: ast.AST) -> str:
    """The literal text that a text begins with."""
    match node:
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr(values=[first, *_]):
            return _start(first)
        case ast.BinOp(left=left):
            return _start(left)
        case _:
            return ""


def test_control_33_nothing_is_put_into_a_statement_but_what_stands_here() -> None:
    found = {
        (path.relative_to(BACKEND).as_posix(), expression)
        for path in (BACKEND / "app").rglob("*.py")
        for expression in put_in(path.read_text())
    }

    assert found == set(PUT_IN)


@pytest.mark.parametrize(
    "source",
    [
        """session.execute(text(f"SELECT * FROM customers WHERE name = '{name}'"))""",
        """session.execute(text("SELECT * FROM customers WHERE name = '" + name + "'"))""",
        """session.execute(text("SELECT * FROM customers WHERE name = '%s'" % name))""",
        """session.execute(text("SELECT * FROM customers WHERE name = '{}'".format(name)))""",
        """session.execute(text("SELECT 1 WHERE NAME = 'x'".replace("NAME", name)))""",
        """session.execute(text(name))""",
        """connection.fetch(f"SELECT * FROM {name}")""",
        """connection.fetch("SELECT * FROM " + name)""",
        """statement.order_by(literal_column(name))""",
        """statement.order_by(sqlalchemy.text(f"{name} DESC"))""",
        """query = f"SELECT * FROM {name}"\nawait connection.fetch(query)""",
        """query = "DELETE FROM " + name\nawait connection.execute(query)""",
        """connection.exec_driver_sql("".join(["SELECT ", name]))""",
    ],
)
def test_control_33_a_statement_with_something_put_in_would_be_found(source: str) -> None:
    assert "name" in " ".join(put_in(source))


@pytest.mark.parametrize(
    "source",
    [
        """session.execute(text("SELECT * FROM customers WHERE name = :name"), {"name": name})""",
        """session.execute(select(Customer).where(Customer.name == name))""",
        """log.info(f"customer {name}")""",
        """total = first + second""",
    ],
)
def test_control_33_a_bound_value_is_no_finding(source: str) -> None:
    assert list(put_in(source)) == []
