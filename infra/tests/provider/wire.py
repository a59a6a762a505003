"""The messages of Terraform's plugin protocol 6 that a provider needs, declared here because no package ships them with write-only
arguments and ephemeral resources."""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_PACKAGE = "tfplugin6"
_SCALARS = {"string": 9, "bytes": 12, "bool": 8, "int64": 3, "enum": 5}

# message -> field -> (number, type); a type is a scalar or a message, "*" before it means many of them, "{}" a map from its name.
_MESSAGES: dict[str, dict[str, tuple[int, str]]] = {
    "Empty": {},
    "Dynamic": {"msgpack": (1, "bytes"), "json": (2, "bytes")},
    "Step": {"attribute_name": (1, "string"), "element_key_string": (2, "string"), "element_key_int": (3, "int64")},
    "Path": {"steps": (1, "*Step")},
    "Diagnostic": {
        "severity": (1, "enum"),
        "summary": (2, "string"),
        "detail": (3, "string"),
        "attribute": (4, "Path"),
    },
    "RawState": {"json": (1, "bytes")},
    "Attribute": {
        "name": (1, "string"),
        "type": (2, "bytes"),
        "required": (4, "bool"),
        "optional": (5, "bool"),
        "computed": (6, "bool"),
        "write_only": (11, "bool"),
    },
    "NestedBlock": {
        "type_name": (1, "string"),
        "block": (2, "Block"),
        "nesting": (3, "enum"),
        "min_items": (4, "int64"),
        "max_items": (5, "int64"),
    },
    "Block": {"version": (1, "int64"), "attributes": (2, "*Attribute"), "block_types": (3, "*NestedBlock")},
    "Schema": {"version": (1, "int64"), "block": (2, "Block")},
    "Capabilities": {"plan_destroy": (1, "bool"), "get_provider_schema_optional": (2, "bool")},
    "SchemaResponse": {
        "provider": (1, "Schema"),
        "resource_schemas": (2, "{}Schema"),
        "data_source_schemas": (3, "{}Schema"),
        "diagnostics": (4, "*Diagnostic"),
        "provider_meta": (5, "Schema"),
        "server_capabilities": (6, "Capabilities"),
        "ephemeral_resource_schemas": (8, "{}Schema"),
    },
    "Diagnostics": {"diagnostics": (1, "*Diagnostic")},
    "DiagnosticsSecond": {"diagnostics": (2, "*Diagnostic")},
    "Typed": {"type_name": (1, "string"), "config": (2, "Dynamic")},
    "UpgradeRequest": {"type_name": (1, "string"), "version": (2, "int64"), "raw_state": (3, "RawState")},
    "Upgraded": {"upgraded_state": (1, "Dynamic"), "diagnostics": (2, "*Diagnostic")},
    "ReadRequest": {"type_name": (1, "string"), "current_state": (2, "Dynamic"), "private": (3, "bytes")},
    "ReadResponse": {"new_state": (1, "Dynamic"), "diagnostics": (2, "*Diagnostic"), "private": (3, "bytes")},
    "PlanRequest": {
        "type_name": (1, "string"),
        "prior_state": (2, "Dynamic"),
        "proposed_new_state": (3, "Dynamic"),
        "config": (4, "Dynamic"),
    },
    "PlanResponse": {
        "planned_state": (1, "Dynamic"),
        "diagnostics": (4, "*Diagnostic"),
        "legacy_type_system": (5, "bool"),
    },
    "ApplyRequest": {
        "type_name": (1, "string"),
        "prior_state": (2, "Dynamic"),
        "planned_state": (3, "Dynamic"),
        "config": (4, "Dynamic"),
    },
    "ApplyResponse": {
        "new_state": (1, "Dynamic"),
        "diagnostics": (3, "*Diagnostic"),
        "legacy_type_system": (4, "bool"),
    },
    "DataResponse": {"state": (1, "Dynamic"), "diagnostics": (2, "*Diagnostic")},
    "OpenResponse": {"diagnostics": (1, "*Diagnostic"), "result": (3, "Dynamic"), "private": (4, "bytes")},
    "StopResponse": {"error": (1, "string")},
}

# What Terraform calls, with what it sends and what it gets.
METHODS = {
    "GetProviderSchema": ("Empty", "SchemaResponse"),
    "ValidateProviderConfig": ("Empty", "DiagnosticsSecond"),
    "ValidateResourceConfig": ("Typed", "Diagnostics"),
    "ValidateDataResourceConfig": ("Typed", "Diagnostics"),
    "ValidateEphemeralResourceConfig": ("Typed", "Diagnostics"),
    "ConfigureProvider": ("Empty", "Diagnostics"),
    "UpgradeResourceState": ("UpgradeRequest", "Upgraded"),
    "ReadResource": ("ReadRequest", "ReadResponse"),
    "PlanResourceChange": ("PlanRequest", "PlanResponse"),
    "ApplyResourceChange": ("ApplyRequest", "ApplyResponse"),
    "ReadDataSource": ("Typed", "DataResponse"),
    "OpenEphemeralResource": ("Typed", "OpenResponse"),
    "CloseEphemeralResource": ("Empty", "Diagnostics"),
    "StopProvider": ("Empty", "StopResponse"),
}


def _declare() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="tfplugin6.proto", package=_PACKAGE, syntax="proto2")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, kind) in fields.items():
            _add_field(message, field, number, kind)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}")) for name in _MESSAGES
    }


def _add_field(message: Any, name: str, number: int, kind: str) -> None:
    is_many, is_map, plain = kind.startswith("*"), kind.startswith("{}"), kind.lstrip("*{}")
    field = message.field.add(name=name, number=number, label=3 if is_many or is_map else 1)
    if is_map:
        entry_name = "".join(part.title() for part in name.split("_")) + "Entry"
        entry = message.nested_type.add(name=entry_name)
        entry.options.map_entry = True
        _add_field(entry, "key", 1, "string")
        _add_field(entry, "value", 2, plain)
        field.type, field.type_name = 11, f".{_PACKAGE}.{message.name}.{entry_name}"
    elif plain in _SCALARS:
        field.type = _SCALARS[plain]
    else:
        field.type, field.type_name = 11, f".{_PACKAGE}.{plain}"


MESSAGES = _declare()
