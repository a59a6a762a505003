"""JSON columns through msgspec: UUIDs, dates and decimals become strings on the way in."""

from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(decimal_format="string")


def encode_json(value: Any) -> str:
    return _encoder.encode(value).decode()


def decode_json(text: str | bytes) -> Any:
    return msgspec.json.decode(text)
