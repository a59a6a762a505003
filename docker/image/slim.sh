#!/bin/sh
# Takes out of an installed environment what is never read here: a third of its size. `make docker-test` uses what is left.
set -eu
packages=$(echo "$1"/lib/python3.*/site-packages)

# Symbols for debuggers in compiled modules. Libraries that wheels bring along (*.libs) come without and stay as they are.
find "$packages" -name '*.so' -type f -exec strip --strip-unneeded {} +

# Names and addresses in ninety languages: Litestar's examples for OpenAPI documents, which production doesn't show.
find "$packages/faker/providers" -mindepth 2 -maxdepth 2 -type d ! -name en_US ! -name __pycache__ -exec rm -r {} +

# The descriptions of AWS services, except those that are called.
if [ -d "$packages/botocore/data" ]; then
  find "$packages/botocore/data" -mindepth 1 -maxdepth 1 -type d ! -name rds ! -name sesv2 ! -name sts -exec rm -r {} +
fi
