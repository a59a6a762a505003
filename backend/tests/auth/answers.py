"""Which fields each route answers with, as text for people to review.

`.venv/bin/python -m tests.auth.answers > tests/auth/answers.txt` after a change of the API; then read the difference:
is every new field meant for everybody who may call those routes?
"""

import sys
from collections.abc import Iterator
from typing import Any

import msgspec

from app.config import load_settings
from app.server.app import create_app

type Json = dict[str, Any]

DOCUMENT: Json = msgspec.json.decode(
    msgspec.json.encode(create_app(load_settings({"APP_ENV": "testing"})).openapi_schema.to_schema())
)
SCHEMAS: Json = DOCUMENT["components"]["schemas"]


class Answer(msgspec.Struct, frozen=True):
    method: str
    path: str
    status: str
    media_type: str
    schema: Json


def answers() -> Iterator[Answer]:
    """Every success of every route that has a body."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            for status, response in operation["responses"].items():
                for media_type, content in response.get("content", {}).items():
                    if status[0] == "2":
                        yield Answer(method.upper(), path, status, media_type, content["schema"])


def references(node: Any) -> set[str]:
    """The schemas that a schema names."""
    if isinstance(node, list):
        return {name for item in node for name in references(item)}
    if not isinstance(node, dict):
        return set()
    named = {reference.rsplit("/", 1)[1]} if isinstance(reference := node.get("$ref"), str) else set[str]()
    return named | {name for value in node.values() for name in references(value)}


def answered_schemas() -> list[str]:
    """The schemas that stand anywhere in an answer, by name."""
    found: set[str] = set()
    waiting = {name for answer in answers() for name in references(answer.schema)}
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= references(SCHEMAS[name]) - found
    return sorted(name for name in found if "properties" in SCHEMAS[name] or SCHEMAS[name].get("type") == "object")


def describe() -> str:
    routes = sorted(f"{each.path} {each.method} {each.status} → {_named(each.schema)}" for each in answers())
    fields = [f"{name}: {', '.join(map(_field, _properties(name)))}".rstrip() for name in answered_schemas()]
    return "\n".join(["Routes", "", *routes, "", "Fields", "", *fields, ""])


def _properties(name: str) -> list[tuple[str, Json]]:
    return sorted(SCHEMAS[name].get("properties", {}).items())


def _field(named: tuple[str, Json]) -> str:
    name, schema = named
    kind = _named(schema)
    return name if kind == "text" else f"{name} ({kind})"


def _named(schema: Json) -> str:
    """What a field holds: another schema, a list of one, anything at all, or a plain value."""
    parts = [schema, *schema.get("oneOf", []), *schema.get("anyOf", [])]
    for part in parts:
        if "$ref" in part:
            name = part["$ref"].rsplit("/", 1)[1]
            return name if name in _OBJECTS else "text"
        if part.get("type") == "array":
            inner = _named(part["items"])
            return "list" if inner == "text" else f"list of {inner}"
        if is_free_form(part):
            return "anything"
    return "text"


def is_free_form(schema: Json) -> bool:
    """Whether a schema leaves open what it holds."""
    if schema.get("type") == "object" and "properties" not in schema:
        return True
    return not {"type", "oneOf", "anyOf", "$ref", "enum", "const"} & set(schema)


_OBJECTS = {name for name, schema in SCHEMAS.items() if schema.get("type") == "object"}

if __name__ == "__main__":
    sys.stdout.write(describe())
