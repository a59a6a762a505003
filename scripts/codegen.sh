#!/bin/sh
# Writes openapi.json from the API's own routes and the TypeScript client from that; twice gives the same bytes.
# $1: the frontend folder to write into (check_codegen.sh gives a temporary one).
set -eu
cd "$(dirname "$0")/.."
target=$(cd "$1" && pwd)
# Only routes and types are read: neither a database nor anybody's .env may change the document.
(
  cd backend
  APP_ENV=local LITESTAR_APP=app.asgi:app LOG_LEVEL=WARNING .venv/bin/litestar schema openapi --output "$target/openapi.json" > /dev/null
)
[ -z "$(tail -c 1 "$target/openapi.json")" ] || echo >> "$target/openapi.json"
cd frontend
OPENAPI_INPUT="$target/openapi.json" node_modules/.bin/openapi-ts --silent --output "$target/src/openapi"
