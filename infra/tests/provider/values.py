"""What the stand-in answers: unknown until applied, then made up; policies and the like are computed as the real provider does."""

import hashlib
import json
from typing import Any

import msgpack

ACCOUNT_ID = "123456789012"
REGION = "eu-central-1"
UNKNOWN = msgpack.ExtType(0, b"\x00")

type Value = Any
type Block = dict[str, Any]

_NAMES = ("name", "identifier", "cluster_identifier", "family", "service_name", "bucket", "function_name")


def is_unknown(value: Value) -> bool:
    return isinstance(value, msgpack.ExtType)


def plan(value: Value, block: Block, *, is_new: bool = True) -> Value:
    """What is computed and left out is unknown in what is new; what is write-only is never said again."""

    def change(_name: str, attribute: dict[str, Any], now: Value) -> Value:
        if attribute.get("write_only"):
            return None
        return UNKNOWN if is_new and now is None and attribute.get("computed") else now

    return _walk(value, block, change)


def settle(value: Value, block: Block, type_name: str) -> Value:
    """Give every unknown attribute a value: the same for the same configuration, and an ARN where its name says so."""
    named = next((value[name] for name in _NAMES if isinstance(value.get(name), str)), None)
    seed = f"{type_name}{json.dumps(value, sort_keys=True, default=str)}"

    def change(name: str, attribute: dict[str, Any], now: Value) -> Value:
        return _make(name, attribute["type"], type_name, named, seed) if is_unknown(now) else now

    return _walk(value, block, change)


def read(type_name: str, config: Value, block: Block) -> Value:
    """A data source's answer; wholly unknown while something it is asked with is."""
    answer = plan(config, block)
    match type_name:
        case "aws_iam_policy_document":
            answer["json"] = answer["minified_json"] = policy_document(config)
        case "aws_availability_zones":
            answer["names"] = [f"{REGION}{letter}" for letter in "abc"]
        case "aws_caller_identity":
            answer["account_id"] = ACCOUNT_ID
        case "aws_region":
            answer["region"] = answer["name"] = config.get("region") or REGION
        case "aws_partition":
            answer["partition"], answer["dns_suffix"] = "aws", "amazonaws.com"
        case "aws_ec2_managed_prefix_list":
            answer["id"] = "pl-made-up-s3"
        case _:
            pass
    return settle(answer, block, type_name)


def policy_document(config: Value) -> str:
    statements: list[dict[str, Any]] = []
    for statement in config.get("statement") or []:
        made: dict[str, Any] = {"Effect": statement.get("effect") or "Allow"}
        if statement.get("sid"):
            made["Sid"] = statement["sid"]
        lists = {
            "actions": "Action",
            "not_actions": "NotAction",
            "resources": "Resource",
            "not_resources": "NotResource",
        }
        for source, target in lists.items():
            if statement.get(source):
                made[target] = sorted(statement[source])
        for principal in statement.get("principals") or []:
            made.setdefault("Principal", {})[principal["type"]] = sorted(principal["identifiers"])
        for condition in statement.get("condition") or []:
            made.setdefault("Condition", {}).setdefault(condition["test"], {})[condition["variable"]] = condition[
                "values"
            ]
        statements.append(made)
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _walk(value: Value, block: Block, change: Any) -> Value:
    if not isinstance(value, dict):
        return value
    changed = dict(value)
    for name, attribute in block["attributes"].items():
        changed[name] = change(name, attribute, value.get(name))
    for name, nested in block["block_types"].items():
        inner = value.get(name)
        if isinstance(inner, list):
            changed[name] = [_walk(each, nested["block"], change) for each in inner]
        elif isinstance(inner, dict):
            changed[name] = _walk(inner, nested["block"], change)
    return changed


def _make(name: str, kind: Any, type_name: str, named: str | None, seed: str) -> Value:
    if kind == "string":
        return _make_text(name, type_name, named, seed)
    if isinstance(kind, str):
        return {"number": 1, "bool": False}.get(kind)
    outer, inner = kind
    if outer == "object":
        return {key: _make(key, each, type_name, named, seed) for key, each in inner.items()}
    if outer in {"list", "set"}:
        return [_make(name, inner, type_name, named, seed)] if isinstance(inner, list) and inner[0] == "object" else []
    return {}


def _make_text(name: str, type_name: str, named: str | None, seed: str) -> str:
    mark = hashlib.sha256(f"{seed}{name}".encode()).hexdigest()[:12]
    if name == "arn" or name.endswith("_arn"):
        return _arn(type_name, named or mark)
    if name == "repository_url":
        return f"{ACCOUNT_ID}.dkr.ecr.{REGION}.amazonaws.com/{named}"
    return named if name == "id" and named else f"{name}-{mark}"


def _arn(type_name: str, named: str) -> str:
    _, service, *kind = type_name.split("_")
    region = "" if service == "iam" else REGION
    if type_name == "aws_s3_bucket":
        return f"arn:aws:s3:::{named}"
    return f"arn:aws:{service}:{region}:{ACCOUNT_ID}:{''.join(kind)}/{named}"
