#!/bin/sh
# Fails when the committed client isn't what `make codegen` would write now; changes nothing.
set -eu
cd "$(dirname "$0")/.."
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
mkdir -p "$fresh/src/openapi"
scripts/codegen.sh "$fresh"
if diff -r -q frontend/src/openapi "$fresh/src/openapi" && diff -q frontend/openapi.json "$fresh/openapi.json"; then
  echo "The generated client is current."
else
  diff -u frontend/openapi.json "$fresh/openapi.json" | head -n 40 || true
  echo "The generated client is stale: run make codegen and commit frontend/openapi.json and frontend/src/openapi." >&2
  exit 1
fi
