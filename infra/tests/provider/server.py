"""A stand-in for the AWS provider: its real schema, and no AWS. It answers Terraform over gRPC from inside the test run."""

import json
import os
import tempfile
from collections.abc import Generator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import msgpack

from provider import api_rules, values
from provider.wire import MESSAGES, METHODS

_NESTING = {"single": 1, "list": 2, "set": 3, "map": 4, "group": 5}
_ADDRESS = "hashicorp/aws"


class StandIn:
    """One method per call of the protocol."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema

    def get_provider_schema(self, _: Any) -> Any:
        response = MESSAGES["SchemaResponse"](
            provider=_schema(self._schema["provider"]),
            provider_meta=_schema({"attributes": {}, "block_types": {}}),
            server_capabilities=MESSAGES["Capabilities"](),
        )
        for section in ("resource_schemas", "data_source_schemas", "ephemeral_resource_schemas"):
            for name, block in self._schema[section].items():
                getattr(response, section)[name].CopyFrom(_schema(block))
        return response

    def validate_provider_config(self, _: Any) -> Any:
        return MESSAGES["DiagnosticsSecond"]()

    def validate_resource_config(self, request: Any) -> Any:
        refused = api_rules.refusals(request.type_name, _decode(request.config))
        return MESSAGES["Diagnostics"](diagnostics=[_diagnostic(path, reason) for path, reason in refused])

    def validate_data_resource_config(self, _: Any) -> Any:
        return MESSAGES["Diagnostics"]()

    validate_ephemeral_resource_config = configure_provider = close_ephemeral_resource = validate_data_resource_config

    def upgrade_resource_state(self, request: Any) -> Any:
        return MESSAGES["Upgraded"](upgraded_state=MESSAGES["Dynamic"](json=request.raw_state.json))

    def read_resource(self, request: Any) -> Any:
        return MESSAGES["ReadResponse"](new_state=request.current_state, private=request.private)

    def plan_resource_change(self, request: Any) -> Any:
        proposed, prior = _decode(request.proposed_new_state), _decode(request.prior_state)
        if proposed is not None:
            block = self._schema["resource_schemas"][request.type_name]
            proposed = values.plan(proposed, block, is_new=prior is None)
        return MESSAGES["PlanResponse"](planned_state=_encode(proposed), legacy_type_system=True)

    def apply_resource_change(self, request: Any) -> Any:
        planned = _decode(request.planned_state)
        if planned is not None:
            planned = values.settle(planned, self._schema["resource_schemas"][request.type_name], request.type_name)
        return MESSAGES["ApplyResponse"](new_state=_encode(planned), legacy_type_system=True)

    def read_data_source(self, request: Any) -> Any:
        block = self._schema["data_source_schemas"][request.type_name]
        return MESSAGES["DataResponse"](state=_encode(values.read(request.type_name, _decode(request.config), block)))

    def open_ephemeral_resource(self, request: Any) -> Any:
        block = self._schema["ephemeral_resource_schemas"][request.type_name]
        opened = values.settle(values.plan(_decode(request.config), block), block, request.type_name)
        return MESSAGES["OpenResponse"](result=_encode(opened))

    def stop_provider(self, _: Any) -> Any:
        return MESSAGES["StopResponse"]()


@contextmanager
def serving(schema_file: Path) -> Generator[str]:
    """Answer until left; yields the TF_REATTACH_PROVIDERS by which Terraform finds it instead of a binary."""
    stand_in = StandIn(json.loads(schema_file.read_text()))
    handlers = {name: _handler(getattr(stand_in, _snake(name)), *types) for name, types in METHODS.items()}
    server = grpc.server(futures.ThreadPoolExecutor(8))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("tfplugin6.Provider", handlers),))
    with tempfile.TemporaryDirectory() as folder:
        socket = str(Path(folder) / "provider.sock")
        server.add_insecure_port(f"unix:{socket}")
        server.start()
        reattach = {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": os.getpid(),
            "Test": True,
            "Addr": {"Network": "unix", "String": socket},
        }
        try:
            yield json.dumps({_ADDRESS: reattach})
        finally:
            server.stop(0).wait()


def _handler(answer: Any, request: str, response: str) -> "grpc.RpcMethodHandler[Any, Any]":
    return grpc.unary_unary_rpc_method_handler(
        lambda message, _context: answer(message),
        request_deserializer=MESSAGES[request].FromString,
        response_serializer=MESSAGES[response].SerializeToString,
    )


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _schema(block: dict[str, Any]) -> Any:
    return MESSAGES["Schema"](version=0, block=_block(block))


def _block(block: dict[str, Any]) -> Any:
    return MESSAGES["Block"](
        attributes=[
            MESSAGES["Attribute"](
                name=name,
                type=json.dumps(attribute["type"]).encode(),
                **{mark: True for mark in ("required", "optional", "computed", "write_only") if attribute.get(mark)},
            )
            for name, attribute in block["attributes"].items()
        ],
        block_types=[
            MESSAGES["NestedBlock"](
                type_name=name,
                block=_block(nested["block"]),
                nesting=_NESTING[nested["nesting_mode"]],
                min_items=nested.get("min_items", 0),
                max_items=nested.get("max_items", 0),
            )
            for name, nested in block["block_types"].items()
        ],
    )


def _diagnostic(path: list[str | int], reason: str) -> Any:
    steps = [
        MESSAGES["Step"](attribute_name=step) if isinstance(step, str) else MESSAGES["Step"](element_key_int=step)
        for step in path
    ]
    return MESSAGES["Diagnostic"](
        severity=1, summary="The AWS API would refuse this", detail=reason, attribute=MESSAGES["Path"](steps=steps)
    )


def _decode(value: Any) -> Any:
    if value.msgpack:
        return msgpack.unpackb(value.msgpack, raw=False, strict_map_key=False)
    return json.loads(value.json or b"null")


def _encode(value: Any) -> Any:
    return MESSAGES["Dynamic"](msgpack=msgpack.packb(value, use_bin_type=True))
